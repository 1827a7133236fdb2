import { useRef, useState } from 'react';
import { backendAt, backendChanged, rememberBackend, useAppDispatch, useUi } from '../../shared/state';
import { addressOf, problemWith } from './address';

interface BackendField {
  text: string;
  problem: string | null;
  isChecking: boolean;
  type: (text: string) => void;
  apply: () => void;
  reset: () => void;
}

/** The address is applied on blur or Enter, and only if a daemon answers there. */
export function useBackendAddress(): BackendField {
  const dispatch = useAppDispatch();
  const current = useUi((state) => state.backend.address);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isChecking, setChecking] = useState(false);
  const check = useRef(new AbortController());

  const go = async (text: string) => {
    check.current.abort();
    setChecking(false);
    const address = addressOf(text, location);
    if (address === null) return setProblem(`"${text.trim()}" is not an address; one looks like https://host:8787.`);
    if (address === current) {
      setTyped(null);
      return setProblem(null);
    }
    const { signal } = (check.current = new AbortController());
    setChecking(true);
    const backend = backendAt(address);
    // The way back is always open, whether that daemon answers or not.
    const found = address === '' ? null : await problemWith(backend, location, signal);
    if (signal.aborted) return;
    setChecking(false);
    setProblem(found);
    if (found !== null) return;
    setTyped(null);
    rememberBackend(backend);
    dispatch(backendChanged(backend));
  };

  return {
    text: typed ?? current,
    problem,
    isChecking,
    type: (text) => {
      check.current.abort();
      setChecking(false);
      setProblem(null);
      setTyped(text);
    },
    apply: () => void go(typed ?? current),
    reset: () => {
      setTyped('');
      void go('');
    },
  };
}
