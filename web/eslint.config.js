import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = [
  'agents',
  'providers',
  'agentDrawer',
  'demo',
  'transcript',
  'config',
  'settings',
  'session',
  'access',
  'audit',
  'rollouts',
  'resources',
  'traces',
  'runners',
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.ts', '*.config.*'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'import-x': importX },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'max-lines': ['error', 300],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      // app → features → api, shared; a feature never imports another one.
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            { target: './src/shared', from: ['./src/features', './src/app'] },
            { target: './src/api', from: ['./src/features', './src/app', './src/shared'] },
            { target: './src/features', from: './src/app' },
            ...features.map((name) => ({ target: `./src/features/${name}`, from: './src/features', except: [`./${name}`] })),
          ],
        },
      ],
    },
  },
  { files: ['src/**/*.{test,stories}.{ts,tsx}', 'src/testing/**'], rules: { 'import-x/no-restricted-paths': 'off' } },
);
