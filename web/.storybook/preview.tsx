import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../src/app/global.css';
import type { Preview } from '@storybook/react-vite';
import { answersFromHandlers, fixturesClock, inTheApp, noOldNotifications } from '../src/testing/storyWorld';

const preview: Preview = {
  initialGlobals: { theme: 'light' },
  globalTypes: {
    theme: { description: 'Colour scheme', toolbar: { icon: 'contrast', dynamicTitle: true, items: ['light', 'dark'] } },
  },
  parameters: {
    layout: 'padded',
    options: { storySort: { method: 'alphabetical' } },
    viewport: {
      options: {
        phone: { name: 'Phone', styles: { width: '390px', height: '844px' } },
        desktop: { name: 'Desktop', styles: { width: '1440px', height: '900px' } },
      },
    },
  },
  beforeEach: [fixturesClock, noOldNotifications, answersFromHandlers],
  decorators: [inTheApp],
};

export default preview;
