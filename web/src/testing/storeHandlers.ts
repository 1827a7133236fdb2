import { http, HttpResponse } from 'msw';
import type {
  AttemptPage,
  ResourcesPage,
  ResourcesUpdate,
  Rollout,
  RolloutPage,
  SpanPage,
  StoreStatistics,
  WorkerPage,
} from '../api/types';
import { answer } from './handlers';

/** The lists of the rollout store; those not given are empty. */
interface StoreAnswers {
  rollouts?: RolloutPage;
  rollout?: Rollout | null;
  attempts?: AttemptPage;
  statistics?: StoreStatistics;
  spans?: SpanPage;
  resources?: ResourcesPage;
  versions?: ResourcesUpdate[];
  workers?: WorkerPage;
}

const nothing = { items: [], limit: 100, offset: 0, total: 0 };

const quiet: StoreStatistics = {
  total_rollouts: 0,
  total_attempts: 0,
  total_spans: 0,
  total_resources: 0,
  total_workers: 0,
  uptime: 60,
  rollouts_by_status: {},
  queued: 0,
  oldest_queued_at: null,
};

export function storeHandlers({
  rollouts = nothing,
  rollout = null,
  attempts = nothing,
  statistics = quiet,
  spans = nothing,
  resources = nothing,
  versions = [],
  workers = nothing,
}: StoreAnswers) {
  return [
    answer('get', '/v1/agl/rollouts', rollouts),
    answer('get', '/v1/agl/rollouts/{id}', rollout),
    answer('get', '/v1/agl/rollouts/{id}/attempts', attempts),
    answer('get', '/v1/agl/statistics', statistics),
    answer('get', '/v1/agl/spans', spans),
    answer('get', '/v1/agl/resources', resources),
    answer('get', '/v1/agl/resources/{id}/versions', versions),
    answer('get', '/v1/agl/workers', workers),
  ];
}

/** Refusals of all of these, in upstream's own shape. */
export const storeDown = http.get('*/v1/agl/*', () => HttpResponse.json({ detail: 'The database is locked.' }, { status: 503 }));
