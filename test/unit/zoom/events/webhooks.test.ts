import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zoomEventsOf } from '../../../../src/zoom/events/inbox.ts';
import { parseWebhookEvent } from '../../../../src/zoom/events/parse.ts';
import { findSigningSecret, urlValidationAnswer } from '../../../../src/zoom/events/signature.ts';

const SECRETS = ['north-secret', 'south-secret'];
const TIMESTAMP = '1796565600';

function sign(secret: string, rawBody: Buffer, timestamp = TIMESTAMP): string {
  return `v0=${createHmac('sha256', secret)
    .update(`v0:${timestamp}:${rawBody.toString('latin1')}`, 'latin1')
    .digest('hex')}`;
}

describe('the signature', () => {
  const rawBody = Buffer.from('{"event":"meeting.started","payload":{"object":{"topic":"Grüße 🎥"}}}');

  it('names the secret that signed the bytes', () => {
    const signature = sign('south-secret', rawBody);
    expect(findSigningSecret({ timestamp: TIMESTAMP, signature, rawBody }, SECRETS)).toBe('south-secret');
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    expect(
      findSigningSecret({ timestamp: TIMESTAMP, signature: sign('north-secret', bytes), rawBody: bytes }, SECRETS),
    ).toBe('north-secret');
  });

  it('finds none for anything that differs', () => {
    const signature = sign('north-secret', rawBody);
    const good = { timestamp: TIMESTAMP, signature, rawBody };
    const bad = [
      { ...good, timestamp: '1796565601' },
      { ...good, timestamp: undefined },
      { ...good, signature: undefined },
      { ...good, signature: signature.slice(0, -2) },
      { ...good, signature: signature.replace('v0=', 'v1=') },
      { ...good, signature: `${signature.slice(0, -1)}${signature.endsWith('0') ? '1' : '0'}` },
      { ...good, rawBody: Buffer.concat([rawBody, Buffer.from(' ')]) },
      { ...good, signature: sign('other', rawBody) },
    ];
    for (const delivery of bad) expect(findSigningSecret(delivery, SECRETS)).toBeNull();
    expect(findSigningSecret(good, [])).toBeNull();
    expect(findSigningSecret({ ...good, signature: sign('', rawBody) }, [''])).toBeNull();
  });

  it('answers the URL validation', () => {
    expect(urlValidationAnswer('secret', 'qgg8vlvZRS6UYooatFL8Aw')).toEqual({
      plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
      encryptedToken: createHmac('sha256', 'secret').update('qgg8vlvZRS6UYooatFL8Aw').digest('hex'),
    });
  });
});

function applyZoomEvent(event: string, object: string, payload = '', ts = '"event_ts":1796565600123,') {
  const parsed = parseWebhookEvent(
    `{"event":"${event}",${ts}"payload":{"account_id":"Acc"${payload},"object":${object}}}`,
  );
  if (parsed.type !== 'zoom_event') throw new Error(`no observation but ${parsed.type}`);
  return parsed.zoomEvent;
}

