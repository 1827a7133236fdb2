import { describe, expect, it } from 'vitest';
import { agent } from '../../../testing/fixtures';
import { configuration } from '../testing/fixtures';
import { effectsOf } from './effects';
import { edited } from './json';
import { lineDiff, withContext } from './lineDiff';
import { fieldPointer, placeOfProblem } from './places';
import { removalSentences } from './running';
import { isSecretPath, withoutSecrets } from './secrets';
import { addInstance, deleteType } from './types';

describe('a line diff', () => {
  const draw = (a: string[], b: string[]) => lineDiff(a, b).map(({ kind, text }) => ({ same: ' ', removed: '-', added: '+' })[kind] + text);

  it('keeps what is common, in the middle too', () => {
    expect(draw(['a', 'b', 'c', 'd', 'e'], ['a', 'x', 'c', 'e', 'f'])).toEqual([' a', '-b', '+x', ' c', '-d', ' e', '+f']);
    expect(draw([], ['a'])).toEqual(['+a']);
    expect(draw(['a'], ['a'])).toEqual([' a']);
  });

  it('folds what is far from a change', () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const rows = withContext(lineDiff(before, before.with(10, 'new')), 2);
    expect(rows.map(({ kind }) => kind)).toEqual(['gap', 'same', 'same', 'removed', 'added', 'same', 'same', 'gap']);
    expect(rows[0]?.text).toBe('8 unchanged lines');
  });

  it('does not fold a single line', () => {
    expect(withContext(lineDiff(['a', 'b', 'c'], ['a', 'b', 'x']), 1).map(({ text }) => text)).toEqual(['a', 'b', 'c', 'x']);
  });
});

describe('secrets', () => {
  it('are masked when they are new, and said to be', () => {
    const document = {
      providers: { env: { auth_token: 'sk-1', env: { KEY: 'sk-2', OLD: '•••' } } },
      agent_types: { a: { agent: { env: { TOKEN: 'sk-3' } } } },
    };
    const text = JSON.stringify(withoutSecrets(document));
    expect(text).not.toContain('sk-');
    expect(text).toContain('"KEY":"••• (new)","OLD":"•••"');
  });

  it('are known by their path', () => {
    expect(isSecretPath(['providers', 'x', 'api_key'])).toBe(true);
    expect(isSecretPath(['agent_types', 'x', 'agent', 'env', 'A'])).toBe(true);
    expect(isSecretPath(['providers', 'x', 'base_url'])).toBe(false);
    expect(isSecretPath(['providers', 'x', 'api_key_file'])).toBe(false);
  });
});

describe('what a save does', () => {
  it('says it for the agents', () => {
    expect(effectsOf(configuration, addInstance(configuration, 'writer', 'b'))).toEqual(['New: writer-b.']);
    expect(effectsOf(configuration, deleteType(configuration, 'writer'))).toEqual(['Removed: writer-a.']);
    expect(effectsOf(configuration, edited(configuration, ['agent_types', 'writer', 'model'], 'x'))).toEqual(['writer-a: chain changed.']);
    expect(effectsOf(configuration, edited(configuration, ['providers', 'anthropic', 'base_url'], 'x'))).toEqual([
      'Provider anthropic changed for reviewer, writer.',
    ]);
    expect(effectsOf(configuration, edited(configuration, ['service', 'log_format'], 'json'))).toEqual(['No agent is affected.']);
  });

  it('names what runs before it is removed', () => {
    const agents = [
      agent('reviewer-default', { current_rollout_id: 'ro-1' }),
      agent('reviewer-b', { state: { lifecycle_state: 'stopped', lifecycle_metrics: null } }),
    ];
    expect(removalSentences(agents, ['reviewer-default', 'reviewer-b'])).toContain(
      'Running now: reviewer-default is busy with ro-1. A running task finishes first.',
    );
    expect(removalSentences(agents, ['reviewer-b'])).toContain('Nothing is running now.');
  });
});

describe('the place of a problem', () => {
  it.each([
    ['/agent_types/a/provider_chain/0/model', 'types', 'provider'],
    ['/agent_types/a/usage_threshold_tokens', 'types', 'provider'],
    ['/agent_types/a/container/readiness/port', 'types', 'container'],
    ['/agent_types/a/agent/env/X', 'types', 'agent'],
    ['/agent_types/a/instances/1', 'types', 'instances'],
    ['/providers/x/base_url', 'providers', 'provider'],
    ['/agent_types/a/failover/cooldown_min/quota', 'types', 'provider'],
    ['/agent_types/a/failover/return', 'types', 'provider'],
    ['/agent_types/a/failover/wait_in_place_s', 'types', 'provider'],
    ['/agent_types/a/failover/give_up_after_min', 'types', 'provider'],
    ['/agent_types/a/agent/silence_s', 'types', 'agent'],
    ['/providers/x/silence_s', 'providers', 'provider'],
    ['/providers/x/api_key_file', 'providers', 'provider'],
    ['/service/share_health', 'service', 'provider'],
    ['/service/listen', 'service', 'provider'],
    ['/service/unknown', 'json', 'provider'],
    ['/providers/x/unknown', 'json', 'provider'],
    ['/agent_types/a/container/unknown', 'json', 'provider'],
    ['/agent_types/a/unknown', 'json', 'provider'],
    ['/zz', 'json', 'provider'],
  ])('%s', (pointer, section, tab) => {
    expect(placeOfProblem(pointer)).toMatchObject({ section, tab });
  });

  it('of the short form is the only tier', () => {
    expect(fieldPointer('/agent_types/writer/model', configuration)).toBe('/agent_types/writer/provider_chain/0/model');
    expect(fieldPointer('/agent_types/reviewer/container/image', configuration)).toBe('/agent_types/reviewer/container/image');
  });
});
