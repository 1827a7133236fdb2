import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = (path: string) => readFileSync(path, 'utf8');

it('has a style sheet for each of Mantine’s components that the pages draw', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.tsx') && !/\.(test|stories)\.|testing/.test(path),
  );
  const drawn = new Set(
    sources.flatMap((path) =>
      [...text(`src/${path}`).matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.trim()),
      ),
    ),
  );
  const styled = text('src/app/mantineStyles.ts') + text('src/shared/laterStyles.ts');
  const bare = [...drawn].filter(
    (name) => /^[A-Z]\w*$/.test(name) && existsSync(`node_modules/@mantine/core/styles/${name}.css`) && !styled.includes(`/${name}.css'`),
  );
  expect(drawn).toContain('Accordion');
  expect(bare).toEqual([]);
});
