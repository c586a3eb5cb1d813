import { Pool } from 'undici';
import { OURS } from '../support/contenders.ts';
import { onStage } from '../support/stage.ts';
import { quantile } from '../support/statistics.ts';
import type { Aim, Figures } from '../support/summary.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const ACCOUNTS = 100;
const DAY_MS = 86_400_000;
const FIGURE = 'p50, ms';
/** The aim, ms. */
const QUICK_MS = 20;

/** The query of the n-th page of so many; others in store are due from tomorrow on for 30 days. */
const FILTERS: [what: string, query: (part: number) => string][] = [
  ['the first page', () => ''],
  ['from the middle', (part) => `from=${new Date(Date.now() + DAY_MS * (1 + 25 * part)).toISOString()}`],
  ['from the end, descending', () => 'order=desc'],
  ['one state', () => 'status=scheduled'],
  ['a label', (part) => `label=room=r${Math.floor(part * 10)}`],
  ['a label and three states', () => 'label=room=r3&status=scheduled,live,failed'],
  ['an account and a state', (part) => `account=a${Math.floor(part * ACCOUNTS)}&status=scheduled`],
  ['q, in every title', () => 'q=lecture'],
  ['q, in one title in ten', () => 'q=7+&label=room=r7'],
  ['q, in no title: it gives up and says where to go on', () => 'q=nowhere'],
];

export const page: Row = {
  name: 'page',
  title: 'A page of 100 broadcasts from GET /v1/broadcasts, one after the other, with many in store',
  run: (context) => {
    const { stored, pages } = context.sizes;
    return onStage(accountsOf(ACCOUNTS, 'business'), {}, async (stage) => {
      const found = await alternate(context, [OURS], async (contender) => {
        await stage.seed(contender, stored, context.progress);
        return stage.with(contender, { works: false, api: true }, async ({ api }) => {
          const pool = new Pool(String(api?.report['url']), { connections: 1 });
          const all: { what: string; figures: Figures }[] = [];
          for (const [what, query] of FILTERS) {
            await timed(pool, query(0.5));
            const times: number[] = [];
            for (let n = 0; n < pages; n += 1) times.push(await timed(pool, query(n / pages)));
            all.push({ what, figures: { [FIGURE]: quantile(times, 0.5), 'p99, ms': quantile(times, 0.99) } });
          }
          await pool.close();
          return all;
        });
      });
      const aims = FILTERS.map(([what]): Aim => ({ what, figure: FIGURE, bound: 'at most', value: QUICK_MS }));
      const notes = [...found.notes, `${stored} in store, ${pages} pages of each`];
      return { ...found, notes, aims, ratios: [], against: OURS.name };
    });
  },
};

async function timed(pool: Pool, query: string): Promise<number> {
  const begun = performance.now();
  const { statusCode, body } = await pool.request({ path: `/v1/broadcasts?limit=100&${query}`, method: 'GET' });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${query} answered ${statusCode}: ${text}`);
  return performance.now() - begun;
}
