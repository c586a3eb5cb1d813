// Imports 10,000 rows through a real API process: each part of it, then the command as a person runs it.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/import.ts [rows]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openApi } from '../src/cli/api/api-client.ts';
import { applyDifferences, readExisting } from '../src/cli/import/import-apply.ts';
import { SystemClock } from '../src/clock.ts';
import { checkEvents } from '../src/timetable/check-events.ts';
import { compareEvents } from '../src/timetable/compare.ts';
import { readCsv } from '../src/timetable/read-csv.ts';
import { startProcess } from '../test/support/livestream-process.ts';
import { startRedis } from '../test/support/redis-server.ts';

const ROWS = Number(process.argv[2] ?? 10_000);
const ZONE = 'America/New_York';

async function timed<Value>(what: string, act: () => Value | Promise<Value>): Promise<Value> {
  const begun = performance.now();
  const value = await act();
  console.log(`${what.padEnd(40)} ${((performance.now() - begun) / 1_000).toFixed(2)} s`);
  return value;
}

/** `from` numbers the rows: each is of a meeting of its own. */
function csv(from: number): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const day = String((i % 28) + 1).padStart(2, '0');
    return `booking-${from + i},${68_000_000 + from + i},2035-06-${day} 09:00,90m,Service ${i},A`;
  });
  return `externalId,meetingId,start,duration,title,label:room\n${rows.join('\n')}\n`;
}

const redis = await startRedis();
const api = await startProcess('api', {
  REDIS_URL: redis.url,
  PORT: '0',
  LOG_LEVEL: 'error',
  ZOOM_ACCESS_TOKEN: 'unused',
});
const url = String(api.report.url);
const clock = new SystemClock();
const client = openApi({ url, key: null, clock });

const source = await timed(`${ROWS} rows read`, () => readCsv(csv(0), { timezone: ZONE }));
const checked = await timed('checked, each as the API does', () => checkEvents(source, clock.now()));
const wanted = {
  externalIds: checked.events.map(({ externalId }) => externalId),
  meetingIds: checked.events.flatMap(({ plan }) => plan?.meetingId ?? []),
  hasFamilies: false,
};
const compare = async () =>
  compareEvents(checked, await readExisting(client, wanted), { now: clock.now() }).differences;
const found = await timed('compared with nothing (dry run)', compare);
const failures = await timed('stored', () => applyDifferences(client, found, () => {}));
await timed('compared with all of them (dry run)', compare);

const folder = mkdtempSync(join(tmpdir(), 'livestream-bench-'));
const file = join(folder, 'bookings.csv');
writeFileSync(file, csv(ROWS));
const command = (...more: string[]) => {
  const argv = [resolve('dist/src/cli/main.js'), 'import', file, '--timezone', ZONE, '--api-url', url, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split('\n').at(-1);
};
await timed('livestream import --dry-run', () => command('--dry-run'));
console.log(await timed('livestream import', () => command()));
console.log(await timed('livestream import, again', () => command()));

client.close();
rmSync(folder, { recursive: true });
await api.kill();
await redis.stop();
if (failures.length > 0) throw new Error(`${failures.length} batches failed`);
