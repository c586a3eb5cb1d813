/** Every route of the API × every kind of key × what is its own and what is not. A new route without a rule here fails. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { ADMIN, type KeyedApi, startKeyedApi } from '../../support/keyed-api.ts';

const START = new Date(Date.now() + 30 * 86_400_000).toISOString();
const STOP = new Date(Date.parse(START) + 3_600_000).toISOString();

type Needs = 'open' | 'read' | 'operate' | 'write' | 'admin';

interface Rule {
  needs: Needs;
  /** Concerns the whole installation: a limited key gets 403. */
  whole?: true;
  /** Which of the objects stands in the path. */
  of?: 'broadcast' | 'series' | 'alert' | 'pause' | 'key' | 'feed';
  /** Passes the check of rights and is then refused (400), so that the object stays; left out: none is sent. */
  body?: unknown;
  /** What would be done to a foreign object; left out: no body. */
  valid?: unknown;
}

/** `METHOD /path` → who may. */
const RULES: Record<string, Rule> = {
  'get /livez': { needs: 'open' },
  'get /readyz': { needs: 'open' },
  'get /metrics': { needs: 'read', whole: true },
  'post /v1/zoom/webhooks': { needs: 'open' },
  'post /v1/session': { needs: 'open', body: {} },
  'get /v1/session': { needs: 'read' },
  'delete /v1/session': { needs: 'read' },
  'get /v1/broadcasts': { needs: 'read' },
  'post /v1/broadcasts': { needs: 'write', body: {} },
  'post /v1/broadcasts/batch': { needs: 'write', body: {} },
  'post /v1/broadcasts/bulk': { needs: 'operate', body: { action: 'start' } },
  'get /v1/broadcasts/{id}': { needs: 'read', of: 'broadcast' },
  'get /v1/broadcasts/{id}/history': { needs: 'read', of: 'broadcast' },
  'patch /v1/broadcasts/{id}': {
    needs: 'operate',
    of: 'broadcast',
    body: { stopAt: 'never' },
    valid: { stopAt: STOP },
  },
  'delete /v1/broadcasts/{id}': { needs: 'write', of: 'broadcast', body: [] },
  'post /v1/broadcasts/{id}/start': { needs: 'operate', of: 'broadcast', body: [] },
  'post /v1/broadcasts/{id}/stop': { needs: 'operate', of: 'broadcast', body: [] },
  'post /v1/broadcasts/{id}/retry': { needs: 'operate', of: 'broadcast', body: [] },
  'post /v1/broadcasts/{id}/preflight': { needs: 'write', of: 'broadcast', body: [] },
  'post /v1/preflight': { needs: 'write', body: {} },
  'get /v1/series': { needs: 'read' },
  'post /v1/series': { needs: 'write', body: {} },
  'get /v1/series/{id}': { needs: 'read', of: 'series' },
  'get /v1/series/{id}/occurrences': { needs: 'read', of: 'series' },
  'patch /v1/series/{id}': { needs: 'write', of: 'series', body: { rule: 'never' }, valid: { title: 'x' } },
  'delete /v1/series/{id}': { needs: 'write', of: 'series', body: [] },
  'get /v1/calendars': { needs: 'read' },
  'post /v1/calendars': { needs: 'write', whole: true, body: {} },
  'get /v1/calendars/{name}': { needs: 'read' },
  'patch /v1/calendars/{name}': { needs: 'write', whole: true, body: {} },
  'delete /v1/calendars/{name}': { needs: 'write', whole: true, body: [] },
  'get /v1/sources': { needs: 'read', whole: true },
  'post /v1/sources': { needs: 'write', whole: true, body: {} },
  'get /v1/sources/{name}': { needs: 'read', whole: true },
  'patch /v1/sources/{name}': { needs: 'write', whole: true, body: {} },
  'delete /v1/sources/{name}': { needs: 'write', whole: true, body: [] },
  'get /v1/sources/{name}/plan': { needs: 'read', whole: true },
  'post /v1/sources/{name}/sync': { needs: 'write', whole: true, body: { force: 1 } },
  'post /v1/apply': { needs: 'write', body: { document: {} } },
  'get /v1/export': { needs: 'read' },
  'get /v1/feeds': { needs: 'read' },
  'post /v1/feeds': { needs: 'write', body: {} },
  'delete /v1/feeds/{id}': { needs: 'write', of: 'feed', body: [] },
  'get /v1/feeds/{token}.ics': { needs: 'open' },
  'get /v1/pauses': { needs: 'read' },
  'post /v1/pauses': { needs: 'write', body: {} },
  'get /v1/pauses/{id}': { needs: 'read', of: 'pause' },
  'delete /v1/pauses/{id}': { needs: 'write', of: 'pause', body: [] },
  'get /v1/events': { needs: 'read' },
  'get /v1/alerts': { needs: 'read' },
  'post /v1/alerts/{id}/ack': { needs: 'operate', of: 'alert', body: { note: 1 }, valid: { note: 'seen' } },
  'get /v1/summary': { needs: 'read' },
  'get /v1/accounts': { needs: 'read' },
  'get /v1/notifications/dead': { needs: 'read', whole: true },
  'post /v1/notifications/dead/retry': { needs: 'write', whole: true },
  'post /v1/notifications/test': { needs: 'write', whole: true },
  'get /v1/keys': { needs: 'admin', whole: true },
  'post /v1/keys': { needs: 'admin', whole: true, body: {} },
  'delete /v1/keys/{id}': { needs: 'admin', whole: true, of: 'key', body: [] },
  'get /v1/audit': { needs: 'read', whole: true },
};

