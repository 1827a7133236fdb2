import { Table, Text } from '@mantine/core';
import type { NamedToken } from '../../api/types';
import { timestamp } from '../../shared/format';
import { RelativeTime } from '../../shared/RelativeTime';
import { useNowUntil } from '../../shared/useNow';
import classes from './access.module.css';
import { RevokeToken } from './RevokeToken';
import { expiryInWords, roleLooks } from './words';

interface Props {
  tokens: readonly NamedToken[];
  mayRevoke: boolean;
}

function Row({ token, mayRevoke, now }: { token: NamedToken; mayRevoke: boolean; now: number }) {
  const expiry = expiryInWords(token.expires, now);
  return (
    <Table.Tr data-row="" tabIndex={-1} data-testid={`token-row-${token.name}`}>
      <Table.Th scope="row" fw={500} className={classes.name}>
        {token.name}
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {token.role}
        </Text>
      </Table.Th>
      <Table.Td visibleFrom="sm" title={roleLooks[token.role].may} className={classes.together}>
        <span aria-hidden>{roleLooks[token.role].glyph}</span> {token.role}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <RelativeTime at={token.created} />
      </Table.Td>
      <Table.Td className={classes.together} data-tone={expiry.tone} title={token.expires == null ? undefined : timestamp(token.expires)}>
        {expiry.text}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {token.last_used == null ? (
          <Text span size="sm" c="dimmed">
            not yet
          </Text>
        ) : (
          <RelativeTime at={token.last_used} />
        )}
      </Table.Td>
      {mayRevoke && (
        <Table.Td ta="right">
          <RevokeToken token={token} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

export function TokensTable({ tokens, mayRevoke }: Props) {
  const now = useNowUntil(...tokens.map(({ expires }) => expires));
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table aria-label="Named tokens" highlightOnHover horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th visibleFrom="sm">Role</Table.Th>
            <Table.Th visibleFrom="sm">Created</Table.Th>
            <Table.Th>Expires</Table.Th>
            <Table.Th visibleFrom="sm">Last used</Table.Th>
            {mayRevoke && <Table.Th ta="right">Actions</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Row key={token.id} token={token} mayRevoke={mayRevoke} now={now} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
