import { IconBraces, IconChevronDown, IconChevronRight, IconMessages, IconTimeline } from '@tabler/icons-react';
import { memo, useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Attempt, Held, Rollout } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { shortId } from '../../shared/format';
import { HeldLine } from '../../shared/health/HeldLine';
import { isManaged } from '../../shared/isManaged';
import { memberOf } from '../../shared/jsonText';
import { opensOn } from '../../shared/opensOn';
import { runEndingOf } from '../../shared/runEnding';
import { StatusBadge } from '../../shared/StatusBadge';
import { inputPreview, none, statusWords } from './cells';
import classes from './Rollouts.module.css';
import { Duration, Heartbeat, Start } from './Times';

/** A row's actions; always the same object, so that a row is drawn again only when its content changes. */
export interface RowActions {
  /** Null: rows cannot be selected. */
  select: ((id: string, selected: boolean) => void) | null;
  expand: (id: string) => void;
  json: (rolloutId: string, attemptId: string | null) => void;
  transcript: (rolloutId: string, attemptId: string) => void;
}

interface Props {
  rollout: Rollout;
  /** As the store wrote it; undefined for the line of an older attempt. */
  text?: string;
  /** The attempt of this line: the latest, or an older one below it. */
  attempt: Attempt | undefined;
  selected?: boolean;
  expanded?: boolean;
  /** What it waits for, when a provider is out. */
  held?: Held | undefined;
  actions: RowActions;
}

function Worker({ id, managed }: { id: string | null | undefined; managed: boolean }): ReactNode {
  if (id == null) return none;
  return (
    <Link to={managed ? `/agents/${encodeURIComponent(id)}` : `/runners?q=${encodeURIComponent(id)}`} className={classes.link} title={id}>
      {shortId(id, 18)}
    </Link>
  );
}

function Resources({ id }: { id: string | null }): ReactNode {
  if (id === null) return '–';
  const encoded = encodeURIComponent(id);
  return (
    <Link className={classes.link} to={`/resources/${encoded}?q=${encoded}`} title={id}>
      {shortId(id)}
    </Link>
  );
}

function IconButton({
  label,
  title,
  onClick,
  children,
  ...more
}: {
  label: string;
  title?: string;
  onClick: () => void;
  children: ReactNode;
  'aria-expanded'?: boolean;
}) {
  return (
    <button type="button" className={classes.icon} aria-label={label} title={title} onClick={onClick} {...more}>
      {children}
    </button>
  );
}

function AttemptCell({
  rollout,
  attempt,
  expanded,
  onExpand,
}: {
  rollout: Rollout;
  attempt: Attempt;
  expanded: boolean;
  onExpand: (() => void) | null;
}) {
  return (
    <span className={classes.together}>
      {onExpand !== null && attempt.sequence_id > 1 && (
        <IconButton
          label={`${expanded ? 'hide' : 'show'} older attempts of ${rollout.rollout_id}`}
          aria-expanded={expanded}
          onClick={onExpand}
        >
          {expanded ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        </IconButton>
      )}
      <CopyableId id={attempt.attempt_id} what="attempt" />
      {attempt.sequence_id > 1 && (
        <span className={classes.retries} role="img" aria-label={`attempt ${attempt.sequence_id}`}>
          ⟳ {attempt.sequence_id}
        </span>
      )}
    </span>
  );
}

/** How the process ended, where that explains something. */
function Ended({ attempt }: { attempt: Attempt | undefined }) {
  const ending = runEndingOf(attempt?.metadata ?? null);
  if (ending === null || ending.ordinary) return null;
  return <span className={classes.ended}>{ending.words}</span>;
}

/** One line of the table: a rollout with its latest attempt, or one of its older attempts. Opens the transcript, or else the JSON. */
export const RolloutRow = memo(function RolloutRow({ rollout, text, attempt, selected = false, expanded = false, held, actions }: Props) {
  const id = rollout.rollout_id;
  const { select } = actions;
  const older = text === undefined;
  const managed = isManaged(rollout);
  const named = older && attempt ? attempt.attempt_id : null;
  const times = older && attempt ? attempt : rollout;
  const input = useMemo(() => (text === undefined ? null : (memberOf(text, 'input') ?? 'null')), [text]);
  const words = older && attempt ? [attempt.status] : statusWords(rollout, attempt);
  return (
    <tr
      data-testid={older ? undefined : `rollout-row-${id}`}
      data-row={older ? undefined : ''}
      data-older={older}
      className={classes.row}
      tabIndex={older ? undefined : -1}
      {...opensOn(() => (managed && attempt ? actions.transcript(id, attempt.attempt_id) : actions.json(id, named)))}
    >
      <td>
        {!older && select !== null && (
          <input
            type="checkbox"
            className={classes.check}
            checked={selected}
            aria-label={`select ${id}`}
            onChange={(event) => select(id, event.currentTarget.checked)}
          />
        )}
      </td>
      <td>{!older && <CopyableId id={id} what="rollout" />}</td>
      <td>
        {attempt === undefined ? (
          none
        ) : (
          <AttemptCell rollout={rollout} attempt={attempt} expanded={expanded} onExpand={older ? null : () => actions.expand(id)} />
        )}
      </td>
      <td className={classes.input} title={input === null ? undefined : inputPreview(input, 2000)}>
        {input !== null && inputPreview(input)}
      </td>
      <td>
        <span className={classes.statuses}>
          {words.map((word, index) => (
            <span key={word} className={classes.together}>
              {index > 0 && <span aria-hidden>–</span>}
              <StatusBadge status={word} />
            </span>
          ))}
          <Ended attempt={attempt} />
          {held !== undefined && (
            <span className={classes.held}>
              <HeldLine held={held} />
            </span>
          )}
        </span>
      </td>
      <td>
        <Resources id={rollout.resources_id} />
      </td>
      <td>{rollout.mode ?? '–'}</td>
      <td>
        <Start seconds={times.start_time} />
      </td>
      <td>
        <Duration of={times} />
      </td>
      <td>
        <Heartbeat attempt={attempt} />
      </td>
      <td>
        <Worker id={attempt?.worker_id} managed={managed} />
      </td>
      <td>
        <span className={classes.together}>
          <IconButton label={`raw JSON of ${named ?? id}`} title="Raw JSON" onClick={() => actions.json(id, named)}>
            <IconBraces size={16} />
          </IconButton>
          <Link
            className={classes.icon}
            to={`/traces?rollout=${id}${attempt ? `&attempt=${attempt.attempt_id}` : ''}`}
            aria-label={`traces of ${named ?? id}`}
            title="Traces"
          >
            <IconTimeline size={16} />
          </Link>
          {managed && attempt && (
            <IconButton
              label={`transcript of ${named ?? id}`}
              title="Transcript"
              onClick={() => actions.transcript(id, attempt.attempt_id)}
            >
              <IconMessages size={16} />
            </IconButton>
          )}
        </span>
      </td>
    </tr>
  );
});