describe('events', () => {
  it('reads a stream event and drops the stream key at once', () => {
    const streaming =
      '{"service":"Custom_Live_Streaming_Service","custom_live_streaming_settings":{"stream_url":"rtmp://x","stream_key":"TOPSECRET"}}';
    const object = `{"id":68423085,"uuid":"u==","host_id":"h","type":2,"live_streaming":${streaming}}`;
    const seen = applyZoomEvent('meeting.live_streaming_started', object, ',"operator":"a@example.com"');
    expect(seen).toEqual({
      event: 'meeting.live_streaming_started',
      accountId: 'Acc',
      meetingId: '68423085',
      uuid: 'u==',
      hostId: 'h',
      eventTs: 1_796_565_600_123,
      kind: 'meeting',
      what: 'stream_started',
      service: 'Custom_Live_Streaming_Service',
      operator: true,
    });
    expect(JSON.stringify(seen)).not.toContain('TOPSECRET');
  });

  it.each([
    ['meeting.started', 'meeting_started', 'meeting'],
    ['meeting.ended', 'meeting_ended', 'meeting'],
    ['webinar.started', 'meeting_started', 'webinar'],
    ['webinar.ended', 'meeting_ended', 'webinar'],
    ['meeting.live_streaming_stopped', 'stream_stopped', 'meeting'],
    ['webinar.live_streaming_started', 'stream_started', 'webinar'],
    ['meeting.deleted', 'deleted', 'meeting'],
    ['meeting.permanently_deleted', 'deleted', 'meeting'],
    ['webinar.deleted', 'deleted', 'webinar'],
    ['meeting.recovered', 'recovered', 'meeting'],
    ['meeting.participant_joined', 'other', 'meeting'],
  ])('%s is %s of a %s', (event, what, kind) => {
    expect(applyZoomEvent(event, '{"id":"123","uuid":"u"}')).toMatchObject({
      what,
      kind,
      meetingId: '123',
      operator: false,
    });
  });

  it('takes a stream event of a webinar type for a webinar', () => {
    expect(applyZoomEvent('meeting.live_streaming_started', '{"id":1,"type":9}').kind).toBe('webinar');
  });

  it.each([
    ['9223372036854775807', '9223372036854775807'],
    ['9007199254740993', '9007199254740993'],
    ['"9223372036854775807"', '9223372036854775807'],
    ['"684 2308 5"', '68423085'],
    ['85746065', '85746065'],
  ])('keeps the number %s as it is', (id, meetingId) => {
    const object = `{"topic":"a \\"9007199254740993\\" 9007199254740993 b","id": ${id}}`;
    expect(applyZoomEvent('meeting.updated', object)).toMatchObject({
      meetingId,
      changes: { topic: 'a "9007199254740993" 9007199254740993 b' },
    });
  });

  it('reports what an update changed, and no more', () => {
    const object = '{"id":1,"start_time":"2026-12-06T15:00:00Z","duration":60,"password":"pw"}';
    const seen = applyZoomEvent('meeting.updated', object, ',"scope":"all","time_stamp":1796565600999', '');
    const schedule = [
      { what: 'updated', occurrenceAt: null, movedTo: 1_796_569_200_000, movedFrom: null, whole: true },
    ];
    expect(seen.changes).toEqual({ duration: 60, schedule });
    expect(seen.eventTs).toBe(1_796_565_600_999);
  });

  it('knows one deleted occurrence from a deleted meeting', () => {
    const object = '{"id":1,"duration":30,"occurrences":[{"occurrence_id":1796565600000}]}';
    const at = 1_796_565_600_000;
    const none = { movedTo: null, movedFrom: null };
    const parts = (operation: string, one = object) =>
      applyZoomEvent('meeting.deleted', one, `,"operation":"${operation}"`).changes?.schedule;
    expect(parts('single')).toEqual([
      { what: 'deleted', occurrenceAt: at, occurrenceId: at, lasts: 1_800_000, ...none },
    ]);
    expect(parts('all')).toEqual([{ what: 'deleted', occurrenceAt: null, ...none }]);
    expect(parts('single', '{"id":1}')).toEqual([{ what: 'deleted', occurrenceAt: null, ...none }]);
  });

  it.each([
    ['1796565600', 1_796_565_600_000],
    ['"1796565600123"', 1_796_565_600_123],
    ['1796565600123.9', 1_796_565_600_123],
    ['9e15', 9e15],
    ['99999999999999999999', 1e20],
    ['-1', null],
    ['0', null],
    ['1e999', null],
    ['"soon"', null],
    ['""', null],
    ['true', null],
    ['null', null],
    ['[1796565600123]', null],
    ['{}', null],
  ])('reads event_ts %s as %s', (written, eventTs) => {
    expect(applyZoomEvent('meeting.started', '{"id":1}', '', `"event_ts":${written},`).eventTs).toBe(eventTs);
  });

  it('does without event_ts', () => {
    expect(applyZoomEvent('meeting.deleted', '{"id":1}', '', '').eventTs).toBeNull();
  });

  it('knows the URL validation, and what is no business of ours', () => {
    const validation = '{"event":"endpoint.url_validation","event_ts":1,"payload":{"plainToken":"abc"}}';
    expect(parseWebhookEvent(Buffer.from(validation))).toEqual({ type: 'url_validation', plainToken: 'abc' });
    const user = '{"event":"user.created","event_ts":1,"payload":{"account_id":"A","object":{"id":"abc"}}}';
    expect(parseWebhookEvent(user)).toEqual({ type: 'ignored', event: 'user.created', accountId: 'A' });
  });

  it('refuses what is no event', () => {
    expect(() => parseWebhookEvent('{"event":')).toThrowError(expect.objectContaining({ code: 'malformed_json' }));
    expect(() => parseWebhookEvent('[]')).toThrowError(expect.objectContaining({ code: 'validation_failed' }));
  });
});

