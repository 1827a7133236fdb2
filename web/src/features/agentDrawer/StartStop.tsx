import { Alert, Box, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { asApiError, type ApiError } from '../../api/problem';
import type { Agent, LifecycleState } from '../../api/types';
import { useStartInstanceMutation, useStopInstanceMutation } from './agentDrawerApi';
import classes from './AgentDrawer.module.css';
import { PanelProblem } from '../../shared/PanelProblem';

const canStart: Record<LifecycleState, boolean> = {
  absent: true,
  stopped: true,
  failed: true,
  unknown: true,
  starting: false,
  ready: false,
  busy: false,
  draining: false,
  paused: false,
  stopping: false,
};

interface RefusalProps {
  problem: ApiError;
  isStopping: boolean;
  onForce: () => void;
  onLeave: () => void;
}

/** 409: it is busy. Stopping it anyway needs a confirmation, because its task starts again. */
export function StopRefused({ problem, isStopping, onForce, onLeave }: RefusalProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Alert
      color="gray"
      variant="light"
      role="alert"
      className={classes.wide}
      icon={<IconAlertTriangle aria-hidden />}
      title="It was not stopped"
    >
      <Text size="sm">{problem.detail}</Text>
      {isAsking && (
        <Text size="sm" mt={4}>
          Its running task is interrupted and requeued. Stop it?
        </Text>
      )}
      <Group gap="xs" mt="xs">
        {isAsking ? (
          <Button key="force" size="compact-sm" color="red" loading={isStopping} onClick={onForce}>
            Stop and requeue
          </Button>
        ) : (
          <Button key="ask" size="compact-sm" variant="outline" color="red" onClick={() => setAsking(true)}>
            Stop anyway
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onLeave} autoFocus>
          Leave it running
        </Button>
      </Group>
    </Alert>
  );
}

/** Starts the container before there is work, or stops it before the idle timeout. */
export function StartStop({ agent: { name, state } }: { agent: Agent }) {
  const [start, starting] = useStartInstanceMutation();
  const [stop, stopping] = useStopInstanceMutation();
  if (state.lifecycle_state == null) return null;
  const error = starting.error ?? stopping.error;
  const problem = error === undefined ? null : asApiError(error);
  const isStartable = canStart[state.lifecycle_state];
  const isConflict = stopping.error !== undefined && problem?.status === 409;
  const run = (send: () => void) => {
    starting.reset();
    stopping.reset();
    send();
  };
  return (
    <>
      {isStartable ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={starting.isLoading}
          onClick={() => run(() => void start(name))}
        >
          Start
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerStop size={14} aria-hidden />}
          loading={stopping.isLoading}
          disabled={state.lifecycle_state === 'stopping'}
          onClick={() => run(() => void stop({ name, force: false }))}
        >
          Stop
        </Button>
      )}
      {problem !== null && isConflict && !isStartable && (
        <StopRefused
          problem={problem}
          isStopping={stopping.isLoading}
          onForce={() => void stop({ name, force: true })}
          onLeave={() => stopping.reset()}
        />
      )}
      {problem !== null && !isConflict && (
        <Box className={classes.wide}>
          <PanelProblem what={starting.error === undefined ? 'It was not stopped' : 'It was not started'} error={error} />
        </Box>
      )}
    </>
  );
}
