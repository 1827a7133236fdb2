import './app/mantineStyles';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { start } from './app/start';

// Not in the task that evaluates all the code: a slow phone may answer in between.
void Promise.resolve().then(() => setTimeout(start));
