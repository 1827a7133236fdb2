import { Button } from '@mantine/core';
import { notifyRefusal } from '../../shared/agent/notifyRefusal';
import { useTryProviderMutation } from './providersApi';

interface Props {
  name: string;
  /** Null: the accounts and all models. */
  model?: string | null;
  /** The button goes away with its reason; the focus must not. */
  onDone: () => void;
}

/** Does not wait until the time is over: the next task goes first, and the others follow when it is answered. */
export function TryNow({ name, model = null, onDone }: Props) {
  const [tryNow, { isLoading }] = useTryProviderMutation();
  const what = model === null ? name : `${model} of ${name}`;
  const send = () => {
    tryNow({ name, model })
      .unwrap()
      .then(onDone, (error: unknown) => notifyRefusal(`${what} is not tried`, error));
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isLoading}
      onClick={send}
      aria-label={`Try now: ${what}`}
      title="Its next task goes first; the others follow when it is answered"
    >
      Try now
    </Button>
  );
}
