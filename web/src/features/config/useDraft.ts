import { useSelector } from 'react-redux';
import type { Draft, StateWithDraft } from './draftSlice';

export function useDraft(): Draft {
  return useSelector(({ configDraft }: StateWithDraft) => configDraft);
}
