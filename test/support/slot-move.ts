import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Keys moved at once, and the pause after each lot, ms: slow enough that the rush meets a slot in motion for a while. */
const LOT = 10;
const PAUSE_MS = 80;

/**
 * Moves a slot of a Cluster from one master to another while it is in use, as `redis-cli --cluster reshard` does.
 * @returns how many keys were moved, and how long it took, ms
 */
export async function moveSlot(ports: { from: number; to: number }, slot: number) {
  const open = (port: number) => new Redis({ port, host: '127.0.0.1' });
  const [from, to] = [open(ports.from), open(ports.to)];
  const began = performance.now();
  let moved = 0;
  try {
    const [fromId, toId] = await Promise.all([from.cluster('MYID'), to.cluster('MYID')]);
    await to.cluster('SETSLOT', slot, 'IMPORTING', String(fromId));
    await from.cluster('SETSLOT', slot, 'MIGRATING', String(toId));
    for (;;) {
      const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, LOT)) as string[];
      if (keys.length === 0) break;
      await from.call('MIGRATE', '127.0.0.1', ports.to, '', 0, 5_000, 'KEYS', ...keys);
      moved += keys.length;
      await sleep(PAUSE_MS);
    }
    // The new owner first: a slot without one would be refused by all. The others hear of it from these two.
    for (const node of [to, from]) await node.cluster('SETSLOT', slot, 'NODE', String(toId));
  } finally {
    for (const node of [from, to]) node.disconnect();
  }
  return { moved, tookMs: Math.round(performance.now() - began) };
}
