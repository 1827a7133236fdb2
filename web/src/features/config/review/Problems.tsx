import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import type { FieldProblem } from '../../../api/types';
import { Caution } from '../fields/Caution';

interface Props {
  errors: FieldProblem[];
  warnings: FieldProblem[];
  onGo: (pointer: string) => void;
}

interface ListProps {
  problems: FieldProblem[];
  onGo: (pointer: string) => void;
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function ProblemList({ problems, onGo }: ListProps) {
  return (
    <List size="sm" spacing={2} listStyleType="none" styles={{ root: { maxHeight: 176, overflowY: 'auto' } }}>
      {problems.map(({ path, reason }) => (
        <List.Item key={`${path} ${reason}`}>
          <Anchor
            component="button"
            type="button"
            size="sm"
            c="inherit"
            underline="always"
            ff="monospace"
            ta="left"
            style={{ overflowWrap: 'anywhere' }}
            onClick={() => onGo(path)}
          >
            {path === '' ? '/' : path}
            <span aria-hidden>:</span>
          </Anchor>
          <Text span size="sm">
            {' '}
            {reason}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

/** What the daemon says about the draft; a click on a path leads to its field. */
export function Problems({ errors, warnings, onGo }: Props) {
  if (errors.length === 0 && warnings.length === 0) return null;
  return (
    <div data-testid="config-problems" role="region" aria-label="Problems">
      {errors.length > 0 && (
        <Alert
          color="red"
          variant="light"
          icon={<IconX aria-hidden />}
          title={plural(errors.length, 'error')}
          mb={warnings.length > 0 ? 'xs' : 0}
        >
          <ProblemList problems={errors} onGo={onGo} />
        </Alert>
      )}
      {warnings.length > 0 && (
        <Caution icon={<IconAlertTriangle aria-hidden />} title={plural(warnings.length, 'warning')}>
          <ProblemList problems={warnings} onGo={onGo} />
        </Caution>
      )}
    </div>
  );
}
