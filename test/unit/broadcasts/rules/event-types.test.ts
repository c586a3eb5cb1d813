import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, matchesType } from '../../../../src/broadcasts/rules/event-types.ts';

/** The types of events, and the patterns that choose among them. */

it('names an event after each status, each alert, and what happens to series, sources and pauses', () => {
  expect(EVENT_TYPES).toEqual([
    ...['scheduled', 'starting', 'waiting', 'live', 'stopping', 'ended', 'canceled', 'missed', 'failed'].map(
      (status) => `broadcast.${status}`,
    ),
    ...['broadcast.changed', 'broadcast.confirmed', 'broadcast.upcoming', 'broadcast.ending'],
    ...['alert.late_start', 'alert.unconfirmed', 'alert.late_stop', 'alert.missed', 'alert.failed', 'alert.preflight'],
    ...['alert.daily_limit', 'alert.no_worker', 'alert.clock', 'alert.source', 'alert.versions'],
    ...['series.created', 'series.changed', 'series.deleted', 'series.warning', 'source.synced'],
    ...['pause.created', 'pause.ended'],
  ]);
});

describe('a pattern', () => {
  it.each<[pattern: string, type: string, why: string]>([
    ['broadcast.live', 'broadcast.live', 'a full name'],
    ['*', 'broadcast.live', 'anything'],
    ['alert.*', 'alert.missed', 'a beginning'],
    ['alert.*', 'alert.', 'a star for nothing'],
    ['*.failed', 'alert.failed', 'an end'],
    ['*late*', 'alert.late_stop', 'a part'],
    ['*ab*ab*', 'abab', 'parts that follow each other at once'],
    ['a*b*c', 'a.b.c', 'parts in order'],
    ['ab*bc', 'abbc', 'a beginning and an end that touch'],
    ['*b*b', 'bb', 'a part right before the end'],
  ])('%s fits %s: %s', (pattern, type) => {
    expect(matchesType(pattern, type)).toBe(true);
  });

  it.each<[pattern: string, type: string, why: string]>([
    ['broadcast.live', 'broadcast.ended', 'another name'],
    ['broadcast', 'broadcast.live', 'only a beginning, without a star'],
    ['alert.*', 'broadcast.missed', 'another beginning'],
    ['*.failed', 'alert.missed', 'another end'],
    ['*late*', 'alert.missed', 'the part is nowhere'],
    ['a*c*b*d', 'a.b.c.d', 'parts in another order'],
    ['*ab*ab*', 'ab', 'one part cannot count twice'],
    ['*aba*aba*', 'ababa', 'parts cannot overlap'],
    ['ab*bc', 'abc', 'the beginning and the end cannot overlap'],
    ['ab*ab*', 'ab', 'a part cannot lie in the beginning'],
    ['*ab*ab', 'ab', 'a part cannot lie in the end'],
    ['*ab*b', 'ab', 'a part cannot reach into the end'],
  ])('%s does not fit %s: %s', (pattern, type) => {
    expect(matchesType(pattern, type)).toBe(false);
  });
});
