import { Text } from '@mantine/core';
import { useReadsWords } from '../../../api/role';
import { SignInToRead } from '../../../shared/SignInToRead';
import { inputText } from '../attemptFacts';
import { oneLine } from '../parse/tool';
import { Fold } from '../rows/Fold';
import { FoldsProvider } from '../rows/folds';
import { LongText } from '../rows/LongText';
import rowClasses from '../rows/rows.module.css';
import classes from './header.module.css';

/** The daemon's placeholder for what one may not read. */
const hidden = '•••';

/** The agent's task, in one line; all of it when unfolded. */
export function TaskInput({ input }: { input: unknown }) {
  const text = inputText(input);
  const reads = useReadsWords();
  if (!reads && text === hidden)
    return (
      <Text size="sm">
        <SignInToRead what="the task" />
      </Text>
    );
  const head = (
    <>
      <span className={rowClasses.name}>Task</span> <span className={classes.task}>{oneLine(text)}</span>
    </>
  );
  return (
    <FoldsProvider>
      <div>
        <Fold foldKey="task" head={head}>
          {() => (
            <div className={classes.taskText} role="region" aria-label="Task" tabIndex={0}>
              <LongText foldKey="task" text={text} as="prose" />
            </div>
          )}
        </Fold>
      </div>
    </FoldsProvider>
  );
}
