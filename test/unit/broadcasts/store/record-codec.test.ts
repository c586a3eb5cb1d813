import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BROADCAST_STATUSES,
  type Broadcast,
  ON_DROP,
  ON_MOVE,
  STATUS_CHECK_REASONS,
} from '../../../../src/broadcasts/broadcast.ts';
import { initialState } from '../../../../src/broadcasts/rules/initial-state.ts';
import { readRecord, recordText } from '../../../../src/broadcasts/store/record-codec.ts';

/**
 * What a record without the field means, to this build and to all before it: they read what this one stores. A line that changes
 * would change what is stored already.
 */
const LEFT_OUT = {
  ...{ title: null, timezone: null, destination: null, reason: null, nextAttemptAt: null, startedAt: null },
  ...{ stoppedAt: null, startLatenessMs: null, stopLatenessMs: null, confirmed: false, externalId: null, labels: {} },
  ...{ seriesId: null, source: null, startWindow: null, warnings: [], plannedAt: 0, movesSeen: [], movedBy: 0 },
  ...{ cancelRequested: false, faults: 0, unknownStarts: 0, mayBeOn: false, lookFirst: null, pendingRefusal: null },
  ...{ tokenRenewed: false, stopDueAt: null, configured: false, modeWanted: null, stopReason: null, polls: 0 },
  ...{ alerted: [], onDrop: 'leave', onMove: 'warn', drops: 0, restartWanted: false, preflightOf: 0 },
  ...{ announcedStart: null, announcedStop: null, held: null, releasedAt: null, wake: 0 },
} satisfies Partial<Broadcast>;

/** Without these a record is damaged: nobody may guess them. */
const ALWAYS = [
  ...['id', 'meetingId', 'kind', 'account', 'startAt', 'stopAt', 'settings', 'status', 'revision', 'createdAt'],
  ...['updatedAt', 'version', 'startBefore', 'inFlight'],
];

const text = fc.string({ unit: 'grapheme' });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const settings = fc.record(
  { activeSpeakerName: fc.boolean(), displayName: text, closeCaption: fc.constantFrom('burnt-in', 'off') },
  { requiredKeys: [] },
);
const warning = fc.record({ code: text, message: text, advice: text });

const anyBroadcast = fc.record(
  {
    ...{ id: text, meetingId: fc.stringMatching(/^\d{1,19}$/), kind: fc.constantFrom('meeting', 'webinar') },
    ...{ account: text, title: orNull(text), startAt: time, stopAt: orNull(time), timezone: orNull(text), settings },
    destination: orNull(fc.record({ streamUrl: text, sealedStreamKey: text, pageUrl: text })),
    ...{ status: fc.constantFrom(...BROADCAST_STATUSES), reason: orNull(text), revision: fc.nat() },
    ...{ nextAttemptAt: orNull(time), startedAt: orNull(time), stoppedAt: orNull(time) },
    ...{ startLatenessMs: orNull(fc.integer()), stopLatenessMs: orNull(fc.integer()), confirmed: fc.boolean() },
    ...{ externalId: orNull(text), labels: fc.dictionary(text, text, { noNullPrototype: true }) },
    ...{ seriesId: orNull(text), source: orNull(fc.record({ name: text, uid: text })) },
    ...{ onDrop: fc.constantFrom(...ON_DROP), onMove: fc.constantFrom(...ON_MOVE), startWindow: orNull(text) },
    ...{ warnings: fc.array(warning), createdAt: time, updatedAt: time, version: fc.nat(), plannedAt: fc.nat() },
    ...{ movesSeen: fc.array(time), movedBy: fc.oneof(fc.constant(0), fc.integer()), startBefore: time },
    inFlight: orNull(fc.record({ request: fc.constantFrom('start', 'stop'), fence: text, worker: text, at: time })),
    ...{ cancelRequested: fc.boolean(), faults: fc.nat(2), unknownStarts: fc.nat(2), mayBeOn: fc.boolean() },
    ...{ lookFirst: orNull(fc.constantFrom(...STATUS_CHECK_REASONS)), pendingRefusal: orNull(text) },
    ...{ tokenRenewed: fc.boolean(), stopDueAt: orNull(time), configured: fc.boolean(), modeWanted: orNull(settings) },
    ...{ stopReason: orNull(text), polls: fc.nat(2), alerted: fc.array(text), drops: fc.nat(2) },
    ...{
      restartWanted: fc.boolean(),
      preflightOf: fc.nat(2),
      announcedStart: orNull(time),
      announcedStop: orNull(time),
    },
    held: orNull(fc.record({ pauseId: text, note: orNull(text), since: time })),
    ...{ releasedAt: orNull(time), wake: fc.nat(2), traceparent: text },
    // Of a later build.
    ...{ constructor: text, later: fc.jsonValue() },
  },
  { requiredKeys: [...ALWAYS, ...Object.keys(LEFT_OUT)] as never[], noNullPrototype: true },
) as unknown as fc.Arbitrary<Broadcast>;

