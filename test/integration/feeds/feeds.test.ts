import ICAL from 'ical.js';
import ical from 'node-ical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedCalendar } from '../../../src/feeds/feed-calendar.ts';
import { ADMIN, type KeyedApi, startKeyedApi } from '../../support/keyed-api.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Math.floor(Date.now() / 1_000) * 1_000 + days * DAY_MS).toISOString();
// Long enough for a folded line that is full.
const TITLE = `Gottesdienst; mit "Gästen", Kaffee\\Tee und Überraschungen für große und kleine Bürger 🎉🎉 ${'a'.repeat(80)}`;

let keyed: KeyedApi;
beforeAll(async () => {
  keyed = await startKeyedApi();
});
afterAll(() => keyed.stop());

let meetings = 960_000_001;
const schedule = async (over: object = {}) => {
  const plan = { meetingId: meetings++, account: 'north', startAt: inDays(2), stopAt: inDays(2.05), ...over };
  const { status, json } = await keyed.as(ADMIN, 'POST', '/v1/broadcasts', plan);
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
};
const makeFeed = async (body: object, key = ADMIN, headers: Record<string, string> = {}) => {
  const { status, json } = await keyed.as(key, 'POST', '/v1/feeds', { name: 'Feed', ...body }, headers);
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
};
const read = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await keyed.request('GET', new URL(url).pathname, undefined, headers);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const eventsOf = (text: string) =>
  new ICAL.Component(ICAL.parse(text) as never).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
const uidOf = ({ id }: { id: string }) => `${id}@livestream-scheduler`;

