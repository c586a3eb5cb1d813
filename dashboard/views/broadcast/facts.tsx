import type { ComponentChildren } from 'preact';
import type { Broadcast } from '../../../src/client/index.ts';
import { fullTime, lengthText, longTime, numberText } from '../../format.ts';
import { labelsOf } from '../../live/filters.ts';
import { zone } from '../../live/live.ts';
import { hrefTo } from '../../router.ts';
import { broadcastTexts } from '../../texts/broadcast.ts';
import { common } from '../../texts/common.ts';
import { plan } from '../../texts/plan.ts';

/** Above this, milliseconds are too precise to be useful. */
const IN_MS_BELOW = 10_000;

export function Facts({ one }: { one: Broadcast }) {
  const texts = broadcastTexts.value;
  const span = (from: string, to: string | null, text: (at: string) => string) =>
    to === null ? `${text(from)} (${common.value.noStop})` : `${text(from)} – ${text(to)}`;
  const elsewhere = one.timezone === null || one.timezone === zone() ? null : one.timezone;
  return (
    <section aria-label={texts.facts}>
      <h3>{texts.facts}</h3>
      <dl class="facts">
        <Fact name={texts.planned}>{span(one.startAt, one.stopAt, longTime)}</Fact>
        {elsewhere !== null && (
          <Fact name={texts.there(elsewhere)}>{span(one.startAt, one.stopAt, (at) => longTime(at, elsewhere))}</Fact>
        )}
        {one.startedAt !== null && (
          <Fact name={texts.actual}>
            {fullTime(one.startedAt)}
            {one.stoppedAt !== null && ` – ${fullTime(one.stoppedAt)}`}
          </Fact>
        )}
        <Lateness name={texts.startLate} ms={one.startLatenessMs} />
        <Lateness name={texts.stopLate} ms={one.stopLatenessMs} />
        <Fact name={texts.meeting}>
          {one.kind === 'webinar' && `${plan.value.kinds.webinar} `}
          {one.meetingId}
        </Fact>
        <Fact name={texts.account}>{one.account}</Fact>
        {labelsOf(one).length > 0 && <Fact name={texts.labels}>{labelsOf(one).join(', ')}</Fact>}
        {one.externalId !== null && <Fact name={texts.externalId}>{one.externalId}</Fact>}
        {one.seriesId !== null && (
          <Fact name={texts.series}>
            <a href={hrefTo('/', { seriesId: one.seriesId })}>{one.seriesId}</a>
          </Fact>
        )}
        {one.source !== null && <Fact name={texts.source}>{one.source.name}</Fact>}
        {one.paused !== null && (
          <Fact name={texts.paused}>
            {[one.paused.note, one.paused.by, one.paused.until && fullTime(one.paused.until)]
              .filter(Boolean)
              .join(' · ')}
          </Fact>
        )}
        {one.destination !== null && <Fact name={texts.destination}>{one.destination.streamUrl}</Fact>}
        <Fact name={texts.onDrop}>{texts.onDropIs[one.onDrop]}</Fact>
        <Fact name={texts.revision}>{numberText(one.revision)}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Lateness({ name, ms }: { name: string; ms: number | null }) {
  if (ms === null) return null;
  return <Fact name={name}>{ms < IN_MS_BELOW ? broadcastTexts.value.ms(numberText(ms)) : lengthText(ms)}</Fact>;
}
