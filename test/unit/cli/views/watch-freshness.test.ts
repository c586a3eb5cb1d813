import { describe, expect, it } from 'vitest';
import { Freshness, SILENT_MS } from '../../../../src/cli/views/watch-freshness.ts';

const NOW = 1_000_000;

function connected(): Freshness {
  const freshness = new Freshness();
  freshness.connection(true, NOW);
  freshness.loaded(NOW);
  freshness.heard(NOW);
  return freshness;
}

describe('whether the rows of watch can be believed', () => {
  it('not before they were read, nor after a new connection until they are read again', () => {
    const freshness = new Freshness();
    expect(freshness.staleness(NOW)).toMatchObject({ kind: 'connecting', asOf: null });
    freshness.connection(true, NOW);
    expect(freshness.staleness(NOW)).toMatchObject({ kind: 'loading', asOf: null });
    freshness.loaded(NOW);
    expect(freshness.staleness(NOW + 1)).toBeNull();
    freshness.connection(false, NOW + 10);
    freshness.connection(false, NOW + 20);
    expect(freshness.staleness(NOW + 30)).toMatchObject({ kind: 'lost', since: NOW + 10, asOf: NOW });
    freshness.connection(true, NOW + 40);
    expect(freshness.staleness(NOW + 41)).toMatchObject({ kind: 'loading', asOf: NOW });
  });

  it('not when not even a heartbeat has come', () => {
    const freshness = connected();
    expect(freshness.staleness(NOW + SILENT_MS)).toBeNull();
    expect(freshness.staleness(NOW + SILENT_MS + 1)).toMatchObject({ kind: 'silent', since: NOW, asOf: NOW });
    freshness.heard(NOW + SILENT_MS + 2);
    expect(freshness.staleness(NOW + SILENT_MS + 3)).toBeNull();
  });

  it('not while events arrive late, until they have caught up', () => {
    const freshness = connected();
    freshness.event(NOW - 77_000, NOW);
    freshness.heard(NOW);
    expect(freshness.staleness(NOW)).toMatchObject({ kind: 'behind', since: NOW - 77_000 });
    freshness.event(NOW - 100, NOW + 1);
    expect(freshness.staleness(NOW + 1)).toBeNull();
    freshness.event(NOW - 77_000, NOW);
    expect(freshness.staleness(NOW + 3_000)).toBeNull();
  });
});
