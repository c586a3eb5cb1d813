import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditLog } from '../../../src/access/audit-log.ts';
import { startApi } from '../../../src/app/start-api.ts';
import { ADMIN, type KeyedApi, startKeyedApi } from '../../support/keyed-api.ts';

let keyed: KeyedApi;
beforeAll(async () => {
  keyed = await startKeyedApi();
});
afterAll(() => keyed.stop());

const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();
interface Entry {
  action: string;
  object: { id: string };
}
const HOUR_LATER = new Date(Date.parse(IN_A_MONTH) + 3_600_000).toISOString();
let meetings = 930_000_000;
const plan = (more: Record<string, unknown> = {}) => ({
  meetingId: meetings++,
  startAt: IN_A_MONTH,
  account: 'north',
  ...more,
});
const make = async (key: string, more: Record<string, unknown> = {}) => {
  const { status, json } = await keyed.as(key, 'POST', '/v1/broadcasts', plan(more));
  expect([status, json]).toEqual([201, expect.anything()]);
  return json;
};

describe('keys made at run time', () => {
  it('are shown once, stored hashed, never logged, and listed with their last use', async () => {
    const made = await keyed.as(ADMIN, 'POST', '/v1/keys', { name: 'desk', role: 'read', labels: ['campus=north'] });
    expect(made.status).toBe(201);
    const { key, ...shown } = made.json;
    expect(shown).toEqual({
      ...{ id: expect.any(String), name: 'desk', role: 'read', accounts: null, labels: ['campus=north'] },
      ...{ createdAt: expect.any(String), createdBy: 'api:root', lastUsedAt: null },
    });
    expect(key).toMatch(/^lsk_[0-9a-z]{16}_[\w-]{43}$/);
    expect((await keyed.as(key, 'GET', '/v1/broadcasts')).status).toBe(200);
    await vi.waitFor(async () => {
      const { json } = await keyed.as(ADMIN, 'GET', '/v1/keys');
      expect(json.keys).toEqual([{ ...shown, lastUsedAt: expect.any(String) }]);
    }, 60_000);
    const { redis } = keyed.core;
    // It may hold a `_` itself.
    const secret = key.slice(key.indexOf('_', 'lsk_'.length) + 1);
    for (const name of await redis.keys('*')) {
      const type = await redis.type(name);
      const held =
        type === 'hash' ? await redis.hgetall(name) : type === 'stream' ? await redis.xrange(name, '-', '+') : name;
      expect(JSON.stringify(held)).not.toContain(secret);
    }
    expect(JSON.stringify(keyed.log)).not.toContain(secret);
  });

  it('end at once in every API process, with their event streams', async () => {
    const { id, key } = await keyed.makeKey('short', { role: 'write' });
    const other = await startApi(keyed.core, { host: '127.0.0.1', port: 0 }, { quiet: true });
    const headers = { authorization: `Bearer ${key}` };
    const at = (url: string) => fetch(`${url}/v1/broadcasts`, { headers }).then(({ status }) => status);
    expect(await at(other.url)).toBe(200);
    const stream = await fetch(`${other.url}/v1/events`, { headers });
    expect(stream.status).toBe(200);
    expect((await keyed.as(ADMIN, 'DELETE', `/v1/keys/${id}`)).json).toMatchObject({ id, name: 'short' });
    expect([await at(other.url), (await keyed.as(key, 'GET', '/v1/broadcasts')).status]).toEqual([401, 401]);
    // Ends: else the test times out.
    await stream.text();
    await other.close();
    expect((await keyed.as(ADMIN, 'DELETE', `/v1/keys/${id}`)).status).toBe(404);
  });

  it('have names of their own, and one answer names everything that is wrong', async () => {
    await keyed.makeKey('twice', { role: 'read' });
    for (const name of ['twice', 'root']) {
      const { status, json } = await keyed.as(ADMIN, 'POST', '/v1/keys', { name, role: 'read' });
      expect([status, json.code]).toEqual([409, 'name_taken']);
    }
    const wrong = { name: 'a b', role: 'owner', accounts: ['west'], labels: [], more: 1 };
    const { status, json } = await keyed.as(ADMIN, 'POST', '/v1/keys', wrong);
    expect(status).toBe(400);
    const paths = json.errors.map(({ path }: { path: string }) => path);
    expect(paths.sort()).toEqual(['accounts[0]', 'labels', 'more', 'name', 'role']);
  });

  it('all get one answer, whatever is wrong about them', async () => {
    const { key } = await keyed.makeKey('probe', { role: 'read' });
    const wrong = [`${key.slice(0, -4)}AAAA`, key.replace(/_[0-9a-z]{16}_/, `_${'0'.repeat(16)}_`), `${key}A`, 'lsk_'];
    for (const token of wrong) expect((await keyed.as(token, 'GET', '/v1/keys')).status, token).toBe(401);
  });
});

