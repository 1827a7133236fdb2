import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Tone } from '../../../shared/trouble';
import type { Finding } from './headline';
import classes from './headline.module.css';

interface Props {
  findings: Finding[];
  /** What is shown when nothing was found. */
  quiet: string;
  onShow: (finding: Finding) => void;
  onOpen: (name: string) => void;
}

const glyphs: Record<Tone, string> = { danger: '✕', warning: '▲', neutral: '‖' };

function Step({ finding, onShow, onOpen }: { finding: Finding } & Pick<Props, 'onShow' | 'onOpen'>) {
  const [first] = finding.agents;
  if (finding.link !== undefined) {
    const { to, label } = finding.link;
    return (
      <Button component={Link} to={to} size="compact-xs" variant="default" aria-label={`Show provider ${label}`}>
        Providers
      </Button>
    );
  }
  if (finding.agents.length === 1 && first !== undefined) {
    return (
      <Button size="compact-xs" variant="default" onClick={() => onOpen(first)} aria-label={`Open ${first}`}>
        Open
      </Button>
    );
  }
  if (finding.filter === null) return null;
  return (
    <Button size="compact-xs" variant="default" onClick={() => onShow(finding)} aria-label={`Show ${finding.agents.length} agents`}>
      Show {finding.agents.length}
    </Button>
  );
}

/** The first thing one sees: what is wrong, in words, with links; or a quiet line that nothing is. */
export function Headline({ findings, quiet, onShow, onOpen }: Props) {
  if (findings.length === 0) {
    return (
      <p className={classes.quiet}>
        <span aria-hidden>✓ </span>
        {quiet}
      </p>
    );
  }
  return (
    <ul className={classes.list} aria-label="What needs attention">
      {findings.map((finding) => (
        <li key={finding.key} className={classes.finding} data-tone={finding.tone}>
          <span className={classes.glyph} aria-hidden>
            {glyphs[finding.tone]}
          </span>
          <span className={classes.words}>{finding.words}</span>
          <Step finding={finding} onShow={onShow} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}
