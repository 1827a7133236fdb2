import { expect, it } from 'vitest';
import { tier1, tier2, tier3 } from '../../../testing/fixtures';
import { usageOf } from '../fixtures';
import { tokenTable } from './tokens';

const usage = usageOf('reviewer', 2_000_000, {
  'reviewer-a': [
    [1, 100, 20],
    [2, 1000, 200],
  ],
  'reviewer-b': [[2, 30, 4]],
});

it('counts what all instances of the type used on the tier that this one is on', () => {
  const tokensOf = tokenTable(usage);
  expect(tokensOf({ type: 'reviewer', provider_state: tier1 })).toEqual({ counted: 120, threshold: 2_000_000 });
  expect(tokensOf({ type: 'reviewer', provider_state: tier2 })).toEqual({ counted: 1234, threshold: 2_000_000 });
  expect(tokensOf({ type: 'reviewer', provider_state: tier3 })).toEqual({ counted: 0, threshold: 2_000_000 });
});

it('knows nothing of a type without usage', () => {
  expect(tokenTable(usage)({ type: 'writer', provider_state: tier1 })).toBeNull();
  expect(tokenTable(undefined)({ type: 'reviewer', provider_state: tier1 })).toBeNull();
});
