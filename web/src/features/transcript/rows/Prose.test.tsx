import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { Prose } from './Prose';

it('draws headings, lists, bold and code, and nothing as markup', () => {
  const { container } = renderWithStore(
    <Prose text={'# Found\n- **one** `a < b`\n- <img src=x onerror=alert(1)>\n\n```sh\n**as it is**\n```'} />,
  );
  expect(screen.getByRole('heading', { name: 'Found' })).toBeVisible();
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['• one a < b', '• <img src=x onerror=alert(1)>']);
  expect(screen.getByText('one').tagName).toBe('STRONG');
  expect(screen.getByText('a < b').tagName).toBe('CODE');
  expect(screen.getByText('**as it is**').tagName).toBe('PRE');
  expect(container.querySelector('img')).toBeNull();
});
