import { Stack, Text, Title } from '@mantine/core';
import type { ProviderHealth } from '../../../api/types';
import { tierGlyph } from '../../../shared/format';
import { HealthBadge } from '../../../shared/health/HealthBadge';
import { HealthReason } from '../../../shared/health/HealthReason';
import type { TierHealth } from '../../../shared/health/tiers';

function Standing({ health }: { health: ProviderHealth | null }) {
  if (health === null) {
    return (
      <Text size="sm" c="dimmed">
        not known
      </Text>
    );
  }
  return (
    <>
      <HealthBadge health={health} />
      <HealthReason health={health} />
    </>
  );
}

/** Whether the tiers of the agent may serve, and who saw what. */
export function TiersHealth({ tiers }: { tiers: TierHealth[] }) {
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        Health of its tiers
      </Title>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Health of its tiers">
        {tiers.map(({ tier, provider, model, health }) => (
          <li key={tier}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {tierGlyph(tier)} {model}{' '}
              <Text span c="dimmed" size="sm">
                of {provider}
              </Text>
            </Text>
            <Standing health={health} />
          </li>
        ))}
      </Stack>
    </section>
  );
}
