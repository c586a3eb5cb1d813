import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseWebhookEvent } from '../../src/zoom/webhook-events.ts';
import { findSigningSecret, urlValidationAnswer } from '../../src/zoom/webhook-signature.ts';

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

function observe(event: string, object: string, payload = '', ts = '"event_ts":1796565600123,') {
  const parsed = parseWebhookEvent(
    `{"event":"${event}",${ts}"payload":{"account_id":"Acc"${payload},"object":${object}}}`,
  );
  if (parsed.type !== 'observation') throw new Error(`no observation but ${parsed.type}`);
  return parsed.observation;
}

describe('events', () => {
  it('reads a stream event and drops the stream key at once', () => {
    const streaming =
      '{"service":"Custom_Live_Streaming_Service","custom_live_streaming_settings":{"stream_url":"rtmp://x","stream_key":"TOPSECRET"}}';
    const object = `{"id":68423085,"uuid":"u==","host_id":"h","type":2,"live_streaming":${streaming}}`;
    const seen = observe('meeting.live_streaming_started', object, ',"operator":"a@example.com"');
    expect(seen).toEqual({
      event: 'meeting.live_streaming_started',
      accountId: 'Acc',
      meetingId: '68423085',
      uuid: 'u==',
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
    ['meeting.recovered', 'other', 'meeting'],
    ['meeting.participant_joined', 'other', 'meeting'],
  ])('%s is %s of a %s', (event, what, kind) => {
    expect(observe(event, '{"id":"123","uuid":"u"}')).toMatchObject({ what, kind, meetingId: '123', operator: false });
  });

  it('takes a stream event of a webinar type for a webinar', () => {
    expect(observe('meeting.live_streaming_started', '{"id":1,"type":9}').kind).toBe('webinar');
  });

  it.each([
    ['9223372036854775807', '9223372036854775807'],
    ['9007199254740993', '9007199254740993'],
    ['"9223372036854775807"', '9223372036854775807'],
    ['"684 2308 5"', '68423085'],
    ['85746065', '85746065'],
  ])('keeps the number %s as it is', (id, meetingId) => {
    const object = `{"topic":"a \\"9007199254740993\\" 9007199254740993 b","id": ${id}}`;
    expect(observe('meeting.updated', object)).toMatchObject({
      meetingId,
      changes: { topic: 'a "9007199254740993" 9007199254740993 b' },
    });
  });

  it('tells what an update changed, and no more', () => {
    const object = '{"id":1,"start_time":"2026-12-06T15:00:00Z","duration":60,"password":"pw"}';
    const seen = observe('meeting.updated', object, ',"scope":"all","time_stamp":1796565600999', '');
    expect(seen.changes).toEqual({ startTime: '2026-12-06T15:00:00Z', duration: 60, scope: 'all' });
    expect(seen.eventTs).toBe(1_796_565_600_999);
  });

  it('knows one deleted occurrence from a deleted meeting', () => {
    const object = '{"id":1,"occurrences":[{"occurrence_id":1796565600000}]}';
    expect(observe('meeting.deleted', object, ',"operation":"single"')).toMatchObject({
      what: 'updated',
      changes: { scope: 'single', occurrenceIds: ['1796565600000'] },
    });
    expect(observe('meeting.deleted', object, ',"operation":"all"').what).toBe('deleted');
    expect(observe('meeting.deleted', '{"id":1}', ',"operation":"single"').what).toBe('deleted');
  });

  it('does without event_ts', () => {
    expect(observe('meeting.deleted', '{"id":1}', '', '').eventTs).toBeNull();
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
