import { composeStories, setProjectAnnotations, type Meta, type StoryObj } from '@storybook/react-vite';
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import preview from '../../.storybook/preview';
import { violationsOf } from './axe';
import { isQuiet } from './storyWorld';

interface StoryModule {
  default: Meta;
  [story: string]: StoryObj | Meta;
}

setProjectAnnotations(preview);

const modules = import.meta.glob<StoryModule>('../**/*.stories.tsx', { eager: true });

// Every story is rendered, its play function run, and the result checked by axe. Colours are checked in a real browser.
describe.each(Object.entries(modules))('%s', (path, module) => {
  void path;
  it.each(Object.entries(composeStories(module)))(
    '%s',
    async (_name, Story) => {
      const complaints = vi.spyOn(console, 'error');
      await Story.run();
      // A story of something that loads forever never settles.
      await waitFor(() => expect(isQuiet()).toBe(true), { timeout: 300 }).catch(() => undefined);
      expect(screen.queryByText('Unexpected Application Error!')).toBeNull();
      expect(complaints.mock.calls).toEqual([]);
      expect(await violationsOf(document.body)).toEqual([]);
    },
    30_000,
  );
});