const AT = 1_796_565_600_000;
const MINUTE = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const occurrence = (id: number, at = id, more = {}) => ({
  occurrence_id: String(id),
  start_time: iso(at),
  duration: 60,
  ...more,
});

/** What the domain gets of this event, taken in at `now`. */
function zoomEvents(event: string, payload: object, more: { now?: number; ts?: number; signedAt?: number } = {}) {
  const body = { event, ...(more.ts === undefined ? {} : { event_ts: more.ts }), payload };
  const parsed = parseWebhookEvent(JSON.stringify(body));
  if (parsed.type !== 'zoom_event') throw new Error(`no observation but ${parsed.type}`);
  return zoomEventsOf(parsed.zoomEvent, 'east', more.now ?? AT, more.signedAt);
}

describe('the time of an event', () => {
  const at = (ts?: number, signedAt?: number) =>
    zoomEvents('meeting.deleted', { object: { id: 1 } }, { ...(ts && { ts }), ...(signedAt && { signedAt }) })[0];

  it('is what Zoom says, up to five minutes ahead', () => {
    expect(at(AT + 5 * MINUTE)).toMatchObject({ at: AT + 5 * MINUTE });
    expect(at(AT + 5 * MINUTE + 1)).toMatchObject({ at: AT, stamp: AT + 5 * MINUTE + 1 });
    for (const ahead of [Date.UTC(2099, 0), 9e15, 1e300]) expect(at(ahead)).toMatchObject({ at: AT, stamp: ahead });
    expect(at(AT - 9e11)).toMatchObject({ at: AT - 9e11 });
  });

  it('is when it was signed when Zoom does not say, and when it came in when that is no time of the past', () => {
    expect(at(undefined, AT - MINUTE)?.at).toBe(AT - MINUTE);
    expect(at(undefined, AT + MINUTE)?.at).toBe(AT);
    expect(at()?.at).toBe(AT);
  });
});

