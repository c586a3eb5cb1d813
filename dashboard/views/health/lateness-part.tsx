import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Broadcast } from '../../../src/client/index.ts';
import { problemText } from '../../api/api.ts';
import { apiWords } from '../../api-words.ts';
import { Choice } from '../../components/choice.tsx';
import { TableHead } from '../../components/table-head.tsx';
import { clockTime, lengthText, nameOf, numberText } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { holdRange } from '../../live/live.ts';
import { allInOrder, recordOf, recordsVersion } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { health } from '../../texts/health.ts';
import { type Bin, binsOf, heightOf, medianOf, SCALE, type Sent, sentWithin } from './lateness.ts';

const HOUR_MS = 3_600_000;
const SPANS = { hour: { ms: HOUR_MS, bins: 30 }, day: { ms: 24 * HOUR_MS, bins: 24 } } as const;
/** A broadcast that stopped within the day may have started up to this long before it, ms. */
const MAX_LENGTH_MS = 12 * HOUR_MS;
const SHOWN_SLOWEST = 5;

/** Lateness of the last hour and day: as a chart, as numbers, and the slowest by name. */
export function LatenessPart() {
  const texts = health.value;
  const span = useSignal<keyof typeof SPANS>('hour');
  const state = useSignal<string | null>(common.value.loading);
  useEffect(() => {
    const to = minute.peek() * 60_000;
    const range = holdRange(to - SPANS.day.ms - MAX_LENGTH_MS, to);
    range.done.then(
      () => (state.value = null),
      (error: unknown) => (state.value = texts.notShown(problemText(error))),
    );
    return range.release;
  }, []);
  const { ms, bins } = SPANS[span.value];
  const to = (minute.value + 1) * 60_000;
  const sent = useMemo(
    () =>
      sentWithin(
        allInOrder().map((record) => record.peek()),
        to - ms,
        to,
      ),
    [recordsVersion.value, to, ms],
  );
  return (
    <section>
      <h3>{texts.lateness}</h3>
      <Choice
        name={texts.lateness}
        value={span.value}
        options={[
          ['hour', texts.lastHour],
          ['day', texts.lastDay],
        ]}
        onChoose={(one) => (span.value = one)}
      />
      {state.value !== null && <p class="note">{state.value}</p>}
      <Chart sent={sent} bins={binsOf(sent, to - ms, to, bins)} />
      <Slowest sent={sent} />
    </section>
  );
}

/** Short times as ms, longer ones in words. */
function lateText(ms: number): string {
  return ms < 1_000 ? health.value.ms(numberText(Math.round(ms))) : lengthText(ms);
}

function Chart({ sent, bins }: { sent: readonly Sent[]; bins: readonly Bin[] }) {
  const texts = health.value;
  if (sent.length === 0) return <p class="empty lateness-sum">{texts.nothingSent}</p>;
  const median = medianOf(sent.map(({ lateMs }) => lateMs));
  const words = texts.latenessSum(numberText(sent.length), lateText(median), lateText(sent[0]?.lateMs ?? 0));
  const percent = (ms: number) => `${100 * heightOf(ms)}%`;
  return (
    <>
      <p class="lateness-sum">{words}</p>
      <div class="lateness-chart" role="img" aria-label={words}>
        {SCALE.map((ms) => (
          <span key={ms} class="lateness-line quiet" style={{ bottom: percent(ms) }}>
            {lateText(ms)}
          </span>
        ))}
        <div class="lateness-bins">
          {bins.map((bin) => (
            <div key={bin.at} class="lateness-bin" title={binText(bin)}>
              {bin.count > 0 && <div class="lateness-slowest" style={{ height: percent(bin.slowestMs) }} />}
              {bin.count > 0 && <div class="lateness-median" style={{ height: percent(bin.medianMs) }} />}
            </div>
          ))}
        </div>
      </div>
      <p class="lateness-ends quiet">
        <span>{clockTime(bins[0]?.at ?? 0)}</span>
        <span>{texts.chartHint}</span>
        <span>{common.value.now}</span>
      </p>
      <details>
        <summary>{texts.asTable}</summary>
        <BinTable bins={bins} />
      </details>
    </>
  );
}

function binText({ at, count, medianMs, slowestMs }: Bin): string {
  if (count === 0) return clockTime(at);
  return `${clockTime(at)}: ${health.value.latenessSum(numberText(count), lateText(medianMs), lateText(slowestMs))}`;
}

function BinTable({ bins }: { bins: readonly Bin[] }) {
  const texts = health.value;
  return (
    <table class="health-table">
      <TableHead names={[texts.time, texts.requests, texts.median, texts.max]} />
      <tbody>
        {bins
          .filter(({ count }) => count > 0)
          .map(({ at, count, medianMs, slowestMs }) => (
            <tr key={at}>
              <th scope="row">{clockTime(at)}</th>
              <td>{numberText(count)}</td>
              <td>{lateText(medianMs)}</td>
              <td>{lateText(slowestMs)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Slowest({ sent }: { sent: readonly Sent[] }) {
  const texts = health.value;
  const named = sent.slice(0, SHOWN_SLOWEST).flatMap((one) => {
    const broadcast: Broadcast | undefined = recordOf(one.id)?.peek();
    return broadcast ? [{ ...one, broadcast }] : [];
  });
  if (named.length === 0) return null;
  return (
    <>
      <h4>{texts.slowest}</h4>
      <ol class="lateness-list">
        {named.map(({ id, what, lateMs, dueAt, broadcast }) => (
          <li key={`${id} ${what}`} data-line tabIndex={-1}>
            <a href={hrefToBroadcast(id)}>{nameOf(broadcast)}</a>{' '}
            {`${texts.what[what]} ${clockTime(dueAt)} +${lateText(lateMs)}`}
            {/* The reason is the latest: beside the start, that of the stop would mislead. */}
            {what === 'stop' && broadcast.reason !== null && (
              <span class="quiet">{` · ${apiWords(broadcast.reason)}`}</span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
