import { useEffect } from 'react';
import { useGetFleetQuery } from '../api/fleetApi';
import { toneOf, type Tone } from '../shared/trouble';

const marks: Record<Tone, { glyph: string; colour: string }> = {
  neutral: { glyph: '', colour: '#0c8599' },
  warning: { glyph: '● ', colour: '#f59f00' },
  danger: { glyph: '✕ ', colour: '#e03131' },
};

function icon(colour: string): string {
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="13" fill="none" stroke="${colour}" stroke-width="4"/><path d="M16 3a13 13 0 0 1 0 26z" fill="${colour}"/></svg>`,
  )}`;
}

/** Title and favicon carry the worst state of the fleet, so that a pinned tab is enough. */
export function useWorstInTitle(page: string): void {
  const { tone, troubled } = useGetFleetQuery(undefined, {
    selectFromResult: ({ data }) => {
      const tones = (data?.agents ?? []).map(toneOf).filter((each) => each !== 'neutral');
      const worst: Tone = tones.includes('danger') ? 'danger' : tones.length > 0 ? 'warning' : 'neutral';
      return { tone: worst, troubled: tones.length };
    },
  });
  useEffect(() => {
    document.title = `${marks[tone].glyph}${troubled > 0 ? `(${troubled}) ` : ''}${page} · Understudy`;
    document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', icon(marks[tone].colour));
  }, [tone, troubled, page]);
}
