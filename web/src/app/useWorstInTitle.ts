import { useEffect } from 'react';
import { useGetFleetQuery } from '../api/fleetApi';
import { useUi } from '../shared/state';
import { toneOf, type Tone } from '../shared/trouble';

const glyphs: Record<Tone, string> = { neutral: '', warning: '● ', danger: '✕ ' };

/** The half-lit circle; amber has a dot in it, red a cross, for those who cannot tell the colours apart. */
const drawings: Record<Tone, string> = {
  neutral:
    '<g fill="#0ca678" stroke="#0ca678"><circle cx="16" cy="16" r="13" fill="none" stroke-width="4"/><path d="M16 3a13 13 0 0 1 0 26z" stroke="none"/></g>',
  warning: '<circle cx="16" cy="16" r="13" fill="none" stroke="#f59f00" stroke-width="4"/><circle cx="16" cy="16" r="7" fill="#f59f00"/>',
  danger:
    '<circle cx="16" cy="16" r="15" fill="#e03131"/><path d="M10 10l12 12M22 10L10 22" stroke="#fff" stroke-width="4" stroke-linecap="round"/>',
};

function icon(tone: Tone): string {
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawings[tone]}</svg>`)}`;
}

interface Worst {
  tone: Tone;
  words: string;
}

/** The prefix of the page's name: the fleet's worst state, or that it is unknown. */
function useWorst(): Worst {
  const status = useUi((state) => state.connection.status);
  const fleet = useGetFleetQuery(undefined, {
    selectFromResult: ({ data }): Worst => {
      const tones = (data?.agents ?? []).map(toneOf).filter((each) => each !== 'neutral');
      const tone: Tone = tones.includes('danger') ? 'danger' : tones.length > 0 ? 'warning' : 'neutral';
      return { tone, words: tones.length > 0 ? `(${tones.length}) ` : '' };
    },
  });
  if (status === 'offline') return { tone: 'danger', words: 'offline · ' };
  if (status === 'denied') return { tone: 'danger', words: 'signed out · ' };
  return { tone: fleet.tone, words: fleet.words };
}

/** Title and favicon carry the worst state, so that a pinned tab is enough. */
export function useWorstInTitle(page: string): void {
  const { tone, words } = useWorst();
  useEffect(() => {
    document.title = `${glyphs[tone]}${words}${page} · Understudy`;
  }, [tone, words, page]);
  useEffect(() => {
    document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', icon(tone));
  }, [tone]);
}
