import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { FindingList } from '../../../shared/FindingList';
import type { Finding } from './headline';

interface Props {
  findings: Finding[];
  /** What is shown when nothing was found. */
  quiet: string;
  onShow: (finding: Finding) => void;
  onOpen: (name: string) => void;
}

function Step({ finding, onShow, onOpen }: { finding: Finding } & Pick<Props, 'onShow' | 'onOpen'>) {
  const [first] = finding.agents;
  if (finding.link !== undefined) {
    const { to, label } = finding.link;
    return (
      <Button component={Link} to={to} size="compact-xs" variant="default" aria-label={`Providers: ${label}`}>
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

/** What is wrong with the fleet, in words, with links to it. */
export function Headline({ findings, quiet, onShow, onOpen }: Props) {
  return <FindingList findings={findings} quiet={quiet} step={(finding) => <Step finding={finding} onShow={onShow} onOpen={onOpen} />} />;
}
