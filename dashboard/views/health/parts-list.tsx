import type { ComponentChildren } from 'preact';
import { errorWords } from '../../api-words.ts';
import { Relative } from '../../components/times.tsx';
import { lengthText, nameOf, numberText, relativeText } from '../../format.ts';
import { now } from '../../live/clock.ts';
import { type Summary, summary } from '../../live/live.ts';
import { hrefToBroadcast } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { health } from '../../texts/health.ts';

/** One line each for workers, Redis, events, versions and queue, with problems in words and colour. */
export function PartsList() {
  const texts = health.value;
  const known = summary.value;
  if (known === null) return <p class="note">{common.value.connecting}</p>;
  const { workers, redis, zoomEvents, versions } = known;
  return (
    <section aria-label={texts.parts}>
      <dl class="health-parts">
        <Part name={texts.workers} isBad={workers.seen === 0}>
          {workers.seen === 0 ? texts.noWorker : texts.workersSeen(workers.seen)}
        </Part>
        <Part name={texts.queue} isBad={known.oldestOverdue !== null}>
          <Queue known={known} />
        </Part>
        <Part name={texts.redis} isBad={!redis.writes}>
          {redis.writes ? texts.redisWrites : errorWords('redis_refuses_writes', redis.detail ?? '')}
        </Part>
        <Part name={texts.zoomEvents} isBad={zoomEvents.lastAt === null}>
          {zoomEvents.lastAt === null ? texts.zoomNever : <LastEvent at={zoomEvents.lastAt} />}
        </Part>
        <Part name={texts.versions} isBad={versions.length > 1}>
          {versions.length === 0 && texts.noVersion}
          {versions.map(({ version, processes }) => texts.version(version, processes)).join(', ')}
          {versions.length > 1 && ` ${texts.mixed}`}
        </Part>
      </dl>
    </section>
  );
}

function Part({ name, isBad, children }: { name: string; isBad: boolean; children: ComponentChildren }) {
  return (
    <div class={isBad ? 'bad' : ''}>
      <dt>{name}</dt>
      <dd>
        {/* A shape as well as a colour. */}
        <span aria-hidden="true">{isBad ? '▲ ' : '● '}</span>
        {children}
      </dd>
    </div>
  );
}

function LastEvent({ at }: { at: string }) {
  return (
    <time dateTime={at}>{health.value.zoomLast(relativeText(Math.min(Date.parse(at), now.value), now.value + 1))}</time>
  );
}

function Queue({ known }: { known: Summary }) {
  const texts = health.value;
  const { oldestOverdue, nextStart, nextStop, broadcasts } = known;
  const { starting, waiting, stopping, scheduled } = broadcasts.now;
  const next = [
    { name: texts.next.start, moment: nextStart },
    { name: texts.next.stop, moment: nextStop },
  ];
  return (
    <>
      {oldestOverdue === null ? (
        texts.nothingOverdue
      ) : (
        <>
          {texts.overdue[oldestOverdue.action](lengthText(oldestOverdue.overdueMs))}{' '}
          <a href={hrefToBroadcast(oldestOverdue.broadcastId)}>{nameOf(oldestOverdue)}</a>
        </>
      )}
      {` · ${texts.due(starting, waiting, stopping)} · ${texts.scheduled(numberText(scheduled))}`}
      {next.map(
        ({ name, moment }) =>
          moment && (
            <span key={name} class="quiet">
              {` · ${name} `}
              <Relative at={moment.at} />
            </span>
          ),
      )}
    </>
  );
}
