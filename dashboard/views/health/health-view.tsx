import { health } from '../../texts/health.ts';
import { AccountsPart } from './accounts-part.tsx';
import { LatenessPart } from './lateness-part.tsx';
import { NotificationsPart } from './notifications-part.tsx';
import { PartsList } from './parts-list.tsx';
import './health.css';

/** Whether everything the broadcasts need is available, and how punctual starts and stops have been. */
export function HealthView() {
  return (
    <div class="health">
      <h2>{health.value.title}</h2>
      <PartsList />
      <AccountsPart />
      <LatenessPart />
      <NotificationsPart />
    </div>
  );
}
