import './app/mantineStyles';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { start } from './app/start';

// Yield between loading and rendering, so that a slow phone can handle input.
void Promise.resolve().then(() => setTimeout(start));