describe('a feed', () => {
  it('is read by ical.js and node-ical with what the broadcast says', async () => {
    const one = await schedule({ title: TITLE, labels: { room: 'rich' } });
    const { url } = await makeFeed({ name: 'Räume,\nalle', label: 'room=rich' });
    const { status, headers, text } = await read(url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const lines = text.split('\r\n');
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(lines.some((line) => /[\r\n]/.test(line))).toBe(false);
    for (const line of lines) expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(lines).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT15M');
    expect(lines).toContain('X-PUBLISHED-TTL:PT15M');
    expect(lines).toContain('X-WR-CALNAME:Räume\\, alle');
    const utc = (iso: string) => `${iso.slice(0, 19).replace(/[-:]/g, '')}Z`;
    expect(lines).toContain(`DTSTART:${utc(one.startAt)}`);
    expect(lines).toContain(`DTEND:${utc(one.stopAt)}`);
    expect(lines).toContain(`LAST-MODIFIED:${utc(one.updatedAt)}`);

    const [event] = eventsOf(text);
    expect(event?.summary).toBe(TITLE);
    expect(event?.uid).toBe(uidOf(one));
    expect(event?.sequence).toBe(1);
    expect(event?.description).toMatch(/^Scheduled\.\nZoom meeting \d+, account north\nLabels: room=rich$/);
    const other = ical.sync.parseICS(text)[uidOf(one)];
    expect(other).toMatchObject({ type: 'VEVENT', summary: TITLE, status: 'CONFIRMED' });
    expect((other as { start: Date }).start.toISOString()).toBe(one.startAt);
    expect((other as { end: Date }).end.toISOString()).toBe(one.stopAt);
  });

  it('keeps the UID and counts the revision when a broadcast changes, and answers 304 while none does', async () => {
    const one = await schedule({ labels: { room: 'changes' } });
    const { url } = await makeFeed({ label: 'room=changes' });
    const before = await read(url);
    const tag = before.headers.get('etag') as string;
    expect((await read(url, { 'if-none-match': tag })).status).toBe(304);
    await keyed.as(ADMIN, 'PATCH', `/v1/broadcasts/${one.id}`, { startAt: inDays(3), stopAt: inDays(3.1) });
    const after = await read(url, { 'if-none-match': tag });
    expect(after.status).toBe(200);
    expect(eventsOf(after.text).map(({ uid, sequence }) => [uid, sequence])).toEqual([[uidOf(one), 2]]);
  });

  it('shows a canceled broadcast as CANCELLED for 30 days, and not after', async () => {
    const one = await schedule({ labels: { room: 'off' } });
    const { url } = await makeFeed({ label: 'room=off' });
    await keyed.as(ADMIN, 'DELETE', `/v1/broadcasts/${one.id}`);
    const [event] = eventsOf((await read(url)).text);
    expect(event?.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(event?.description).toMatch(/^Canceled/);
    const { broadcastsOfFeed } = await import('../../../src/feeds/feed-window.ts');
    const record = await keyed.core.store.get(one.id);
    const feed = { account: null, label: null, limits: { accounts: null, labels: null } } as never;
    const list = async ({ order }: { order?: string }) => ({
      broadcasts: order === 'asc' && record ? [record] : [],
      nextCursor: null,
    });
    const shownAfter = (days: number) => broadcastsOfFeed(feed, (record?.updatedAt ?? 0) + days * DAY_MS, list);
    expect(await shownAfter(29)).toHaveLength(1);
    expect(await shownAfter(31)).toHaveLength(0);
  });

  it('gives a broadcast without a stop an hour, and says what became of it', async () => {
    const open = await schedule({ stopAt: undefined, labels: { room: 'open' } });
    const { url } = await makeFeed({ label: 'room=open' });
    const [event] = eventsOf((await read(url)).text);
    expect(event?.endDate.toJSDate().getTime()).toBe(Date.parse(open.startAt) + 3_600_000);
    const record = await keyed.core.store.get(open.id);
    if (!record) throw new Error('no record');
    const outcome = (over: object) => eventsOf(feedCalendar('x', [{ ...record, ...over } as never]))[0]?.description;
    expect(outcome({ status: 'missed', reason: 'no worker ran' })).toMatch(/^Missed: no worker ran\n/);
    expect(outcome({ status: 'live', startedAt: 0, confirmed: true })).toMatch(
      /^Live since 1970-.*, confirmed by Zoom/,
    );
    expect(outcome({ status: 'ended', startedAt: 0, stoppedAt: 60_000 })).toMatch(/^Ended: on air from .*00:01:00Z\./);
  });

  it('shows nothing before 30 days ago or after 366 days from now, and no foreign account', async () => {
    const near = await schedule({ startAt: inDays(365), stopAt: inDays(365.1), labels: { room: 'far' } });
    await schedule({ startAt: inDays(367), stopAt: inDays(367.1), labels: { room: 'far' } });
    await schedule({ account: 'south', labels: { room: 'far' } });
    const { url } = await makeFeed({ account: 'north', label: 'room=far' });
    expect(eventsOf((await read(url)).text).map(({ uid }) => uid)).toEqual([uidOf(near)]);
  });
});

describe('the address of a feed', () => {
  it('is shown once, stored as a hash, and ends at once when the feed is deleted', async () => {
    const feed = await makeFeed({ name: 'Once' }, ADMIN, { 'x-forwarded-proto': 'https' });
    expect(feed.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1\/feeds\/lsf_[0-9a-z]{16}_[\w-]{43}\.ics$/);
    const token = /lsf_[\w-]+/.exec(feed.url)?.[0] as string;
    expect(JSON.stringify((await keyed.as(ADMIN, 'GET', '/v1/feeds')).json)).not.toContain(token);
    const { redis, keys } = keyed.core;
    expect(JSON.stringify(await redis.hgetall(keys.named(`feed:${feed.id}`)))).not.toContain(token.slice(21));
    expect((await read(feed.url)).status).toBe(200);
    expect((await read(feed.url)).headers.get('ratelimit-remaining')).not.toBeNull();
    expect((await keyed.as(ADMIN, 'DELETE', `/v1/feeds/${feed.id}`)).json).not.toHaveProperty('url');
    const gone = await read(feed.url);
    expect([gone.status, gone.text.includes(token)]).toEqual([404, false]);
    expect((await keyed.as(ADMIN, 'DELETE', `/v1/feeds/${feed.id}`)).status).toBe(404);
    const { entries } = (await keyed.as(ADMIN, 'GET', '/v1/audit?limit=100')).json;
    const ofFeed = entries.filter((entry: { object: { id: string } }) => entry.object.id === feed.id);
    expect(ofFeed.map(({ action }: { action: string }) => action)).toEqual(['feed.delete', 'feed.create']);
  });

  it.each(['wrong.ics', `lsf_${'0'.repeat(16)}_${'A'.repeat(43)}.ics`])('is 404 when it is %s', async (path) => {
    expect((await keyed.request('GET', `/v1/feeds/${path}`)).status).toBe(404);
  });

  it('needs the whole token, not only the id', async () => {
    const { url } = await makeFeed({});
    expect((await read(url.replace(/_[\w-]{43}\.ics$/, `_${'A'.repeat(43)}.ics`))).status).toBe(404);
  });
});

it('refuses bad input with every error', async () => {
  const { status, json } = await keyed.as(ADMIN, 'POST', '/v1/feeds', { account: 'east', label: '=', more: 1 });
  expect(status).toBe(400);
  expect(json.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['account', 'label', 'more', 'name']);
});

describe('a limited key', () => {
  it('makes feeds within its limits only, and sees no others', async () => {
    const inside = await schedule({ labels: { campus: 'north' } });
    await schedule({ labels: { campus: 'south' } });
    const { key } = await keyed.makeKey('campus', { role: 'write', labels: ['campus=north'] });
    const foreign = await makeFeed({ name: 'All' });
    const own = await makeFeed({ name: 'Mine' }, key);
    expect(eventsOf((await read(own.url)).text).map(({ uid }) => uid)).toEqual([uidOf(inside)]);
    const { feeds } = (await keyed.as(key, 'GET', '/v1/feeds')).json;
    expect(feeds.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    expect((await keyed.as(key, 'DELETE', `/v1/feeds/${foreign.id}`)).status).toBe(404);
    const north = await keyed.makeKey('by-account', { role: 'write', accounts: ['north'] });
    const refused = await keyed.as(north.key, 'POST', '/v1/feeds', { name: 'x', account: 'south' });
    expect([refused.status, refused.json.code]).toEqual([403, 'outside_limits']);
  });
});

it('ends with the key that made it', async () => {
  const { id, key } = await keyed.makeKey('leaver', { role: 'write' });
  const feed = await makeFeed({ name: 'Taken along' }, key);
  const other = await makeFeed({ name: 'Of another key' });
  expect((await read(feed.url)).status).toBe(200);
  expect((await keyed.as(ADMIN, 'DELETE', `/v1/keys/${id}`)).status).toBe(200);
  expect([(await read(feed.url)).status, (await read(other.url)).status]).toEqual([404, 200]);
  const { feeds } = (await keyed.as(ADMIN, 'GET', '/v1/feeds')).json;
  expect(feeds.map(({ name }: { name: string }) => name)).not.toContain('Taken along');
  const { entries } = (await keyed.as(ADMIN, 'GET', '/v1/audit')).json;
  expect(entries[0]).toMatchObject({ by: 'api:root', action: 'feed.delete', object: { id: feed.id } });
});
