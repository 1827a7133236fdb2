import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Finding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

interface Axe {
  run: (context: Document, options: object) => Promise<{ violations: Finding[] }>;
}

/** The serious and critical findings of axe on the current page, one line for each place. */
export async function violations(page: Page): Promise<string[]> {
  // Not by a script tag: the page's policy allows only its own scripts.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: loaded } = window as Window & { axe?: Axe };
    return loaded === undefined ? null : (await loaded.run(document, { resultTypes: ['violations'] })).violations;
  });
  if (found === null) throw new Error('axe did not load');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) =>
          `${id} (${help}) at ${JSON.stringify(target)}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`,
      ),
    );
}
