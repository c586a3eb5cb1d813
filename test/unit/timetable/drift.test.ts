import { describe, expect, it } from 'vitest';
import { type HistoryLine, manualChanges, sourceActor } from '../../../src/timetable/drift.ts';

const line = (by: string, request: unknown): HistoryLine => ({ type: 'changed', by, reason: null, request });
const source = (request: unknown) => line(sourceActor('law'), request);
const hand = (request: unknown) => line('api:desk', request);
const changed = (...history: HistoryLine[]) => [...manualChanges(history).fields];

describe('what was changed by hand', () => {
  it('is no more once it is put back to what the timetable wrote', () => {
    expect(changed(source({ title: 'A' }), hand({ title: 'B' }))).toEqual(['title']);
    expect(changed(source({ title: 'A' }), hand({ title: 'B' }), hand({ title: 'A' }))).toEqual([]);
  });

  it('stays so of a destination, whose value no history shows: a person may have set another', () => {
    const destination = { destination: '…' };
    expect(changed(source(destination), hand(destination))).toEqual(['destination']);
    expect(changed(source({ ...destination, title: 'A' }), hand({ ...destination, title: 'A' }))).toEqual([
      'destination',
    ]);
    expect(changed(hand(destination), source(destination))).toEqual([]);
  });
});
