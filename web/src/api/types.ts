import type { components } from './schema';

type Schemas = components['schemas'];

export type Agent = Schemas['Agent'];
export type ProviderState = Schemas['ProviderState'];
export type Tier = Schemas['Tier'];
export type Failover = NonNullable<Schemas['Failover']>;
export type LifecycleState = Schemas['LifecycleState'];
export type LifecycleMetrics = Schemas['LifecycleMetrics'];
export type LifecycleEvent = Schemas['LifecycleEvent'];
export type ProviderEvent = Schemas['ProviderEvent'];
export type TierTime = Schemas['TierTime'];
export type Why = Schemas['Why'];
export type Envelope = Schemas['Envelope'];
export type Health = Schemas['Health'];
export type Usage = Schemas['Usage'];
export type Problem = Schemas['Problem'];
export type FieldProblem = Schemas['FieldProblem'];
export type NewTask = Schemas['NewTask'];
export type Rollout = Schemas['Rollout'];
export type Attempt = Schemas['Attempt'];
export type Kind = Schemas['Kind'];
export type Verdict = Schemas['Verdict'];
