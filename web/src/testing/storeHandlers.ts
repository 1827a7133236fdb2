import { http, HttpResponse } from 'msw';
import type { AttemptPage, ResourcesPage, ResourcesUpdate, RolloutPage, SpanPage, StoreStatistics, WorkerPage } from '../api/types';

/** The lists of the rollout store, typed by the API document's schemas. `undefined` leaves a call unanswered. */
interface StoreAnswers {
  rollouts?: RolloutPage;
  attempts?: AttemptPage;
  statistics?: StoreStatistics;
  spans?: SpanPage;
  resources?: ResourcesPage;
  versions?: ResourcesUpdate[];
  workers?: WorkerPage;
}

const nothing = { items: [], limit: 100, offset: 0, total: 0 };

export function storeHandlers({ rollouts, attempts, statistics, spans, resources, versions, workers }: StoreAnswers) {
  return [
    http.get('*/v1/agl/rollouts', () => HttpResponse.json(rollouts ?? nothing)),
    http.get('*/v1/agl/rollouts/:id/attempts', () => HttpResponse.json(attempts ?? nothing)),
    http.get('*/v1/agl/statistics', () => HttpResponse.json(statistics ?? {})),
    http.get('*/v1/agl/spans', () => HttpResponse.json(spans ?? nothing)),
    http.get('*/v1/agl/resources', () => HttpResponse.json(resources ?? nothing)),
    http.get('*/v1/agl/resources/:id/versions', () => HttpResponse.json(versions ?? [])),
    http.get('*/v1/agl/workers', () => HttpResponse.json(workers ?? nothing)),
  ];
}

/** Every one of those refuses in upstream's own shape. */
export const storeDown = http.get('*/v1/agl/*', () => HttpResponse.json({ detail: 'The database is locked.' }, { status: 503 }));
