import { expect } from 'vitest';
import type { Attempt, ResourcesUpdate, Rollout, Span } from '../../src/api/types';
import type { Daemon, Rig } from './rig';

/** A daemon that is used only for its store. */
export async function emptyStore(rig: Rig): Promise<Store> {
  const { daemon } = await rig.fleet({}, []);
  return new Store(daemon);
}

export type NewRollout = { input: unknown } & Partial<Pick<Rollout, 'mode' | 'resources_id' | 'metadata'>> & {
    config?: Partial<Rollout['config']>;
  };
export type Taken = Rollout & { attempt: Attempt };

/** What trainers and runners do with a store. */
export class Store {
  constructor(readonly daemon: Daemon) {}

  enqueue(...rollouts: NewRollout[]): Promise<Rollout[]> {
    return this.daemon.post('/v1/agl/queues/rollouts/enqueue', { rollouts });
  }

  async enqueueOne(rollout: NewRollout): Promise<Rollout> {
    const [made] = await this.enqueue(rollout);
    if (made === undefined) throw new Error('nothing was enqueued');
    return made;
  }

  /** The body as it is written here. */
  async enqueueText(text: string): Promise<string> {
    const answer = await fetch(`${this.daemon.url}/v1/agl/queues/rollouts/enqueue`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.daemon.token}`, 'Content-Type': 'application/json' },
      body: text,
    });
    const [{ rollout_id }] = (await answer.json()) as [Rollout];
    return rollout_id;
  }

  take(worker: string, limit = 1): Promise<Taken[]> {
    return this.daemon.post('/v1/agl/queues/rollouts/dequeue', { limit, worker_id: worker });
  }

  end({ rollout_id, attempt: { attempt_id } }: Taken, status: Attempt['status']): Promise<Attempt> {
    return this.daemon.post(`/v1/agl/rollouts/${rollout_id}/attempts/${attempt_id}`, { status });
  }

  /** Enqueues one and dequeues it. */
  async begin(worker: string, rollout: NewRollout = { input: 'do it' }): Promise<Taken> {
    const { rollout_id } = await this.enqueueOne(rollout);
    const [taken] = await this.take(worker);
    if (taken === undefined || taken.rollout_id !== rollout_id) throw new Error('another rollout was waiting');
    return taken;
  }

  heartbeat(worker: string, stats: Record<string, unknown>): Promise<unknown> {
    return this.daemon.post(`/v1/agl/workers/${worker}`, { heartbeat_stats: stats });
  }

  spans({ rollout_id, attempt: { attempt_id } }: Taken, spans: (Partial<Span> & Pick<Span, 'span_id' | 'name'>)[]): Promise<unknown> {
    const whole: Omit<Span, 'span_id' | 'name'> = {
      rollout_id,
      attempt_id,
      sequence_id: 1,
      trace_id: '0123456789abcdef0123456789abcdef',
      parent_id: null,
      status: { status_code: 'OK', description: null },
      attributes: {},
      events: [],
      links: [],
      start_time: 1000,
      end_time: 1001,
      context: null,
      parent: null,
      resource: { attributes: {}, schema_url: '' },
    };
    return this.daemon.post(
      '/v1/agl/spans',
      spans.map((span, index) => ({ ...whole, sequence_id: index + 1, ...span })),
    );
  }

  resources(body: ResourcesUpdate['resources'], id = ''): Promise<{ resources_id: string }> {
    return this.daemon.post(`/v1/agl/resources${id === '' ? '' : `/${id}`}`, body);
  }

  async text(path: string): Promise<string> {
    const answer = await this.daemon.call('GET', path);
    expect(answer.status, path).toBe(200);
    return answer.text();
  }

  /** The ids of a list in the order of the API. */
  async ids(query: string): Promise<string[]> {
    const { items } = await this.daemon.get<{ items: Rollout[] }>(`/v1/agl/rollouts?limit=100&${query}`);
    return items.map(({ rollout_id }) => rollout_id);
  }
}
