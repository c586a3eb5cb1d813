// Median time of a page of 100 out of many broadcasts, first pages and pages in the middle.
//   node --import ./test/support/run-typescript.mjs bench/list.ts [broadcasts]
import { serveApi } from '../test/support/api-document.ts';

const TOTAL = Number(process.argv[2] ?? 100_000);
const BATCH = 1_000;
const PAGES = 200;

const api = await serveApi();
const base = Date.now() + 86_400_000;
for (let done = 0; done < TOTAL; done += BATCH) {
  const broadcasts = Array.from({ length: Math.min(BATCH, TOTAL - done) }, (_, i) => ({
    meetingId: String(done + i + 1),
    startAt: new Date(base + (done + i) * 1_000).toISOString(),
    labels: { room: `r${(done + i) % 10}` },
  }));
  const answer = await fetch(`${api.url}/v1/broadcasts/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ broadcasts }),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  await answer.arrayBuffer();
}

async function medianOf(query: (page: number) => string): Promise<string> {
  const times: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const begun = performance.now();
    const answer = await fetch(`${api.url}/v1/broadcasts?limit=100&${query(page)}`);
    const { broadcasts } = (await answer.json()) as { broadcasts: unknown[] };
    times.push(performance.now() - begun);
    if (broadcasts.length !== 100) throw new Error(`${broadcasts.length} of 100`);
  }
  times.sort((a, b) => a - b);
  return `median ${times[PAGES / 2]?.toFixed(1)} ms, p95 ${times[Math.floor(PAGES * 0.95)]?.toFixed(1)} ms`;
}

const middle = (page: number) => `from=${new Date(base + ((page * 397 * 1_000) % (TOTAL * 500))).toISOString()}`;
console.log(`first page     ${await medianOf(() => '')}`);
console.log(`in the middle  ${await medianOf(middle)}`);
console.log(`by label       ${await medianOf(() => 'label=room=A'.replace('A', 'r3'))}`);
console.log(`by status      ${await medianOf(() => 'status=scheduled')}`);
await api.stop();
