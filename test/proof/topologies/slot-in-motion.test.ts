import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { scriptText } from '../../../src/broadcasts/store/lua-scripts.ts';
import { clusterPort, ServerSet } from '../../support/redis-topology.ts';
import { until } from '../../support/wait-for.ts';

/** Two masters, and the slot of our keys on its way from one to the other: some keys may be here, some there. */

const { base } = keysOf('motion');
const SCRIPTS = [
  ...['affected', 'alert', 'commit', 'index_meeting', 'load'],
  ...['page', 'raise', 'reserve', 'rewrite', 'quarantine'],
];

let servers: ServerSet;
let from: Redis;
let to: Redis;

beforeAll(async () => {
  servers = await ServerSet.create();
  const node = async () => {
    const settings = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
    const { port } = await servers.data(settings, { port: await clusterPort() });
    return new Redis({ port, host: '127.0.0.1' });
  };
  [from, to] = await Promise.all([node(), node()]);
  const slot = Number(await from.cluster('KEYSLOT', base));
  await from.cluster('ADDSLOTS', slot);
  await from.cluster('MEET', '127.0.0.1', to.options.port as number);
  await until('they know each other', async () => {
    const seen = await Promise.all([from, to].map(async (one) => String(await one.cluster('NODES'))));
    return seen.every((nodes) => nodes.trim().split('\n').length === 2 && !nodes.includes('handshake'));
  });
  // Without a key under the name that the scripts are given, a redirection would come before they run.
  await until('the slot is served', () =>
    from.set(base, '').then(
      () => true,
      () => false,
    ),
  );
  // A master that has just started serves nothing for two seconds.
  await until('both are up', async () => {
    const infos = await Promise.all([from, to].map(async (one) => String(await one.cluster('INFO'))));
    return infos.every((info) => info.includes('cluster_state:ok'));
  });
  const [fromId, toId] = await Promise.all([from, to].map(async (one) => String(await one.cluster('MYID'))));
  await to.cluster('SETSLOT', slot, 'IMPORTING', fromId as string);
  await from.cluster('SETSLOT', slot, 'MIGRATING', toId as string);
}, 120_000);

afterAll(async () => {
  from.disconnect();
  to.disconnect();
  await servers.stop();
});

describe.each(SCRIPTS)('%s', (name) => {
  it('does nothing where the slot comes from', async () => {
    await expect(from.eval(scriptText(name), 1, base)).rejects.toThrow(/^TRYAGAIN/);
  });

  it('does nothing where the slot goes to, though it is asked to', async () => {
    void to.asking();
    await expect(to.eval(scriptText(name), 1, base)).rejects.toThrow(/^TRYAGAIN/);
  });
});
