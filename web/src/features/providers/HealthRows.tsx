import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Provider, ProviderAccount, ProviderHealth, ProviderModel } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { HealthBadge } from '../../shared/health/HealthBadge';
import { HealthReason } from '../../shared/health/HealthReason';
import { worse } from '../../shared/health/words';
import { opensOn } from '../../shared/opensOn';
import { AgentsOn, agentsOn } from './AgentsOn';
import classes from './providers.module.css';
import { TryNow } from './TryNow';

interface RowProps {
  what: ReactNode;
  health: ReactNode;
  who: ReactNode;
  action?: ReactNode;
  open?: (() => void) | false;
}

function Row({ what, health, who, action, open = false }: RowProps) {
  return (
    <li className={classes.row} data-row="" tabIndex={-1} {...(open && opensOn(open))}>
      <div className={classes.what}>{what}</div>
      <div>{health}</div>
      <div>{who}</div>
      <div className={classes.action}>{action}</div>
    </li>
  );
}

function Standing({ health, scope }: { health: ProviderHealth; scope: ProviderHealth['scope'] }) {
  return (
    <>
      <HealthBadge health={health} />
      <HealthReason health={health} scope={scope} />
    </>
  );
}

function AccountRow({ account: { id, instances, health } }: { account: ProviderAccount }) {
  return (
    <Row
      what={
        <>
          {instances == null ? 'Account' : 'Own login'} <CopyableId id={id} what="account" />
        </>
      }
      health={<Standing health={health} scope="account" />}
      who={
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {instances == null ? 'shared by all' : `of ${instances.join(', ')}`}
        </Text>
      }
    />
  );
}

interface ModelProps {
  model: ProviderModel;
  /** Of the account that all share. */
  shared: ProviderHealth | undefined;
  action: ReactNode;
}

function ModelRow({ model: { model, health, agents }, shared, action }: ModelProps) {
  const navigate = useNavigate();
  const isAsItsAccount = shared !== undefined && shared.state !== 'closed' && worse(shared, health) === shared;
  return (
    <Row
      what={model}
      health={
        isAsItsAccount ? (
          <Text size="sm" c="dimmed">
            as its account
          </Text>
        ) : (
          <Standing health={health} scope="tier" />
        )
      }
      who={<AgentsOn model={model} agents={agents} />}
      open={agents.length > 0 && (() => void navigate(agentsOn(model)))}
      action={action}
    />
  );
}

interface Props {
  provider: Provider;
  mayTry: boolean;
  onTried: () => void;
}

/** The accounts of a provider and its models: whether each serves, why not, and who is on it. */
export function HealthRows({ provider: { name, accounts, models }, mayTry, onTried }: Props) {
  const shared = accounts.find(({ instances }) => instances == null)?.health;
  return (
    <ul className={classes.rows} aria-label={`Accounts and models of ${name}`}>
      {accounts.map((account) => (
        <AccountRow key={account.id} account={account} />
      ))}
      {models.map((model) => (
        <ModelRow
          key={model.model}
          model={model}
          shared={shared}
          action={
            mayTry &&
            model.health.state === 'open' &&
            model.health.scope !== 'account' && <TryNow name={name} model={model.model} onDone={onTried} />
          }
        />
      ))}
    </ul>
  );
}
