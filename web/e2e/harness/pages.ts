import type { Locator, Page } from 'playwright-core';

export const row = (page: Page, agent: string): Locator => page.getByTestId(`agent-row-${agent}`);
export const badge = (page: Page, agent: string): Locator => page.getByTestId(`agent-tier-badge-${agent}`);
export const tone = (page: Page, agent: string): Promise<string | null> => badge(page, agent).getAttribute('data-tone');
export const connection = (page: Page): Locator => page.getByTestId('connection-status');

/** How far the document can be scrolled sideways; nothing of ours may be wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
