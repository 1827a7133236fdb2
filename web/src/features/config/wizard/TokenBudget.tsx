import { getAt, isObject } from '../model/json';
import { usageWindowOf } from '../model/types';
import { useEditing } from '../fields/editing';
import { NumberField } from '../fields/NumberField';
import { triggersOf } from './triggerWords';

/** The threshold, shown when it has an effect, or is set anyway. */
export function TokenBudget({ type }: { type: string }) {
  const { document } = useEditing();
  const threshold = ['agent_types', type, 'usage_threshold_tokens'];
  const failover = getAt(document, ['agent_types', type, 'failover']);
  const counts = isObject(failover) && triggersOf(failover['triggers']).includes('token_budget');
  if (!counts && getAt(document, threshold) === undefined) return null;
  const window = usageWindowOf(document);
  const over =
    window === 'all'
      ? 'The usage window is "all", which switches token budgets off.'
      : `Counted over the last ${window} (service.usage_window).`;
  const use = counts ? '' : ' Not a trigger now: it is only shown on the Agents page.';
  return (
    <NumberField
      path={threshold}
      label="Token threshold"
      description={`Input and output tokens of all instances of ${type} on their tier. ${over}${use}`}
      byDefault="no budget"
      unit="tokens"
    />
  );
}
