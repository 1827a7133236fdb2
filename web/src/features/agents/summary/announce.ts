import type { Agent } from '../../../api/types';
import { tierText } from '../../../shared/agent/tier';

const spoken = 3;

/** What a screen reader is told about agents whose tier changed. */
export function providerChanges(before: Agent[], after: Agent[]): string[] {
  if (before === after) return [];
  const known = new Map(before.map((agent) => [agent.name, tierText(agent)]));
  const changes: string[] = [];
  for (const agent of after) {
    const was = known.get(agent.name);
    const is = tierText(agent);
    if (was !== undefined && was !== is) changes.push(`${agent.name}: ${is}`);
  }
  return changes;
}

export function announcement(changes: string[]): string {
  if (changes.length <= spoken) return changes.join('. ');
  return `${changes.length} agents changed their provider. ${changes.slice(0, spoken).join('. ')}`;
}
