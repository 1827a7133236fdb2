import { Button, Group, Modal, Stack, Text } from '@mantine/core';

export interface Confirmation {
  title: string;
  sentences: string[];
  action: string;
  onConfirm: () => void;
}

export function ConfirmDialog({ asked, onClose }: { asked: Confirmation | null; onClose: () => void }) {
  return (
    <Modal opened={asked !== null} onClose={onClose} title={asked?.title ?? ''} closeButtonProps={{ 'aria-label': 'Close' }}>
      {asked !== null && (
        <Stack>
          {asked.sentences.map((sentence) => (
            <Text key={sentence} size="sm">
              {sentence}
            </Text>
          ))}
          <Group justify="end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button
              color="red"
              onClick={() => {
                asked.onConfirm();
                onClose();
              }}
            >
              {asked.action}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
