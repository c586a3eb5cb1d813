import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import {
  type ConfiguredZoom,
  configuredZoomOf,
  hostOf,
  type Installation,
  judge,
} from '../../../src/installation/configured-zoom.ts';

const NOTHING = { broadcasts: 0, series: 0 };
const SOME = { broadcasts: 3, series: 1 };
const NO = { takeOver: false, discardSandbox: false };
const TAKE_OVER = { takeOver: true, discardSandbox: false };
const DISCARD = { takeOver: false, discardSandbox: true };
const SANDBOX: Installation = { kind: 'sandbox', accounts: {} };

function zoom(env: Record<string, string>): ConfiguredZoom {
  return configuredZoomOf(loadConfig(env, { terminal: false }), false) as ConfiguredZoom;
}

const REAL = zoom({ ZOOM_ACCOUNT_ID: 'A1', ZOOM_CLIENT_ID: 'c', ZOOM_CLIENT_SECRET: 's' });
const TOKEN = zoom({ ZOOM_ACCESS_TOKEN: 'any' });
const LOCAL = zoom({ ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: 'http://127.0.0.1:4001/v2' });
const sandbox = configuredZoomOf(loadConfig({}, { terminal: false }), true) as ConfiguredZoom;
const stored = ({ kind, accounts }: ConfiguredZoom): Installation => ({ kind, accounts });

describe('what a process means', () => {
  it('is the host of the API and the ids of the accounts; without accounts it is nothing', () => {
    expect(stored(REAL)).toEqual({ kind: 'zoom', accounts: { default: { host: 'api.zoom.us', zoomId: 'A1' } } });
    expect(TOKEN.accounts).toEqual({ default: { host: 'api.zoom.us', zoomId: null } });
    expect(configuredZoomOf(loadConfig({}, { terminal: false }), false)).toBeNull();
  });

  it.each(['http://127.0.0.1:4001/v2', 'http://localhost:9/v2', 'http://[::1]:77/v2', 'http://127.9.9.9/v2'])(
    'is this machine for %s, whatever the port',
    (url) => expect(hostOf(url)).toBe('loopback'),
  );
});

describe('a process that starts', () => {
  it('makes a new store its own, and so it does with one from before the record when it has credentials', () => {
    expect(judge(null, REAL, NOTHING, NO)).toMatchObject({ do: 'extend', to: stored(REAL) });
    expect(judge(null, REAL, SOME, NO)).toMatchObject({ do: 'extend', to: stored(REAL) });
    expect(judge(null, sandbox, NOTHING, NO)).toMatchObject({ do: 'extend', to: SANDBOX });
    expect(judge(null, sandbox, SOME, NO, true)).toMatchObject({ do: 'extend', to: SANDBOX });
    expect(judge(null, sandbox, SOME, NO)).toMatchObject({ do: 'refuse' });
  });

  it('is refused against Zoom while the sandbox has something planned; the error says how much, and what to do', () => {
    const verdict = judge(SANDBOX, REAL, SOME, NO);
    expect(verdict).toMatchObject({
      do: 'refuse',
      detail: expect.stringContaining('3 unfinished broadcasts and 1 series'),
    });
    expect(JSON.stringify(verdict)).toMatch(/--discard-sandbox.*--take-over/);
    // A series alone would make more.
    expect(judge(SANDBOX, REAL, { broadcasts: 0, series: 1 }, NO).do).toBe('refuse');
  });

  it('discards or keeps it when asked to; finished broadcasts are in nobody’s way', () => {
    expect(judge(SANDBOX, REAL, SOME, DISCARD)).toMatchObject({ do: 'switch', discard: true, forget: 'all' });
    expect(judge(SANDBOX, REAL, SOME, TAKE_OVER)).toMatchObject({ do: 'switch', discard: false, forget: 'all' });
    expect(judge(SANDBOX, REAL, NOTHING, NO)).toMatchObject({ do: 'switch', discard: true });
  });

  it('that runs the sandbox is refused a store of Zoom, also an idle one', () => {
    expect(judge(stored(REAL), sandbox, SOME, NO).do).toBe('refuse');
    expect(judge(stored(REAL), sandbox, NOTHING, NO).do).toBe('refuse');
    expect(judge(stored(REAL), sandbox, SOME, DISCARD).do).toBe('refuse');
    expect(judge(stored(REAL), sandbox, SOME, TAKE_OVER)).toMatchObject({ do: 'switch', discard: false });
  });

  it('never discards what is its own', () => {
    expect(judge(stored(REAL), REAL, SOME, DISCARD)).toEqual({ do: 'join', missing: [] });
    expect(judge(SANDBOX, sandbox, SOME, DISCARD)).toEqual({ do: 'join', missing: [] });
    const gov = zoom({ ZOOM_ACCESS_TOKEN: 'x', ZOOM_API_URL: 'https://api.zoomgov.com/v2' });
    expect(judge(stored(REAL), gov, SOME, DISCARD).do).toBe('refuse');
  });

  it('may have a simulator on another port of this machine than last time, but not one in place of Zoom', () => {
    const other = zoom({ ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: 'http://localhost:4002/v2' });
    expect(judge(stored(LOCAL), other, SOME, NO)).toEqual({ do: 'join', missing: [] });
    expect(judge(stored(TOKEN), LOCAL, NOTHING, NO).do).toBe('refuse');
    expect(judge(stored(LOCAL), TOKEN, SOME, NO).do).toBe('refuse');
    expect(judge(stored(LOCAL), TOKEN, NOTHING, NO).do).toBe('switch');
    expect(judge(stored(LOCAL), TOKEN, SOME, DISCARD)).toMatchObject({ do: 'switch', discard: true });
  });

  it('is refused when an account is another one at Zoom; --take-over forgets that account’s meetings alone', () => {
    const moved = zoom({ ZOOM_ACCOUNT_ID: 'A2', ZOOM_CLIENT_ID: 'c', ZOOM_CLIENT_SECRET: 's' });
    const verdict = judge(stored(REAL), moved, NOTHING, NO);
    expect(verdict).toMatchObject({
      do: 'refuse',
      detail: expect.stringMatching(/account default is Zoom's A1 there, A2 here/),
    });
    expect(judge(stored(REAL), moved, SOME, TAKE_OVER)).toMatchObject({
      do: 'switch',
      to: stored(moved),
      forget: ['default'],
    });
  });

  it('may lack an account, add one, and know only a token; what is known stays known', () => {
    const two = { kind: 'zoom', accounts: { ...REAL.accounts, west: { host: 'api.zoom.us', zoomId: 'W' } } } as const;
    expect(judge(two, REAL, SOME, NO)).toEqual({ do: 'join', missing: ['west'] });
    expect(judge(stored(REAL), { ...two, ownHost: [] }, SOME, NO)).toMatchObject({ do: 'extend', to: two });
    expect(judge(stored(REAL), TOKEN, SOME, NO)).toEqual({ do: 'join', missing: [] });
    expect(judge(stored(TOKEN), REAL, SOME, NO)).toMatchObject({ do: 'extend', to: stored(REAL) });
  });

  it('may add an account on another host only where its entry says so', () => {
    const east = { east: { host: 'api.zoomgov.com', zoomId: 'E' } };
    expect(judge(stored(REAL), { kind: 'zoom', accounts: east, ownHost: [] }, SOME, NO).do).toBe('refuse');
    expect(judge(stored(REAL), { kind: 'zoom', accounts: east, ownHost: ['east'] }, SOME, NO).do).toBe('extend');
  });
});
