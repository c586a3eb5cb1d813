import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import { SystemClock } from '../../src/clock.ts';

/** A real sandbox on a free port and short ways to ask it; closed when the test ends. */
export interface SandboxClient extends Sandbox {
  zoom(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  status(id: string, action: string, settings?: object, kind?: 'meetings' | 'webinars'): Promise<Reply>;
  control(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Moves the sandbox's clock ahead by so many ms. */
  advance(ms: number): void;
}

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came.
  body: any;
  text: string;
  headers: Headers;
}

export async function openSandbox(options: SandboxOptions = {}): Promise<SandboxClient> {
  let offset = 0;
  const clock = new SystemClock(() => offset);
  // The seconds of the rate limits pass only by `advance`, so that a slow machine cannot stretch a burst over two.
  clock.monotonic = () => offset;
  const sandbox = await startSandbox({ clock, plan: 'none', ...options });
  onTestFinished(() => sandbox.close());
  const zoom: SandboxClient['zoom'] = (method, path, body, headers = {}) =>
    ask(method, `${sandbox.apiUrl}${path}`, body, { authorization: 'Bearer test-token', ...headers });
  return {
    ...sandbox,
    zoom,
    status: (id, action, settings, kind = 'meetings') =>
      zoom('PATCH', `/${kind}/${id}/livestream/status`, { action, ...(settings && { settings }) }),
    control: (method, path, body) => ask(method, `${sandbox.url}/_sandbox/${path}`, body, {}),
    advance: (ms) => {
      offset += ms;
    },
  };
}

export async function ask(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
  const ready = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams;
  const json: Record<string, string> = ready || body === undefined ? {} : { 'content-type': 'application/json' };
  const payload = ready ? body : body === undefined ? null : JSON.stringify(body);
  const response = await fetch(url, { method, body: payload, headers: { ...json, ...headers }, redirect: 'manual' });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? JSON.parse(text) : undefined, text, headers: response.headers };
}
