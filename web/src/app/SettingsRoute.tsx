import { SessionPanel } from '../features/session/SessionPanel';
import SettingsPage from '../features/settings/SettingsPage';

/** Two features on one page. */
export default function SettingsRoute() {
  return <SettingsPage session={<SessionPanel />} />;
}
