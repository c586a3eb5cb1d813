import type { Logger } from 'pino';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import type { Clock } from '../../src/clock.ts';
import { LivestreamError } from '../../src/errors.ts';
import type { ProxySettings } from '../../src/outbound/proxy.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import type { AccountDirectory } from '../../src/zoom/accounts.ts';
import { accountsOnSocketOf } from '../../src/zoom/events/event-accounts.ts';
import { EventSocket } from '../../src/zoom/events/event-socket.ts';
import { storeEvent } from '../../src/zoom/events/inbox.ts';
import { parseWebhookEvent } from '../../src/zoom/events/parse.ts';
import type { Tokens } from '../../src/zoom/tokens/tokens.ts';
import type { LeaderTask } from '../maintenance/leader.ts';

export interface ZoomSocketsDeps {
  redis: RedisClient;
  keys: Keys;
  clock: Clock;
  accounts: AccountDirectory;
  tokens: Tokens;
  logger: Logger;
  proxies?: ProxySettings;
}

const ROUND_MS = 1_000;
/** A worker that has not led for this long lets go of its connections: the new leader has its own, ms. */
const LETS_GO_MS = 5_000;

/**
 * The WebSocket subscriptions of the accounts that have one (`webSocketUrl`): Zoom serves one connection for each, so one
 * worker of the installation, the leader, holds them. What comes in goes the way of the webhooks. Zoom sends
 * nothing again that happened while a connection was away: the looks at meetings that wait for their host make up for it.
 */
export class ZoomSockets implements LeaderTask {
  readonly name = 'zoom-sockets';
  readonly everyMs = ROUND_MS;
  readonly #deps: ZoomSocketsDeps;
  readonly #open = new Map<string, { url: string; socket: EventSocket }>();
  readonly #timer: NodeJS.Timeout;
  #ledAt = 0;

  constructor(deps: ZoomSocketsDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      if (this.#open.size > 0 && deps.clock.monotonic() - this.#ledAt > LETS_GO_MS)
        void this.#close([...this.#open.keys()]);
    }, ROUND_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#close([...this.#open.keys()]);
  }

  async runOnce(): Promise<void> {
    this.#ledAt = this.#deps.clock.monotonic();
    const { accounts } = this.#deps;
    const stale = [...this.#open].filter(([name, { url }]) => accounts.get(name)?.webSocketUrl !== url);
    void this.#close(stale.map(([name]) => name));
    for (const { name, webSocketUrl } of accounts.all()) {
      if (webSocketUrl !== undefined && !this.#open.has(name)) this.#openOne(name, webSocketUrl);
    }
  }

  #openOne(name: string, url: string): void {
    const { tokens, clock, logger, proxies } = this.#deps;
    const token = async (refused: boolean) => {
      const found = await (refused ? tokens.renew(name) : tokens.get(name));
      return found.kind === 'token' ? found.token : null;
    };
    const take = (event: string) => this.#take(name, event);
    const socket = new EventSocket({
      ...{ url, token, take, clock, logger: logger.child({ account: name }) },
      ...(proxies ? { proxies } : {}),
    });
    this.#open.set(name, { url, socket });
  }

  async #take(account: string, text: string): Promise<void> {
    const { accounts, logger } = this.#deps;
    const event = readEvent(text, logger);
    if (event?.type !== 'zoom_event') return;
    const { zoomEvent: observation } = event;
    const meant = accountsOnSocketOf(accounts, observation.accountId, account);
    if (meant.length > 0) await storeEvent(this.#deps, observation, meant);
    else
      logger.warn(
        { account, event: observation.event },
        'dropped an event of one Zoom account that came through the WebSocket of another',
      );
  }

  async #close(names: string[]): Promise<void> {
    const sockets = names.map((name) => this.#open.get(name)?.socket);
    for (const name of names) this.#open.delete(name);
    await Promise.all(sockets.map((socket) => socket?.close()));
  }
}

function readEvent(text: string, logger: Logger) {
  try {
    return parseWebhookEvent(text);
  } catch (error) {
    if (!(error instanceof LivestreamError)) throw error;
    logger.warn({ code: error.code }, 'dropped a WebSocket message that is not a Zoom event');
    return null;
  }
}