function read(data: string, { id, version, account, meetingId }: Broadcast): Broadcast {
  const { broadcast, damage } = readRecord(id, { data, key: [String(version), account, meetingId] });
  expect(damage).toBeNull();
  return broadcast as Broadcast;
}

const waiting = {
  ...{ ...initialState(), id: 'bc_1', meetingId: '123', kind: 'meeting', account: 'default', title: null },
  ...{ startAt: 1, stopAt: null, timezone: null, settings: {}, destination: null, status: 'scheduled', reason: null },
  ...{ revision: 1, externalId: null, labels: {}, seriesId: null, source: null, onDrop: 'leave', onMove: 'warn' },
  ...{ startWindow: null, warnings: [], createdAt: 1, updatedAt: 1, version: 1, plannedAt: 0, startBefore: 2 },
} satisfies Broadcast;

describe('a stored record', () => {
  it('is read as it was, whatever it holds', () => {
    fc.assert(
      fc.property(anyBroadcast, (broadcast) => {
        expect(read(recordText(broadcast), broadcast)).toEqual(JSON.parse(JSON.stringify(broadcast)));
      }),
    );
  });

  it('in full, as former builds wrote it, is read as the same', () => {
    fc.assert(
      fc.property(anyBroadcast, (broadcast) => {
        expect(read(JSON.stringify(broadcast), broadcast)).toEqual(read(recordText(broadcast), broadcast));
      }),
    );
  });

  it('leaves out what its lack says, and nothing else', () => {
    expect(Object.keys(JSON.parse(recordText(waiting))).sort()).toEqual([...ALWAYS].sort());
    for (const [name, value] of Object.entries(LEFT_OUT)) {
      const others = { ...waiting, [name]: name === 'labels' ? { a: '' } : Array.isArray(value) ? [1] : 'other' };
      expect(JSON.parse(recordText(others as Broadcast)), name).toHaveProperty([name]);
    }
  });

  it('means the same without a field in every build', () => {
    const { id, meetingId, kind, account, startAt, stopAt, settings: none, status, revision, ...rest } = waiting;
    const least = { id, meetingId, kind, account, startAt, stopAt, settings: none, status, revision };
    const { createdAt, updatedAt, version, startBefore, inFlight } = rest;
    const stored = JSON.stringify({ ...least, createdAt, updatedAt, version, startBefore, inFlight });
    expect(read(stored, waiting)).toEqual({ ...waiting, ...LEFT_OUT });
  });

  it.each(ALWAYS)('without "%s" is damaged: it is never guessed', (name) => {
    const { [name]: _left, ...others } = JSON.parse(recordText(waiting));
    const key = [String(waiting.version), waiting.account, waiting.meetingId];
    expect(readRecord(waiting.id, { data: JSON.stringify(others), key }).damage).toMatch(`"${name}"`);
  });

  it('gives each reader lists and objects of its own', () => {
    const [one, other] = [read(recordText(waiting), waiting), read(recordText(waiting), waiting)];
    for (const name of ['labels', 'warnings', 'movesSeen', 'alerted'] as const) expect(one[name]).not.toBe(other[name]);
  });
});