describe('the role operate', () => {
  it('starts, stops, extends, retries and acknowledges, and no more', async () => {
    const { key } = await keyed.makeKey('operator', { role: 'operate' });
    const { id } = await make(ADMIN, { stopAt: HOUR_LATER });
    const change = (body: object) => keyed.as(key, 'PATCH', `/v1/broadcasts/${id}`, body);
    const later = new Date(Date.parse(HOUR_LATER) + 900_000).toISOString();
    expect((await change({ stopAt: later })).json.stopAt).toBe(later);
    for (const body of [{ title: 'x' }, { stopAt: later, labels: {} }, { startAt: IN_A_MONTH }]) {
      const { status, json } = await change(body);
      expect([status, json.code, json.requiredRole]).toEqual([403, 'forbidden', 'write']);
    }
    expect((await keyed.as(key, 'POST', `/v1/broadcasts/${id}/start`)).status).toBe(202);
    const bulk = async (action: string, more: object = {}) => {
      const body = { filter: { ids: [id] }, action, dryRun: true, ...more };
      return (await keyed.as(key, 'POST', '/v1/broadcasts/bulk', body)).status;
    };
    expect([await bulk('stop'), await bulk('extend', { by: 'PT15M' })]).toEqual([200, 200]);
    expect([await bulk('cancel'), await bulk('shift', { by: 'PT15M' })]).toEqual([403, 403]);
    const refused = [
      ['POST', '/v1/broadcasts'],
      ['DELETE', `/v1/broadcasts/${id}`],
      ['POST', `/v1/broadcasts/${id}/preflight`],
      ['POST', '/v1/series'],
      ['GET', '/v1/keys'],
    ] as const;
    for (const [method, path] of refused) expect((await keyed.as(key, method, path)).status, path).toBe(403);
  });
});

