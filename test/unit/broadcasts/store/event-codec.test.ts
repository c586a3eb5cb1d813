import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventText, readEvent } from '../../../../src/broadcasts/store/event-codec.ts';
import { historyText, readHistoryLine } from '../../../../src/broadcasts/store/record-codec.ts';

const AT = '2026-11-28T23:00:00.000Z';
const LATER = '2026-11-29T08:00:00.000Z';
/** What an event without the field means. A line that changes would change what is stored already. */
const LEFT_OUT = {
  ...{ kind: 'meeting', title: null, stopAt: null, timezone: null, settings: {}, destination: null, reason: null },
  ...{ revision: 1, nextAttemptAt: null, startedAt: null, stoppedAt: null, startLatenessMs: null },
  ...{ stopLatenessMs: null, confirmed: false, externalId: null, labels: {}, seriesId: null, startWindow: null },
  ...{ warnings: [], onDrop: 'leave', onMove: 'warn', paused: null, source: null },
};
const OTHERS: Record<keyof typeof LEFT_OUT, unknown> = {
  ...{ kind: 'webinar', title: 'Lecture', stopAt: LATER, timezone: 'Europe/Berlin', settings: { displayName: 'x' } },
  ...{ destination: { streamUrl: 'rtmp://x', pageUrl: 'https://x' }, reason: 'why', revision: 2, nextAttemptAt: LATER },
  ...{ startedAt: LATER, stoppedAt: LATER, startLatenessMs: 3, stopLatenessMs: 0, confirmed: true, externalId: '7' },
  ...{ labels: { 2: 'b', 1: 'a' }, seriesId: 's', startWindow: '5m', warnings: [{ code: 'c' }], onDrop: 'restart' },
  ...{ onMove: 'follow', paused: { until: null }, source: { name: 'n', uid: 'u' } },
};
const ORDER = [
  ...['id', 'meetingId', 'kind', 'account', 'title', 'startAt', 'stopAt', 'timezone', 'settings', 'destination'],
  ...['status', 'reason', 'revision', 'nextAttemptAt', 'startedAt', 'stoppedAt', 'startLatenessMs', 'stopLatenessMs'],
  ...['confirmed', 'externalId', 'labels', 'seriesId', 'startWindow', 'warnings', 'onDrop', 'onMove', 'paused'],
  ...['source', 'createdAt', 'updatedAt'],
];
const ALWAYS = { id: 'bc_1', meetingId: '81', account: 'main', startAt: LATER };

function event(type: string, change: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const view: Record<string, unknown> = {
    ...{ ...ALWAYS, ...LEFT_OUT, status: 'scheduled', createdAt: AT, updatedAt: AT },
    ...change,
  };
  return { type, timestamp: AT, data: { ...Object.fromEntries(ORDER.map((name) => [name, view[name]])), ...more } };
}

describe('the event of a broadcast', () => {
  it('is stored without what its lack says', () => {
    expect(JSON.parse(eventText(event('broadcast.scheduled')))).toEqual({
      ...{ type: 'broadcast.scheduled', timestamp: AT },
      of: ALWAYS,
    });
    const changed = event('broadcast.changed', { ...OTHERS, createdAt: LATER });
    expect(JSON.parse(eventText(changed)).of).toEqual({
      ...{ ...ALWAYS, ...OTHERS, status: 'scheduled', createdAt: LATER },
    });
  });

  it('is read byte for byte as it was, whatever it says', () => {
    const anyEvent = fc
      .tuple(
        fc.constantFrom('broadcast.scheduled', 'broadcast.live', 'broadcast.changed', 'alert.missed'),
        fc.subarray(Object.entries(OTHERS)),
        fc.constantFrom({}, { message: 'm' }, { alertId: 'al_1', broadcastId: 'bc_1', message: 'm', advice: 'a' }),
        fc.constantFrom('scheduled', 'live', ''),
      )
      .map(([type, change, more, status]) => event(type, { ...Object.fromEntries(change), status }, more));
    fc.assert(
      fc.property(anyEvent, (one) => {
        expect(JSON.stringify(readEvent(eventText(one)))).toBe(JSON.stringify(one));
      }),
    );
  });

  it('of an earlier build, or of something else, is read as it is', () => {
    const earlier = event('broadcast.live', OTHERS);
    expect(readEvent(JSON.stringify(earlier))).toEqual(earlier);
    const other = { type: 'series.changed', timestamp: AT, data: { id: 'sr_1' } };
    expect(readEvent(JSON.stringify(other))).toEqual(other);
    for (const text of ['', '{', 'null', '[]', '7']) expect(readEvent(text)).toBeNull();
  });
});

describe('a line of a history', () => {
  const line = { at: 1, type: 'created', from: null, to: 'scheduled', by: 'api', reason: null } as const;

  it('is stored without what is null, and read as it was', () => {
    const entry = { ...line, request: null, answer: null };
    expect(JSON.parse(historyText(entry))).toEqual({ at: 1, type: 'created', to: 'scheduled', by: 'api' });
    expect(readHistoryLine(historyText(entry))).toEqual([entry]);
    const full = { ...line, from: 'live', request: { title: null }, answer: 0, requestId: 'r' } as const;
    expect(readHistoryLine(historyText(full))).toEqual([full]);
  });

  it('of an earlier build is read as it is', () => {
    const entry = { ...line, request: null, answer: null };
    expect(readHistoryLine(JSON.stringify(entry))).toEqual([entry]);
  });
});