const ROLES = ['read', 'operate', 'write', 'admin'] as const;
const NORTH = { accounts: ['north'], labels: null };
const LABELED = { labels: ['campus=north'] };
const CAMPUS = { accounts: null, ...LABELED };
/** Whoever asks: a role, or why there is none. */
const KINDS = {
  ...{ none: null, wrong: null, revoked: null },
  ...{ read: {}, operate: {}, write: {}, admin: {} },
  ...{ 'read by account': NORTH, 'admin by account': NORTH, 'read by label': CAMPUS, 'admin by label': CAMPUS },
  ...{ 'operate by both': { ...NORTH, ...LABELED }, 'write by both': { ...NORTH, ...LABELED } },
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

let keyed: KeyedApi;
const keys = {} as Record<Kind, string | null>;
const own: Record<string, string> = {};
const foreign: Record<string, string> = {};
beforeAll(async () => {
  keyed = await startKeyedApi({ ZOOM_WEBHOOK_SECRET_TOKEN: 'unused' });
  for (const kind of kinds) {
    const role = kind.split(' ', 1)[0];
    const isRole = (ROLES as readonly string[]).includes(role ?? '');
    if (isRole) keys[kind] = (await keyed.makeKey(kind.replaceAll(' ', '-'), { role, ...KINDS[kind] })).key;
  }
  const revoked = await keyed.makeKey('revoked', { role: 'admin' });
  await keyed.as(ADMIN, 'DELETE', `/v1/keys/${revoked.id}`);
  Object.assign(keys, { none: null, wrong: 'wrong', revoked: revoked.key });
  await make(own, 'north', 950_000_001);
  await make(foreign, 'south', 950_000_002);
});
afterAll(() => keyed.stop());

/** A broadcast with an alert, a series, a feed, and a key. */
async function make(objects: Record<string, string>, side: string, meetingId: number): Promise<void> {
  const plan = { meetingId, account: side, labels: { campus: side } };
  const broadcast = await keyed.as(ADMIN, 'POST', '/v1/broadcasts', { ...plan, startAt: START, stopAt: STOP });
  const rule = { rule: 'FREQ=DAILY', timezone: 'UTC', startAt: '2037-01-01T09:00', duration: 'PT1H' };
  const series = await keyed.as(ADMIN, 'POST', '/v1/series', { ...plan, ...rule });
  const { store } = keyed.core;
  const before = await store.get(broadcast.json.id);
  const builder = new DecisionBuilder(before, Date.now(), 'test').alert('preflight', 'Something is wrong.');
  await store.commit([{ before, decision: builder.build() }]);
  const { alerts } = (await keyed.as(ADMIN, 'GET', `/v1/alerts?account=${side}`)).json;
  const key = await keyed.makeKey(`of-${side}`, { role: 'read' });
  const pause = await keyed.as(ADMIN, 'POST', '/v1/pauses', { scope: { seriesId: series.json.id } });
  const feed = await keyed.as(ADMIN, 'POST', '/v1/feeds', { name: side, account: side, label: `campus=${side}` });
  const made = { broadcast, series, pause, feed };
  for (const [name, { json }] of Object.entries(made)) objects[name] = json.id;
  Object.assign(objects, { alert: alerts[0].id, key: key.id });
}

async function send(kind: Kind, route: string, id: string | undefined, body: unknown) {
  const [method = '', path = ''] = route.split(' ');
  const key = keys[kind];
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const answer = await keyed.request(method.toUpperCase(), path.replace('{id}', id ?? 'none'), body, headers);
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isStream ? '' : await answer.text();
  if (isStream) await answer.body?.cancel();
  return { status: answer.status, text, code: /"code":"(\w+)"/.exec(text)?.[1] };
}

/** What a key of this kind gets; null: it may. */
function refusal(kind: Kind, { needs, whole }: Rule): [status: number, code: string] | null {
  if (needs === 'open') return null;
  const role = kind.split(' ', 1)[0] as (typeof ROLES)[number];
  if (!ROLES.includes(role)) return [401, 'unauthorized'];
  if (ROLES.indexOf(role) < ROLES.indexOf(needs)) return [403, 'forbidden'];
  return whole && kind.includes(' by ') ? [403, 'outside_limits'] : null;
}

it('has a rule for every route of the OpenAPI document, and for no other', async () => {
  const { paths } = await keyed.json('GET', '/openapi.json');
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method} ${path}`),
  );
  expect(routes.sort()).toEqual(Object.keys(RULES).sort());
});

describe.each(kinds)('a key of the kind "%s"', (kind) => {
  it('gets on every route what its rule says', async () => {
    for (const [route, rule] of Object.entries(RULES)) {
      const { status, code, text } = await send(kind, route, rule.of && own[rule.of], rule.body);
      const refused = refusal(kind, rule);
      const got = `${kind}: ${route} answered ${status} ${code}`;
      if (refused) expect([status, code], got).toEqual(refused);
      else if (rule.needs !== 'open')
        expect(route.includes('{name}') ? [401, 403, 500] : [401, 403, 404, 500], got).not.toContain(status);
      if (kind.includes(' by ') && !refused && text !== '')
        for (const id of Object.values(foreign)) expect(text, got).not.toContain(id);
    }
  });
});

describe.each(kinds.filter((kind) => kind.includes(' by ')))('the limited key "%s"', (kind) => {
  it('gets 404 for what is not its own, on every route, and does nothing to it', async () => {
    const before = await keyed.as(ADMIN, 'GET', `/v1/broadcasts/${foreign['broadcast']}`);
    for (const [route, rule] of Object.entries(RULES)) {
      if (!rule.of || refusal(kind, rule)) continue;
      const { status, code } = await send(kind, route, foreign[rule.of], rule.valid);
      expect([status, code], `${kind}: ${route}`).toEqual([404, 'not_found']);
    }
    const after = await keyed.as(ADMIN, 'GET', `/v1/broadcasts/${foreign['broadcast']}`);
    expect(after.json).toEqual(before.json);
    expect((await keyed.as(ADMIN, 'GET', '/v1/alerts?account=south&state=open')).json.alerts).toHaveLength(1);
  });
});
