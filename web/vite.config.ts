import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const backend = process.env['UNDERSTUDY_BACKEND'] ?? 'http://127.0.0.1:8787';

/** The daemon serves `x.js.br` or `x.js.gz` in place of `x.js` to browsers that take it. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css|svg|html)$/.test(file.fileName)) continue;
          const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          if (bytes.length < 1024) continue;
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: brotliCompressSync(bytes, quality) });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
        }
      },
    },
  };
}

/**
 * What stands in index.html is painted after one round trip: nothing that blocks it is left in the head. A script of a few
 * lines asks for styles and code at once; the code runs when the styles are there. The daemon allows that script by its hash.
 */
function paintFirst(): Plugin {
  return {
    name: 'paint-first',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const take = (pattern: RegExp) => {
          const found = [...html.matchAll(pattern)].map(([, href]) => href);
          html = html.replace(pattern, '');
          return found;
        };
        const styles = take(/\s*<link rel="stylesheet" crossorigin href="([^"]+)">/g);
        const parts = take(/\s*<link rel="modulepreload" crossorigin href="([^"]+)">/g);
        const [main] = take(/\s*<script type="module" crossorigin src="([^"]+)"><\/script>/g);
        const call = `loadApp(${JSON.stringify(styles)}, ${JSON.stringify(parts)}, ${JSON.stringify(main)});`;
        return html.replace('</body>', `  <script>${call}</script>\n  </body>`);
      },
    },
  };
}

/** In development the pages come from Vite and everything else from a running daemon. */
const proxy = Object.fromEntries(
  [
    '/agents',
    '/agent-types',
    '/providers',
    '/rollouts',
    '/config',
    '/usage',
    '/events',
    '/event-log',
    '/health',
    '/session',
    '/tokens',
    '/audit',
    '/v1',
  ].map((path) => [
    path,
    {
      target: backend,
      changeOrigin: true,
      headers: { origin: backend },
      bypass: (request: { headers: { accept?: string }; method?: string }) =>
        request.method === 'GET' && request.headers.accept?.includes('text/html') ? '/index.html' : undefined,
    },
  ]),
);

export default defineConfig({
  plugins: [react(), paintFirst(), precompress()],
  build: {
    target: 'es2023',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800, // kB unpacked; e2e/serving.test.ts holds what the first load may cost packed
    license: { fileName: 'licenses.md' }, // served with the rest, and part of the THIRD-PARTY notices
    rolldownOptions: {
      // What the first page needs comes in one file: over a slow line two dozen small ones take turns.
      output: { codeSplitting: { groups: [{ name: 'first', test: /\/src\/(main|features\/agents\/AgentsPage)\.tsx$/ }] } },
    },
  },
  server: { proxy },
  test: {
    maxWorkers: '100%', // of the processors; all but one is the default, and CI has two
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'jsdom',
          include: ['src/**/*.test.{ts,tsx}'],
          setupFiles: ['src/testing/setup.ts'],
          css: false,
          // A busy machine draws a page in seconds; a test that hangs still ends.
          testTimeout: 30_000,
          restoreMocks: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A page has more to do than a function, and a busy machine less time for it.
          expect: { poll: { timeout: 15_000, interval: 50 } },
        },
      },
    ],
  },
});
