import { Alert, Button, Group, List, Modal, Stack } from '@mantine/core';
import type { ApiError } from '../../../api/problem';
import { ProblemAlert } from '../../../shared/ProblemAlert';
import { effectsOf } from '../model/effects';
import type { JsonObject } from '../model/json';
import { Diff } from './Diff';

interface Props {
  opened: boolean;
  before: JsonObject;
  after: JsonObject;
  saving: boolean;
  error: ApiError | null;
  onSave: () => void;
  onClose: () => void;
}

/** The daemon's sentence says what is wrong; this adds what to do about it. */
function nextStep(status: number): string {
  if (status === 401)
    return 'Sign in to save: open the link with the token that the daemon printed, or give the token in Settings. Your changes are kept.';
  return 'Nothing was saved. Your changes are kept.';
}

/** The review before the file is replaced. */
export function ReviewDialog({ opened, before, after, saving, error, onSave, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Save these changes?" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && (
        <Stack>
          <Alert color="gray" variant="light" title="For the agents">
            <List size="sm">
              {effectsOf(before, after).map((sentence) => (
                <List.Item key={sentence}>{sentence}</List.Item>
              ))}
            </List>
          </Alert>
          <Diff before={before} after={after} />
          {error !== null && <ProblemAlert what="The configuration was not saved" error={error} still={nextStep(error.status)} />}
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Keep editing
            </Button>
            <Button onClick={onSave} loading={saving} data-autofocus>
              Save
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
