import { Anchor, CloseButton, Group, Paper, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { RelativeTime } from '../../shared/RelativeTime';
import { useTour } from '../../shared/state';
import { useGetStoryQuery } from './demoApi';
import classes from './DemoTour.module.css';
import { stepsOf, type Step } from './story';

/** Until all has happened. */
const lookMs = 2_000;
const nothingYet = stepsOf([]);

function Line({ step: { what, to, seen } }: { step: Step }) {
  return (
    <li className={classes.step} data-seen={seen !== null}>
      <span className={classes.mark} role="img" aria-label={seen === null ? 'not yet' : 'happened'}>
        {seen === null ? '○' : '✓'}
      </span>
      <div>
        <Anchor component={Link} to={to} fz="sm">
          {what}
        </Anchor>
        <Text size="xs" c="dimmed" className={classes.words}>
          {seen === null ? (
            'not yet'
          ) : (
            <>
              {seen.words} · <RelativeTime at={seen.at} />
            </>
          )}
        </Text>
      </div>
    </li>
  );
}

/** Says that this is the demo and what to look at; ticks off what has happened. */
export default function DemoTour({ onClosed }: { onClosed: () => void }) {
  const [, setClosed] = useTour();
  const { isAllSeen } = useGetStoryQuery(undefined, {
    selectFromResult: ({ data }) => ({ isAllSeen: data?.every(({ seen }) => seen !== null) === true }),
  });
  const { data: steps = nothingYet } = useGetStoryQuery(undefined, {
    pollingInterval: isAllSeen ? 0 : lookMs,
    skipPollingIfUnfocused: true,
  });
  const seen = steps.filter((step) => step.seen !== null).length;
  return (
    <Paper withBorder p="sm" mb="md" component="section" aria-labelledby="demo-tour" data-testid="demo-tour">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <div>
          <Title order={2} size="h6" id="demo-tour">
            This is the demo
          </Title>
          <Text size="sm">
            A real fleet works here, over providers on this machine that fail as scripted. Within a minute you see four things happen.
          </Text>
          <Text size="sm" c="dimmed" role="status">
            {seen === steps.length ? `All ${steps.length} have happened.` : `${seen} of ${steps.length} have happened.`}
          </Text>
        </div>
        <CloseButton
          aria-label="Close the tour of the demo"
          title="Settings shows it again"
          onClick={() => {
            setClosed(true);
            onClosed();
          }}
        />
      </Group>
      <ol className={classes.steps} aria-label="What to look at">
        {steps.map((step) => (
          <Line key={step.key} step={step} />
        ))}
      </ol>
      {seen === steps.length && (
        <Text size="sm" mt="xs">
          It goes on like this.{' '}
          <Anchor component={Link} to="/providers" fz="sm">
            Providers
          </Anchor>{' '}
          says who is out and until when,{' '}
          <Anchor component={Link} to="/rollouts" fz="sm">
            Rollouts
          </Anchor>{' '}
          has every task with its transcript, and{' '}
          <Anchor component={Link} to="/config" fz="sm">
            Config
          </Anchor>{' '}
          what all this is made of.
        </Text>
      )}
    </Paper>
  );
}
