import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, startService } from './running-service.ts';

export interface SentAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  json: any;
}

export interface KeyedApi extends Service {
  /** Sends with a key, or with a `Cookie` and whatever else `headers` say. */
  as(
    key: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<SentAnswer>;
  /** Makes a key and returns it. */
  makeKey(name: string, more: Record<string, unknown>): Promise<{ id: string; key: string }>;
}

export const ADMIN = 'the-admin-key';

/** The API with an admin key in its settings, and two Zoom accounts: north and south. */
export async function startKeyedApi(env: Record<string, string> = {}): Promise<KeyedApi> {
  const folder = mkdtempSync(join(tmpdir(), 'keyed-'));
  const file = join(folder, 'accounts.json');
  const accounts = ['north', 'south'].map((name) => ({ name, accessToken: 'unused' }));
  writeFileSync(file, JSON.stringify({ accounts }));
  const service = await startService({
    ...{ API_KEYS: `root:admin:${ADMIN}`, ZOOM_ACCOUNTS_FILE: file, ZOOM_ACCESS_TOKEN: '' },
    ...env,
  });
  const as: KeyedApi['as'] = async (key, method, path, body, headers = {}) => {
    const answer = await service.request(method, path, body, {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
    return { status: answer.status, headers: answer.headers, json: isJson ? JSON.parse(text) : undefined };
  };
  const makeKey: KeyedApi['makeKey'] = async (name, more) => {
    const { status, json } = await as(ADMIN, 'POST', '/v1/keys', { name, ...more });
    if (status !== 201) throw new Error(JSON.stringify(json));
    return json;
  };
  const stop = async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  };
  return { ...service, as, makeKey, stop };
}
