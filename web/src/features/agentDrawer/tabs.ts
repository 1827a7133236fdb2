export const tabs = ['chain', 'activity', 'lifecycle', 'why', 'task'] as const;
export type Tab = (typeof tabs)[number];

export const tabLabels: Record<Tab, string> = {
  chain: 'Provider chain',
  activity: 'Activity',
  lifecycle: 'Lifecycle',
  why: 'Why',
  task: 'Send a task',
};

/** What the address says, or the first one. */
export function tabOf(text: string | null): Tab {
  return tabs.find((tab) => tab === text) ?? 'chain';
}
