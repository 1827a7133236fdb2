import type { Browser } from 'playwright-core';
import { test as base } from 'vitest';
import { launch, Visitor } from './browser';
import { Rig } from './rig';

interface Fixtures {
  browser: Browser;
  rig: Rig;
  visitor: Visitor;
}

/** A test with a browser, a rig for daemons and providers, and a visitor that notices what no page may do. */
export const test = base.extend<Fixtures>({
  browser: [
    async ({}, give) => {
      const browser = await launch();
      await give(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  rig: async ({}, give) => {
    const rig = new Rig();
    await give(rig);
    await rig.close();
  },
  // Pages close before their daemon ends; a complaint of theirs must not keep it alive.
  visitor: async ({ browser, rig }, give) => {
    const visitor = new Visitor(browser);
    await give(visitor);
    try {
      await visitor.close();
    } finally {
      await rig.close();
    }
  },
});
