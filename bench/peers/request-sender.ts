import { Agent } from 'undici';
import type { Job } from './peer.ts';

const SETTINGS = { active_speaker_name: false, display_name: 'Main hall' };

/** Sends a request as our worker does, on kept connections; resolves with the status of the answer. */
export function requestSender(target: string): (action: 'start' | 'stop', job: Job) => Promise<number> {
  const agent = new Agent({ keepAliveTimeout: 60_000, pipelining: 1 });
  return async (action, { id, account }) => {
    const { statusCode, body } = await agent.request({
      origin: target,
      path: `/v2/meetings/${id}/livestream/status`,
      method: 'PATCH',
      headers: { authorization: `Bearer ${account}`, 'content-type': 'application/json' },
      body: JSON.stringify(action === 'start' ? { action, settings: SETTINGS } : { action }),
    });
    await body.dump();
    return statusCode;
  };
}