describe('a limited key', () => {
  let own: { id: string };
  let foreign: { id: string; meetingId: string };
  let key: string;
  beforeAll(async () => {
    const made = await keyed.makeKey('north-a', { role: 'write', accounts: ['north'], labels: ['room=A', 'hall'] });
    key = made.key;
    own = await make(ADMIN, { labels: { hall: 'big' }, title: 'Own service' });
    foreign = await make(ADMIN, { account: 'south', labels: { room: 'A' }, title: 'Other service' });
    await make(ADMIN, { labels: { room: 'B' }, title: 'Other service' });
  });

  it('lists, searches and sums up only its own', async () => {
    for (const query of ['', '?q=service', '?account=south', '?label=room', '?status=scheduled&limit=1&order=desc']) {
      const { json } = await keyed.as(key, 'GET', `/v1/broadcasts${query}`);
      const ids = json.broadcasts.map(({ id }: { id: string }) => id);
      expect(ids, query).toEqual(['?account=south', '?label=room'].includes(query) ? [] : [own.id]);
    }
    const { json } = await keyed.as(key, 'GET', '/v1/summary');
    expect(json.broadcasts.now.scheduled).toBe(1);
    expect(json.nextStart.broadcastId).toBe(own.id);
    expect(json.accounts.map(({ name }: { name: string }) => name)).toEqual(['north']);
    expect((await keyed.as(key, 'GET', '/v1/accounts')).json.accounts).toHaveLength(1);
  });

  it('makes and moves nothing outside', async () => {
    const outside = [plan({ account: 'south', labels: { room: 'A' } }), plan(), plan({ labels: { room: 'B' } })];
    for (const body of outside) {
      const { status, json } = await keyed.as(key, 'POST', '/v1/broadcasts', body);
      expect([status, json.code, json.accounts]).toEqual([403, 'outside_limits', ['north']]);
    }
    const batch = { broadcasts: [plan({ labels: { room: 'A' } }), plan()] };
    expect((await keyed.as(key, 'POST', '/v1/broadcasts/batch', batch)).status).toBe(403);
    expect((await keyed.as(key, 'POST', '/v1/broadcasts', plan({ labels: { room: 'A' } }))).status).toBe(201);
    for (const body of [{ labels: { room: 'B' } }, { account: 'south' }]) {
      const { status, json } = await keyed.as(key, 'PATCH', `/v1/broadcasts/${own.id}`, body);
      expect([status, json.code]).toEqual([403, 'outside_limits']);
    }
  });

  describe('applies a document within its limits', () => {
    type Items = { name: string; detail: string; id: string | null }[];
    const OUTSIDE =
      'it is outside the limits of your API key, which allow only the account north and one of the labels room=A, hall';
    const apply = async (as: string, document: object, more = {}) =>
      (await keyed.as(as, 'POST', '/v1/apply', { document: { name: 'rooms', ...document }, ...more })).json;
    const statusOf = async (externalId: string) => {
      const { json } = await keyed.as(ADMIN, 'GET', `/v1/broadcasts?externalId=${externalId}`);
      return json.broadcasts.map(({ status }: { status: string }) => status);
    };
    const names = (items: Items) => items.map(({ name }) => name);
    const series = { rule: 'FREQ=DAILY', timezone: 'UTC', startAt: '2037-01-01T09:00' };
    const inside = { externalId: 'inside', ...plan({ labels: { room: 'A' } }) };
    const outside = { externalId: 'outside', ...plan({ account: 'south', labels: { room: 'A' } }) };
    const document = {
      broadcasts: [inside, outside],
      series: [
        { name: 'own', ...plan(), ...series, labels: { hall: 'small' } },
        { name: 'other', ...plan(), ...series },
      ],
      calendars: [{ name: 'closed', ics: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', timezone: 'UTC' }],
      sources: [{ name: 'followed', kind: 'ics' }],
    };

    it('and names the rest, in a dry run as when it is done', async () => {
      for (const dryRun of [true, false]) {
        const done = await apply(key, document, { dryRun });
        expect(names(done.new)).toEqual(['inside', 'own']);
        expect(names(done.conflicting)).toEqual(['outside', 'other', 'closed', 'followed']);
        expect(new Set((done.conflicting as Items).map(({ detail }) => detail))).toEqual(new Set([OUTSIDE]));
      }
      expect([await statusOf('inside'), await statusOf('outside')]).toEqual([['scheduled'], []]);
      expect((await keyed.as(ADMIN, 'GET', '/v1/calendars/closed')).status).toBe(404);
      expect((await keyed.as(ADMIN, 'GET', '/v1/sources/followed')).status).toBe(404);
      expect((await apply(key, document)).counts).toMatchObject({ new: 0, unchanged: 2, conflicting: 4 });
    });

    it('and prunes nothing outside, or what it still names', async () => {
      expect((await apply(ADMIN, document)).counts).toMatchObject({ new: 4, unchanged: 2 });
      const renamed = { broadcasts: [{ ...inside, labels: { room: 'B' } }], series: [] };
      const done = await apply(key, renamed, { prune: true });
      expect([names(done.conflicting), names(done.vanished), names(done.changed)]).toEqual([['inside'], ['own'], []]);
      expect([await statusOf('inside'), await statusOf('outside')]).toEqual([['scheduled'], ['scheduled']]);
      expect((await keyed.as(ADMIN, 'GET', '/v1/calendars/closed')).status).toBe(200);
      expect((await keyed.as(ADMIN, 'GET', '/v1/sources/followed')).status).toBe(200);
      const { json } = await keyed.as(ADMIN, 'GET', '/v1/series');
      expect(json.series.filter(({ rule }: { rule: string }) => rule === 'FREQ=DAILY')).toHaveLength(1);
    });

    it('and says nothing of what is outside, neither by name nor as an overlap', async () => {
      const moved = { ...outside, account: 'north' };
      const beside = {
        ...inside,
        externalId: 'beside',
        meetingId: foreign.meetingId,
        account: 'south',
        startAt: IN_A_MONTH,
      };
      const taken = { ...plan({ labels: { room: 'A' } }), externalId: 'theirs' };
      await keyed.as(ADMIN, 'POST', '/v1/broadcasts', { ...taken, account: 'south', title: 'Secret title' });
      const done = await apply(key, { broadcasts: [inside, moved, beside, taken] });
      expect((done.conflicting as Items).map(({ name, detail, id }) => [name, detail, id])).toEqual(
        ['theirs', 'outside', 'beside'].map((name) => [name, OUTSIDE, null]),
      );
      expect(JSON.stringify(done)).not.toContain('Secret title');
      const [hidden] = (await keyed.as(ADMIN, 'GET', '/v1/broadcasts?label=room=B&account=north')).json.broadcasts;
      const over = { ...inside, externalId: 'over', meetingId: hidden.meetingId };
      const [conflict] = (await apply(key, { broadcasts: [inside, over] })).conflicting as Items;
      expect(conflict).toMatchObject({ name: 'over', detail: expect.stringContaining('your API key does not see') });
      expect(JSON.stringify(conflict)).not.toContain(hidden.id);
    });

    it('and shows each thing under the name that the document has for it, also one that it calls by its id', async () => {
      const named = (name: string, more = {}) => ({ name, ...plan({ labels: { room: 'A' }, ...more }) });
      const secret = { externalId: 'secret-external-id', ...plan({ account: 'south' }) };
      await apply(ADMIN, { name: 'halls', broadcasts: [secret] });
      const found = (await keyed.as(ADMIN, 'GET', `/v1/broadcasts?externalId=${secret.externalId}`)).json.broadcasts;
      await keyed.as(ADMIN, 'POST', '/v1/broadcasts', { ...plan(), externalId: 'halls:theirs', account: 'south' });
      const broadcasts = [named('talk'), named('elsewhere', { account: 'south' }), named(found[0].id), named('theirs')];
      const done = await apply(key, { name: 'halls', broadcasts }, { dryRun: true });
      expect(names(done.new)).toEqual(['talk']);
      expect(names(done.conflicting).sort()).toEqual([found[0].id, 'elsewhere', 'theirs']);
      expect(JSON.stringify(done)).not.toContain(secret.externalId);
    });

    it('and names one that others made as the document does', async () => {
      await keyed.as(ADMIN, 'POST', '/v1/broadcasts', { ...plan({ labels: { room: 'A' } }), externalId: 'yards:own' });
      const own = { name: 'own', ...plan({ labels: { room: 'A' } }) };
      for (const as of [key, ADMIN])
        expect(names((await apply(as, { name: 'yards', broadcasts: [own] }, { dryRun: true })).conflicting)).toEqual([
          'own',
        ]);
    });
  });

  it('changes many only of its own', async () => {
    const bulk = async (filter: object) => {
      const body = { filter, action: 'shift', by: 'P1D', dryRun: true };
      return (await keyed.as(key, 'POST', '/v1/broadcasts/bulk', body)).json;
    };
    const all = await bulk({ q: 'service' });
    expect([all.matched, all.changed.map(({ id }: { id: string }) => id)]).toEqual([1, [own.id]]);
    const named = await bulk({ ids: [own.id, foreign.id, 'bc_none'] });
    expect([named.matched, named.changed[0].id]).toEqual([1, own.id]);
    expect(named.refused.map(({ id, code }: Record<string, string>) => [id, code])).toEqual([
      [foreign.id, 'not_found'],
      ['bc_none', 'not_found'],
    ]);
  });

  it('pauses only what is its own', async () => {
    const pause = async (scope: object, as = key) => {
      const { status, json } = await keyed.as(as, 'POST', '/v1/pauses', { scope });
      return [status, json.code ?? json.id];
    };
    for (const scope of [{ all: true }, { account: 'north' }, { account: 'south' }, { label: 'hall' }])
      expect(await pause(scope), JSON.stringify(scope)).toEqual([403, 'outside_limits']);
    const series = { rule: 'FREQ=DAILY', timezone: 'UTC', startAt: '2037-01-01T09:00' };
    const make = (more: object) => keyed.as(ADMIN, 'POST', '/v1/series', { ...plan(), ...series, ...more });
    const inside = (await make({ labels: { hall: 'big' } })).json.id;
    const outside = (await make({ account: 'south', labels: { hall: 'big' } })).json.id;
    expect(await pause({ seriesId: outside })).toEqual([400, 'validation_failed']);
    const [, other] = await pause({ label: 'hall' }, ADMIN);
    const [status, own] = await pause({ seriesId: inside });
    expect(status).toBe(201);
    const { pauses } = (await keyed.as(key, 'GET', '/v1/pauses')).json;
    expect(pauses.map(({ id }: { id: string }) => id)).toEqual([own]);
    expect((await keyed.as(key, 'DELETE', `/v1/pauses/${other}`)).status).toBe(404);
    expect((await keyed.as(key, 'DELETE', `/v1/pauses/${own}`)).status).toBe(200);
    await keyed.as(ADMIN, 'DELETE', `/v1/pauses/${other}`);
    const { entries } = (await keyed.as(ADMIN, 'GET', '/v1/audit?by=north-a')).json;
    expect(entries.slice(0, 2).map(({ action }: Entry) => action)).toEqual(['pause.end', 'pause.create']);
    const { key: ofLabel } = await keyed.makeKey('rooms', { role: 'write', labels: ['room', 'campus=north'] });
    expect([(await pause({ label: 'room=A' }, ofLabel))[0], (await pause({ label: 'campus' }, ofLabel))[0]]).toEqual([
      201, 403,
    ]);
    for (const { id } of (await keyed.as(ADMIN, 'GET', '/v1/pauses')).json.pauses)
      await keyed.as(ADMIN, 'DELETE', `/v1/pauses/${id}`);
  });

  it('never learns the id of another broadcast of its meeting', async () => {
    const other = await make(ADMIN, { labels: { room: 'B' } });
    const same = { ...plan({ labels: { room: 'A' } }), meetingId: other.meetingId };
    const { status, json } = await keyed.as(key, 'POST', '/v1/broadcasts', same);
    expect([status, json.code]).toEqual([409, 'overlap']);
    expect(JSON.stringify(json)).not.toContain(other.id);
  });

  it('follows only its own events, also from the past', async () => {
    const seen: { type: string; data: { id: string } }[] = [];
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${key}`, 'last-event-id': '0' };
    const stream = await fetch(`${keyed.api().url}/v1/events`, { headers, signal: stop.signal });
    const reading = (async () => {
      let text = '';
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        seen.length = 0;
        for (const [, data] of text.matchAll(/^data: (.+)$/gm)) seen.push(JSON.parse(data as string));
      }
    })().catch(() => {});
    await keyed.as(ADMIN, 'PATCH', `/v1/broadcasts/${foreign.id}`, { title: 'Changed' });
    await keyed.as(ADMIN, 'PATCH', `/v1/broadcasts/${own.id}`, { title: 'Changed too' });
    await vi.waitFor(
      () => expect(seen.some(({ type, data }) => type === 'broadcast.changed' && data.id === own.id)).toBe(true),
      60_000,
    );
    stop.abort();
    await reading;
    expect(seen.filter(({ data }) => data.id === own.id).length).toBeGreaterThan(1);
    expect(JSON.stringify(seen)).not.toContain('south');
    expect(JSON.stringify(seen)).not.toContain('"room":"B"');
  });
});

describe('the audit', () => {
  it('says who did what, newest first, page by page, without what series make', async () => {
    const { key } = await keyed.makeKey('auditor', { role: 'write' });
    const { id } = await make(key, { title: 'Audited' });
    await keyed.as(key, 'PATCH', `/v1/broadcasts/${id}`, { title: 'Renamed' });
    await keyed.as(key, 'DELETE', `/v1/broadcasts/${id}`);
    const rule = { rule: 'FREQ=DAILY', timezone: 'Europe/Berlin', startAt: '2036-12-06T09:00' };
    const series = await keyed.as(key, 'POST', '/v1/series', { meetingId: meetings++, account: 'north', ...rule });
    const { json } = await keyed.as(ADMIN, 'GET', '/v1/audit?by=auditor');
    expect(json.nextCursor).toBeNull();
    expect(json.entries.map(({ action, object }: Entry) => [action, object.id])).toEqual([
      ['series.create', series.json.id],
      ['broadcast.cancel', id],
      ['broadcast.change', id],
      ['broadcast.create', id],
    ]);
    expect(json.entries[2]).toMatchObject({
      by: 'api:auditor',
      object: { type: 'broadcast', title: 'Renamed' },
      detail: { changed: { title: ['Audited', 'Renamed'] } },
    });
    const first = (await keyed.as(ADMIN, 'GET', '/v1/audit?by=api:auditor&limit=3')).json;
    const next = await keyed.as(ADMIN, 'GET', `/v1/audit?by=auditor&limit=3&cursor=${first.nextCursor}`);
    expect([...first.entries, ...next.json.entries]).toEqual(json.entries);
    const { at } = json.entries[1];
    const since = (await keyed.as(ADMIN, 'GET', `/v1/audit?by=auditor&from=${at}`)).json.entries;
    const until = (await keyed.as(ADMIN, 'GET', `/v1/audit?by=auditor&to=${at}`)).json.entries;
    expect(since.length + until.length).toBe(4);
    expect(since.map(({ action }: Entry) => action)).toContain('broadcast.cancel');
    expect((await keyed.as(ADMIN, 'GET', '/v1/audit?cursor=x')).status).toBe(400);
    const keys = (await keyed.as(ADMIN, 'GET', '/v1/audit?by=root&limit=1000')).json.entries;
    expect(keys.filter(({ action }: Entry) => action === 'key.revoke')).toHaveLength(1);
  });

  it('forgets what is older than the retention', async () => {
    const { redis, keys, clock } = keyed.core;
    await redis.xadd(keys.named('audit'), '*', 'e', '{}');
    const log = new AuditLog(redis, keys);
    await log.trim(clock.now() - 3_600_000);
    expect(await redis.xlen(keys.named('audit'))).toBeGreaterThan(0);
    await log.trim(clock.now() + 1_000);
    expect(await redis.xlen(keys.named('audit'))).toBe(0);
  });
});
