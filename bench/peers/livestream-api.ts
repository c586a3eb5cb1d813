import { Pool } from 'undici';
import { inPages, inputOf, type OpenPeer } from './peer.ts';

const CONNECTIONS = 32;
const PAGE = 1_000;

/** A program in any language that asks our API: one request for each broadcast, or for a thousand. */
export const open: OpenPeer = async ({ api }) => {
  const pool = new Pool(api, { connections: CONNECTIONS });
  const post = async (path: string, body: unknown) => {
    const answer = await pool.request({
      ...{ method: 'POST', path, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 201) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
  };
  return {
    addMany: (jobs) => inPages(jobs, PAGE, (page) => post('/v1/broadcasts/batch', { broadcasts: page.map(inputOf) })),
    addOne: (job) => post('/v1/broadcasts', inputOf(job)),
  };
};
