import { computed } from '@preact/signals';
import { numberText } from '../../format.ts';
import { type AlertGroup, groupsOf } from '../../live/alert-groups.ts';
import { type Alert, alerts } from '../../live/alerts.ts';
import { connection, summary } from '../../live/live.ts';
import { attention } from '../../texts/attention.ts';
import { common } from '../../texts/common.ts';
import { AlertCard, AlertLine } from './alert-card.tsx';
import './attention.css';

const groups = computed<AlertGroup[]>(() => groupsOf(alerts.value?.open ?? []));

export function AttentionView() {
  const texts = attention.value;
  const known = alerts.value;
  const withoutWorker = summary.value?.workers.seen === 0 && !known?.open.some(({ code }) => code === 'no_worker');
  return (
    <div class="attention">
      <h2>{texts.title}</h2>
      {withoutWorker && <NoWorker />}
      {known === null ? (
        <p class="note">{common.value.loading}</p>
      ) : (
        <Groups known={known.open} calm={!withoutWorker} />
      )}
      {known !== null && known.acknowledged.length > 0 && <Acknowledged known={known.acknowledged} />}
    </div>
  );
}

function Groups({ known, calm }: { known: readonly Alert[]; calm: boolean }) {
  const texts = attention.value;
  if (known.length === 0) {
    // While nothing can be read, nobody knows whether all is well.
    if (connection.value.state !== 'open') return <p class="empty">{texts.unknown}</p>;
    return calm ? <p class="empty">{texts.calm}</p> : null;
  }
  return (
    <>
      <p class="quiet">{texts.count(numberText(groups.value.length), numberText(known.length))}</p>
      <ol class="cards">
        {groups.value.map((group) => (
          <AlertCard key={group.key} group={group} />
        ))}
      </ol>
    </>
  );
}

/** Show this at once: the alert of the same name comes half a minute later. */
function NoWorker() {
  const texts = attention.value;
  return (
    <section class="card card-bad">
      <h3>{texts.code.no_worker}</h3>
      <p>{common.value.noWorker}</p>
      <p class="quiet">{texts.noWorkerAdvice}</p>
    </section>
  );
}

function Acknowledged({ known }: { known: readonly Alert[] }) {
  const texts = attention.value;
  return (
    <details>
      <summary>{texts.acknowledged(numberText(known.length))}</summary>
      <ul class="names">
        {known.map((alert) => (
          <li key={alert.id}>
            <AlertLine alert={alert} />
            <span class="quiet">
              {texts.code[alert.code]} · {alert.acknowledgedBy !== null && texts.by(alert.acknowledgedBy)}
              {alert.note !== null && ` · ${alert.note}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
