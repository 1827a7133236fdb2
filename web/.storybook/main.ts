import type { StorybookConfig } from '@storybook/react-vite';

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../src/**/*.stories.tsx'],
  staticDirs: ['../public'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: false },
  viteFinal: (vite) => ({
    ...vite,
    // Nobody serves the stories compressed or waits for their first paint, and they need no proxy: every answer is a story's own.
    plugins: vite.plugins?.filter((plugin) => !(plugin && 'name' in plugin && ['precompress', 'paint-first'].includes(plugin.name))),
    server: { ...vite.server, proxy: {} },
    build: { ...vite.build, chunkSizeWarningLimit: 4000 },
  }),
};

export default config;
