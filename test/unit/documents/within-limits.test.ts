import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { UNLIMITED } from '../../../src/broadcasts/limits.ts';
import type { Step, StoredThing, Wanted } from '../../../src/documents/plan-things.ts';
import { eventsWithin, stepsWithin } from '../../../src/documents/within-limits.ts';
import type { CheckedEvent } from '../../../src/timetable/planned-event.ts';

const LIMITS = { ...UNLIMITED, accounts: ['north'] };
const fields = (account: string, more = {}) => ({ account, labels: {}, ...more });
const stored = (type: Step['type'], is: Record<string, unknown>): StoredThing => ({
  ...{ type, id: 'secret-id', title: 'Secret title', externalId: null, is, declared: null },
});
const wanted = (type: Step['type'], want: Record<string, unknown>): Wanted => ({
  ...{ type, name: 'a', title: 'Own title', want, body: want, fixed: [], isOver: false },
  matches: () => false,
});
const step = (type: Step['type'], state: Step['state'], more: Partial<Step> = {}): Step => ({
  ...{
    type,
    state,
    name: 'a',
    title: null,
    detail: 'as planned',
    wanted: null,
    stored: null,
    change: null,
    declared: null,
  },
  ...more,
});
const REFUSED = { state: 'conflicting', wanted: null, stored: null, change: null, declared: null };
const WHY = 'it is outside the limits of your API key, which allow only the account north';

describe('a document that is applied with a limited key', () => {
  it.each<[string, Step]>([
    ['a new series inside', step('series', 'new', { wanted: wanted('series', fields('north')) })],
    [
      'a series inside that changes',
      step('series', 'changed', {
        wanted: wanted('series', fields('north')),
        stored: stored('series', fields('north')),
      }),
    ],
    [
      'a series inside that it names no longer',
      step('series', 'vanished', { stored: stored('series', fields('north')) }),
    ],
    [
      'a calendar as it is there',
      step('calendar', 'unchanged', { wanted: wanted('calendar', {}), stored: stored('calendar', {}) }),
    ],
  ])('does what is planned for %s', (_name, one) => expect(stepsWithin(LIMITS, [one])).toEqual([one]));

  it.each<[string, Step]>([
    ['a new series outside', step('series', 'new', { wanted: wanted('series', fields('south')) })],
    [
      'a series that moves out',
      step('series', 'changed', {
        wanted: wanted('series', fields('south')),
        stored: stored('series', fields('north')),
      }),
    ],
    [
      'a series that is outside, and would move in',
      step('series', 'changed', {
        wanted: wanted('series', fields('north')),
        stored: stored('series', fields('south')),
      }),
    ],
    ['a new calendar', step('calendar', 'new', { wanted: wanted('calendar', {}) })],
    [
      'a calendar that changes',
      step('calendar', 'changed', { wanted: wanted('calendar', {}), stored: stored('calendar', {}) }),
    ],
    [
      'a source, whatever it is',
      step('source', 'unchanged', { wanted: wanted('source', {}), stored: stored('source', {}) }),
    ],
  ])('refuses %s, and shows nothing of what is there', (_name, one) => {
    const [refused] = stepsWithin(LIMITS, [one]);
    expect(refused).toEqual({ ...one, ...REFUSED, detail: WHY });
    expect(JSON.stringify(refused)).not.toContain('ecret');
  });

  it('neither prunes nor names what it names no longer and what lies outside', () => {
    const gone = [
      step('series', 'vanished', { stored: stored('series', fields('south')) }),
      step('calendar', 'vanished', { stored: stored('calendar', {}) }),
      step('source', 'vanished', { stored: stored('source', {}) }),
    ];
    expect(stepsWithin(LIMITS, gone)).toEqual([]);
  });

  it('refuses a series that skips a calendar which it may not make', () => {
    const calendar = step('calendar', 'new', { name: 'holidays', wanted: wanted('calendar', {}) });
    const series = step('series', 'new', {
      wanted: wanted('series', fields('north', { skipCalendars: ['holidays'] })),
    });
    expect(stepsWithin(LIMITS, [series, calendar])).toMatchObject([
      { type: 'series', state: 'conflicting', detail: `calendar holidays: ${WHY}` },
      { type: 'calendar', state: 'conflicting', detail: WHY },
    ]);
  });

  it('refuses what it names and what lies outside, by the name that the document has for it', () => {
    const event = (externalId: string, account = 'north') =>
      ({ row: 1, externalId, plan: { account, labels: {}, title: null, startAt: 0 } }) as unknown as CheckedEvent;
    const broadcast = (id: string, account: string, externalId: string) =>
      ({ id, account, labels: {}, externalId }) as unknown as Broadcast;
    const seen = broadcast('bc_seen', 'north', 'rooms:seen');
    const { events, refused, ours } = eventsWithin(LIMITS, {
      document: 'rooms',
      events: ['rooms:seen', 'rooms:hidden', 'rooms:bc_hidden']
        .map((name) => event(name))
        .concat(event('a:b', 'south')),
      ours: [seen, broadcast('bc_hidden', 'south', 'rooms:hidden')],
      accountOf: String,
    });
    expect([events.map(({ externalId }) => externalId), ours]).toEqual([['rooms:seen'], [seen]]);
    expect(refused.map(({ uid, detail }) => [uid, detail])).toEqual(
      ['hidden', 'bc_hidden', 'a:b'].map((uid) => [uid, WHY]),
    );
  });
});