describe('a recurring meeting', () => {
  const hour = 60 * MINUTE;
  const parts = (event: string, payload: object) =>
    zoomEvents(event, payload).map(({ what, occurrenceAt, movedTo, movedFrom, whole, since }) => ({
      ...{ what, occurrenceAt, movedTo, movedFrom },
      ...(whole && { whole }),
      ...(since !== undefined && { since }),
    }));
  const none = { occurrenceAt: null, movedTo: null, movedFrom: null };

  it('loses the occurrences that are listed, in the object or beside it', () => {
    const occurrences = [occurrence(AT), occurrence(AT + 24 * hour)];
    const lost = [AT, AT + 24 * hour].map((at) => ({
      what: 'deleted',
      occurrenceAt: at,
      movedTo: null,
      movedFrom: null,
    }));
    expect(parts('meeting.deleted', { operation: 'single', object: { id: 1, occurrences } })).toEqual(lost);
    expect(parts('meeting.deleted', { operation: 'single', occurrences, object: { id: 1 } })).toEqual(lost);
    expect(parts('webinar.deleted', { operation: 'new word', object: { id: 1, occurrences } })).toEqual(lost);
    const gone = [occurrence(AT, AT, { status: 'deleted' })];
    expect(parts('meeting.updated', { scope: 'single', object: { id: 1, occurrences: gone } })).toEqual([lost[0]]);
  });

  it('loses all of them with the meeting, and those that follow with the first', () => {
    const object = { id: 1, occurrences: [occurrence(AT)] };
    expect(parts('meeting.deleted', { operation: 'all', object })).toEqual([{ what: 'deleted', ...none }]);
    const rest = { what: 'deleted', ...none, movedFrom: AT, whole: true, since: AT };
    for (const operation of ['this_and_following', 'thisAndFuture'])
      expect(parts('meeting.deleted', { operation, object })).toEqual([rest]);
  });

  it('does not lose everything with an occurrence that cannot be identified', () => {
    const object = { id: 1, occurrences: [{ occurrence_id: 'x' }] };
    expect(parts('meeting.deleted', { operation: 'single', object })).toEqual([{ what: 'updated', ...none }]);
    for (const type of [3, 6, 8, 9]) {
      const recurring = { id: 1, type, start_time: '2026-12-06T14:00:00Z' };
      for (const more of [{}, { occurrences: [] }]) {
        const event = { operation: 'single', object: { ...recurring, ...more } };
        expect(parts('meeting.deleted', event)).toEqual([{ what: 'updated', ...none }]);
      }
      expect(parts('meeting.deleted', { operation: 'all', object: recurring })).toEqual([{ what: 'deleted', ...none }]);
    }
    expect(parts('meeting.deleted', { operation: 'single', object: { id: 1, type: 2 } })).toEqual([
      { what: 'deleted', ...none },
    ]);
  });

  it('has an occurrence moved from where it was, which its id need not say any more', () => {
    const now = { id: 1, occurrences: [occurrence(AT, AT + 3 * hour)] };
    const moved = { what: 'updated', occurrenceAt: AT + hour, movedTo: AT + 3 * hour, movedFrom: null };
    const before = { id: 1, occurrences: [occurrence(AT, AT + hour)] };
    expect(parts('meeting.updated', { scope: 'single', object: now, old_object: before })).toEqual([moved]);
    const renamed = { id: 1, occurrences: [occurrence(AT + 5, AT + hour)] };
    expect(parts('meeting.updated', { scope: 'single', object: now, old_object: renamed })).toEqual([moved]);
    expect(parts('meeting.updated', { scope: 'single', object: now })).toEqual([{ ...moved, occurrenceAt: AT }]);
    const byId = { id: 1, start_time: iso(AT + 3 * hour), occurrences: [{ occurrence_id: AT }] };
    expect(parts('meeting.updated', { scope: 'single', object: byId })).toEqual([{ ...moved, occurrenceAt: AT }]);
  });

  it('is moved as a whole', () => {
    const [object, old_object] = [AT + hour, AT].map((at) => ({ id: 1, start_time: iso(at) }));
    const whole = { what: 'updated', occurrenceAt: null, movedTo: AT + hour, movedFrom: AT, whole: true };
    expect(parts('meeting.updated', { scope: 'all', object, old_object })).toEqual([whole]);
    expect(parts('meeting.updated', { object: { ...object, type: 8 }, old_object })).toEqual([whole]);
    const { whole: _, ...single } = whole;
    expect(parts('meeting.updated', { object, old_object })).toEqual([single]);
    const lists = [hour, 0].map((by) => ({
      id: 1,
      occurrences: [AT, AT + 24 * hour].map((at) => occurrence(at + by)),
    }));
    expect(parts('meeting.updated', { scope: 'all', object: lists[0], old_object: lists[1] })).toEqual([whole]);
    const following = {
      scope: 'following',
      object: lists[0],
      old_object: { id: 1, occurrences: [occurrence(AT + hour, AT)] },
    };
    expect(parts('meeting.updated', following)).toEqual([{ ...whole, since: AT }]);
  });

  it('is not moved to where no meeting can be', () => {
    for (const start_time of ['+275760-09-13T00:00:00Z', '1', 'soon', '2026-12-06'])
      expect(parts('meeting.updated', { object: { id: 1, start_time } })).toEqual([{ what: 'updated', ...none }]);
    const [first] = parts('meeting.updated', { object: { id: 1, start_time: '2026-12-06T14:00:00' } });
    expect(first?.movedTo).toBe(Date.UTC(2026, 11, 6, 14));
  });

  it('of very many occurrences makes no more than a hundred entries of the inbox', () => {
    const occurrences = Array.from({ length: 3_000 }, (_, i) => occurrence(AT + i * hour));
    expect(parts('meeting.deleted', { operation: 'single', object: { id: 1, occurrences } })).toHaveLength(100);
  });
});
