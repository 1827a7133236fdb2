import { describe, expect, it } from 'vitest';
import { started } from '../testing/fixtures';
import { tagsOf } from './eventTags';

const names = (type: string, over: object = {}) =>
  tagsOf({ ...started, type, instance: 'a', detail: {}, ...over }).map(({ type: tag, id }) => (id === undefined ? tag : `${tag}/${id}`));

describe('tagsOf', () => {
  it.each([
    ['provider.failover', ['Agents', 'Providers', 'ProviderEvents/a', 'TierTime/a', 'Why/a', 'FleetHistory']],
    ['container.lazy_started', ['Agents', 'LifecycleEvents/a', 'TierTime/a', 'Why/a']],
    ['container.paused', ['Agents', 'LifecycleEvents/a', 'TierTime/a', 'Why/a']],
    ['container.unpaused', ['Agents', 'LifecycleEvents/a', 'TierTime/a', 'Why/a']],
    ['rollout.finished', ['Agents', 'TierTime/a', 'Why/a', 'Rollouts/LIST', 'Spans', 'Workers']],
    ['rollout.attempt_finished', ['Agents', 'TierTime/a', 'Why/a', 'Rollouts/LIST', 'Spans', 'Workers', 'Usage', 'Providers']],
    ['config.changed', ['Agents', 'Config', 'Providers', 'Models', 'Usage', 'Why']],
    ['worker.stale', ['Agents', 'Workers']],
    ['some.thing_new', ['Agents']],
  ])('%s', (type, tags) => {
    expect(names(type)).toEqual(tags);
  });

  it('names the rollout', () => {
    expect(names('rollout.finished', { detail: { rollout_id: 'ro-1' } })).toContain('Rollouts/ro-1');
  });

  it('of no instance touches none', () => {
    expect(names('container.orphan_found', { instance: undefined })).toEqual([]);
    expect(names('container.engine_unreachable', { instance: undefined })).toEqual(['Agents', 'Health']);
    expect(names('rollout.enqueued', { instance: undefined })).toEqual(['Agents', 'Rollouts/LIST', 'Spans', 'Workers']);
  });

  it.each([
    ['provider.health', ['Providers']],
    ['provider.held', ['Providers', 'Agents', 'Health', 'Why', 'Rollouts/LIST']],
    ['provider.released', ['Providers', 'Agents', 'Health', 'Why', 'Rollouts/LIST']],
  ])('%s is about an account, and touches all who use it', (type, tags) => {
    expect(names(type, { instance: undefined })).toEqual(tags);
  });
});
