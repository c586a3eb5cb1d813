import type { Broadcast } from '../../../src/client/index.ts';
import { alertWords, apiWords, findingWords } from '../../api-words.ts';
import { Actions } from '../../components/broadcast-actions.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Countdown, Relative } from '../../components/times.tsx';
import { nameOf } from '../../format.ts';
import { withoutName } from '../../live/alert-groups.ts';
import { alerts } from '../../live/alerts.ts';
import { nextChangeOf } from '../../live/reading.ts';
import { useBroadcast } from '../../live/use-broadcast.ts';
import { attention } from '../../texts/attention.ts';
import { broadcastTexts } from '../../texts/broadcast.ts';
import { common } from '../../texts/common.ts';
import type { ViewProps } from '../../views.ts';
import { Facts } from './facts.tsx';
import { History } from './history.tsx';
import { LifeCycle } from './life-cycle.tsx';
import './broadcast.css';

export function BroadcastView({ id }: ViewProps) {
  const { broadcast, problem } = useBroadcast(id);
  if (problem !== null)
    return (
      <p class="note bad" role="alert">
        {broadcastTexts.value.noSuch(problem)}
      </p>
    );
  if (broadcast === null) return <p class="note">{common.value.loading}</p>;
  return (
    <article class="broadcast">
      <h2>{nameOf(broadcast)}</h2>
      <Now one={broadcast} />
      <Actions broadcast={broadcast} />
      <Links one={broadcast} />
      <LifeCycle one={broadcast} />
      <Warnings one={broadcast} />
      <Facts one={broadcast} />
      <History one={broadcast} />
    </article>
  );
}

/** Its state, why, and what happens next and when. */
function Now({ one }: { one: Broadcast }) {
  const texts = broadcastTexts.value;
  const next = nextChangeOf(one);
  return (
    <>
      <p class="broadcast-now" role="status">
        <StatusMark status={one.status} confirmed={one.confirmed} />{' '}
        {one.paused !== null && <span class="tag">{common.value.paused}</span>}
      </p>
      {next !== null && (
        <p class="quiet">
          {texts.next[next.what]} <Countdown at={next.at} />
        </p>
      )}
      {one.reason !== null && <p class="broadcast-why">{apiWords(one.reason)}</p>}
    </>
  );
}

function Links({ one }: { one: Broadcast }) {
  const texts = broadcastTexts.value;
  const watch = one.destination?.pageUrl;
  return (
    <p class="broadcast-links">
      <a href={`https://zoom.us/${one.kind}/${one.meetingId}`} target="_blank" rel="noreferrer">
        {texts.inZoom}
      </a>
      {watch !== undefined && /^https?:/.test(watch) && (
        <a href={watch} target="_blank" rel="noreferrer">
          {texts.watch}
        </a>
      )}
    </p>
  );
}

/** The findings of the preflight and the open alerts, each with what to do. */
function Warnings({ one }: { one: Broadcast }) {
  const texts = broadcastTexts.value;
  const known = alerts.value;
  const own = [...(known?.open ?? []), ...(known?.acknowledged ?? [])].filter(
    ({ broadcastId }) => broadcastId === one.id,
  );
  return (
    <>
      {own.length > 0 && (
        <section aria-label={texts.alerts}>
          <h3>{texts.alerts}</h3>
          <ul>
            {own.map((alert) => (
              <li key={alert.id}>
                <strong class="bad">{attention.value.code[alert.code]}</strong> {withoutName(alertWords(alert).message)}{' '}
                <Relative at={alert.raisedAt} />
                <div class="quiet">{alertWords(alert).advice}</div>
                {alert.note !== null && <div class="quiet">{alert.note}</div>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {one.warnings.length > 0 && (
        <section aria-label={texts.warnings}>
          <h3>{texts.warnings}</h3>
          <ul>
            {one.warnings.map((warning) => (
              <li key={warning.code}>
                {findingWords(warning).message}
                <div class="quiet">{findingWords(warning).advice}</div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
