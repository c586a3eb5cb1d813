import { describe, expect, it } from 'vitest';
import { type ChangeBase, parseChange } from '../../../src/validation/parse-broadcast.ts';
import { BASE, CONTEXT, GOOD_DESTINATION, issuesOf, NOW } from './inputs.ts';

const change = (input: unknown, base: Partial<ChangeBase> = {}) => parseChange(input, { ...BASE, ...base }, CONTEXT);
const issues = (input: unknown, base: Partial<ChangeBase> = {}) => issuesOf(() => change(input, base));

describe('a change', () => {
  it('has only what was given', () => {
    expect(change({ title: 'New' })).toEqual({ title: 'New' });
    expect(change({ meetingId: '1 2-3' })).toEqual({ meetingId: '123' });
    expect(change({ settings: {} })).toEqual({ settings: {} });
    expect(change({ destination: GOOD_DESTINATION })).toEqual({ destination: GOOD_DESTINATION });
  });

  it('clears with null what may be empty', () => {
    const cleared = {
      title: null,
      stopAt: null,
      destination: null,
      externalId: null,
      startWindow: null,
      timezone: null,
    };
    expect(change(cleared)).toEqual(cleared);
    for (const name of ['meetingId', 'kind', 'account', 'startAt', 'duration', 'settings', 'labels']) {
      expect(Object.keys(issues({ [name]: null }))).toEqual([name]);
    }
  });

  it.each([
    [{ startAt: '2026-12-06T09:30' }, { startAt: Date.parse('2026-12-06T14:30:00Z') }],
    [
      { startAt: '2026-12-06T09:30', timezone: 'UTC', stopAt: '2026-12-06T10:00' },
      { startAt: Date.parse('2026-12-06T09:30Z') },
    ],
    [{ duration: 'PT2H' }, { stopAt: Date.parse('2026-12-06T16:00:00Z') }],
    [
      { startAt: 'now', duration: 'PT2H' },
      { startAt: NOW, stopAt: NOW + 7_200_000 },
    ],
    [{ stopAt: null, duration: 'PT2H' }, { stopAt: Date.parse('2026-12-06T16:00:00Z') }],
  ])('reads times against what holds: %j', (input, expected) => expect(change(input)).toMatchObject(expected));

  const live = { startAt: NOW - 600_000, stopAt: NOW + 600_000 };
  it('of a running broadcast may end it now or later, not before now', () => {
    expect(change({ stopAt: 'now' }, live)).toEqual({ stopAt: NOW });
    expect(change({ duration: 'PT1H' }, live)).toEqual({ stopAt: NOW + 3_000_000 });
    expect(issues({ stopAt: '2026-11-22T19:55:00Z' }, live)).toEqual({ stopAt: expect.stringContaining('past') });
    expect(issues({ duration: 'PT1M' }, live)).toEqual({ duration: expect.stringContaining('past') });
  });

  it('may repeat a past time that stays as it is', () => {
    expect(change({ startAt: '2026-11-22T19:50:00Z', title: 'x' }, live)).toEqual({
      startAt: live.startAt,
      title: 'x',
    });
    expect(issues({ startAt: '2026-11-22T19:51:00Z' }, live)).toEqual({ startAt: expect.stringContaining('past') });
  });

  it('keeps start and stop in order', () => {
    expect(issues({ startAt: '2026-12-06T15:30:00Z' })).toEqual({
      startAt: expect.stringContaining('before stopAt (2026-12-06T15:30'),
    });
    expect(issues({ stopAt: '2026-12-06T14:00:00Z' })).toEqual({ stopAt: expect.stringContaining('after startAt') });
    expect(change({ startAt: '2026-12-06T15:30:00Z', stopAt: null })).toMatchObject({ stopAt: null });
    expect(issues({ startAt: 'now', stopAt: 'now' })).toHaveProperty('stopAt');
  });

  it('to a webinar takes the layout away', () => {
    expect(issues({ kind: 'webinar' })).toEqual({ kind: expect.stringContaining('layout') });
    expect(change({ kind: 'webinar', settings: {} })).toEqual({ kind: 'webinar', settings: {} });
    expect(issues({ settings: { layout: 'follow_host' } }, { kind: 'webinar' })).toHaveProperty(['settings.layout']);
  });

  it('needs something to change, known by name', () => {
    expect(issues({})).toEqual({ '': expect.stringContaining('at least one field') });
    expect(Object.keys(issues({ status: 'live', revision: 2, foo: 1, title: 5 })).sort()).toEqual([
      'foo',
      'revision',
      'status',
      'title',
    ]);
    expect(issues([])).toEqual({ '': expect.stringContaining('object') });
  });

  it('without a zone takes no local time', () => {
    expect(issues({ startAt: '2026-12-06T09:30', timezone: null })).toEqual({
      startAt: expect.stringContaining('timezone'),
    });
  });
});
