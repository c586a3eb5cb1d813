// A process that holds the lock and the embedded Redis of the folder given, until it is killed or asked to stop.
import { SystemClock } from '../../src/clock.ts';
import { startEmbeddedRedis } from '../../src/standalone/embedded-redis.ts';
import { acquireUpLock } from '../../src/standalone/up-lock.ts';

const [dataDir = ''] = process.argv.slice(2);
const clock = new SystemClock();
const lock = await acquireUpLock(dataDir, clock, { onLost: () => process.exit(9) });
const redis = await startEmbeddedRedis(dataDir, { clock, onCrash: (detail) => console.log(`crash: ${detail}`) });
process.once('SIGTERM', async () => {
  await redis.stop();
  lock.release();
});
// Last: whoever reads this may send the signal at once.
console.log('ready');
