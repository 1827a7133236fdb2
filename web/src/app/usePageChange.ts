import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** Calls when another page is shown, not when a drawer opens or a filter changes on this one. */
export function usePageChange(onChange: () => void): void {
  const page = useLocation().pathname.split('/')[1] ?? '';
  const before = useRef(page);
  useEffect(() => {
    // "" redirects to the first page: nobody navigated.
    if (before.current !== page && before.current !== '') onChange();
    before.current = page;
  }, [page, onChange]);
}
