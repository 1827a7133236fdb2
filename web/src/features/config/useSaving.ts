import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { asApiError, type ApiError } from '../../api/problem';
import { usePutConfigMutation } from './configApi';
import { effectsOf } from './model/effects';
import type { JsonObject } from './model/json';
import type { Editor } from './useEditor';

interface Saving {
  reviewing: boolean;
  saving: boolean;
  error: ApiError | null;
  /** The daemon's refusal, as long as the document is the same. */
  refused: { document: JsonObject; error: ApiError } | null;
  review: () => void;
  close: () => void;
  save: () => Promise<void>;
}

/** Review, save, and report. An outdated document ends the review: the page then offers a merge. */
export function useSaving(editor: Editor): Saving {
  const [put] = usePutConfigMutation();
  const [saving, setSaving] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [refused, setRefused] = useState<Saving['refused']>(null);
  const { document, base, drop } = editor;

  const save = async () => {
    setError(null);
    const effects = effectsOf(base.document, document);
    setSaving(true);
    const answer = await put({ document, etag: base.etag });
    if (answer.error === undefined) drop();
    setSaving(false);
    if (answer.error === undefined) {
      setReviewing(false);
      notifications.show({
        color: 'teal',
        title: 'Configuration saved',
        message: effects.join(' '),
        closeButtonProps: { 'aria-label': 'Close' },
      });
      return;
    }
    const failure = asApiError(answer.error);
    if (failure.status === 412) setReviewing(false);
    else setError(failure);
    if (failure.status === 422) setRefused({ document, error: failure });
  };
  return {
    reviewing,
    saving,
    error,
    refused: refused?.document === document ? refused : null,
    review: () => {
      setError(null);
      setReviewing(true);
    },
    close: () => setReviewing(false),
    save,
  };
}
