import type { components } from '../../../src/client/index.ts';
import { api } from '../../api/api.ts';
import { ActButton } from '../../components/act-button.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { TableHead } from '../../components/table-head.tsx';
import { Time } from '../../components/times.tsx';
import { numberText } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { useReading } from '../../live/use-reading.ts';
import { health } from '../../texts/health.ts';

type Dead = components['schemas']['DeadNotifications']['dead'][number];

/** The most that the API lists, and resends, per request. */
const MAX_DEAD = 1_000;

/** Notifications that could not be delivered within a day, why, and a button to retry them. */
export function NotificationsPart() {
  const texts = health.value;
  const read = async () => (await api.listDeadNotifications({ query: { limit: MAX_DEAD } })).dead;
  const { value: dead, problem, load } = useReading(read, { when: [minute.value] });
  const retry = async () => {
    const { retried } = await api.retryDeadNotifications();
    await load();
    return texts.retried(retried);
  };
  return (
    <section>
      <h3>{texts.notifications}</h3>
      {problem.value !== '' && <p class="note">{texts.notShown(problem.value)}</p>}
      {dead.value?.length === 0 && <p class="empty">{texts.allDelivered}</p>}
      {dead.value !== null && dead.value.length > 0 && (
        <>
          <DeadTable dead={dead.value} />
          {dead.value.length === MAX_DEAD && <p class="quiet">{texts.andMore(numberText(MAX_DEAD))}</p>}
          <ActButton label={texts.retry} does={texts.retryDoes} needs="write" act={retry} />
        </>
      )}
    </section>
  );
}

function DeadTable({ dead }: { dead: readonly Dead[] }) {
  const texts = health.value;
  return (
    <ScrollArea name={texts.notifications}>
      <table class="health-table">
        <TableHead names={[texts.failedAt, texts.event, texts.target, texts.reason]} />
        <tbody>
          {dead.map(({ eventId, target, type, failedAt, reason }) => (
            <tr key={`${eventId} ${target}`}>
              <td>
                <Time at={failedAt} />
              </td>
              <td>{type}</td>
              <td>{target}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
