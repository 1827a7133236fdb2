import '../../shared/laterStyles';
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMayChange } from '../../api/role';
import { EmptyState } from '../../shared/EmptyState';
import { PanelProblem } from '../../shared/PanelProblem';
import { useRefreshMs } from '../../shared/state';
import { CreateToken } from './CreateToken';
import { TokensTable } from './TokensTable';
import { useGetTokensQuery } from './accessApi';

/** Who may talk to the daemon besides the operator: named tokens, created, watched and revoked without a restart. */
export default function AccessPage() {
  const tokens = useGetTokensQuery(undefined, {
    pollingInterval: useRefreshMs(),
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: true,
  });
  const mayChange = useMayChange();
  const [creating, { open, close }] = useDisclosure(false);
  const create = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New token
    </Button>
  );
  const { data, error } = tokens;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4">
            Named tokens
          </Title>
          <Text size="sm" c="dimmed">
            One for each person, screen or program: each can be revoked separately, and the audit log shows its name.
          </Text>
        </div>
        {data !== undefined && data.length > 0 && create}
      </Group>
      {error !== undefined && (
        <PanelProblem
          what="The tokens could not be loaded"
          error={error}
          onRetry={() => void tokens.refetch()}
          stale={data !== undefined}
        />
      )}
      {tokens.isLoading && <Skeleton h={200} aria-busy />}
      {data?.length === 0 && (
        <EmptyState icon={<IconKey size={28} />} title="No named tokens yet" action={create}>
          Everyone who signs in now uses the operator’s own token. Give others their own: a viewer’s for a wall screen, a store’s for
          runners.
        </EmptyState>
      )}
      {data !== undefined && data.length > 0 && <TokensTable tokens={data} mayRevoke={mayChange} />}
      {creating && <CreateToken onClose={close} />}
    </Stack>
  );
}
