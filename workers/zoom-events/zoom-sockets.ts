import type { Logger } from 'pino';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import type { Clock } from '../../src/clock.ts';
import { LivestreamError } from '../../src/errors.ts';
import type { ProxySettings } from '../../src/outbound/proxy.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { Loop } from '../../src/services/loop.ts';
import type { Service } from '../../src/services/service.ts';
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
  /** Default: one shard. */
  shards?: readonly { keys: Keys }[];
  clock: Clock;
  accounts: AccountDirectory;
  tokens: Tokens;
  logger: Logger;
  proxies?: ProxySettings;
}

const ROUND_MS = 1_000;
/** A worker that has not led for this long closes its connections, because the new leader has its own, ms. */
const MAX_NOT_LEADING_MS = 5_000;
/** On close, events already received get this long to be stored, ms. */
const CLOSE_GRACE_MS = 12_000;

/**
 * The WebSocket subscriptions of accounts with a `webSocketUrl`. Zoom serves one connection per subscription, so only the leader of
 * the installation opens them. Their events take the same path as webhooks. Zoom does not resend what happened without a connection;
 * the status checks of meetings that wait for their host make up for them.
 */
export class ZoomSockets implements LeaderTask, Service {
  readonly name = 'zoom-sockets';
  readonly everyMs = ROUND_MS;
  readonly #deps: ZoomSocketsDeps;
  readonly #open = new Map<string, { url: string; socket: EventSocket }>();
  readonly #loop: Loop;
  #ledAt = 0;

  constructor(deps: ZoomSocketsDeps) {
    this.#deps = deps;
    this.#loop = new Loop({
      name: this.name,
      everyMs: ROUND_MS,
      logger: deps.logger,
      problem: 'could not close the WebSockets for Zoom events; trying again',
      runOnce: () => this.#closeUnlessLeading(),
    });
  }

  /** `runOnce` opens the connections on the leader; this only watches whether this worker still leads. */
  start(): void {
    this.#loop.start();
  }

  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#close([...this.#open.keys()], graceMs);
  }

  async #closeUnlessLeading(): Promise<void> {
    if (this.#open.size > 0 && this.#deps.clock.monotonic() - this.#ledAt > MAX_NOT_LEADING_MS)
      await this.#close([...this.#open.keys()]);
  }

  async runOnce(): Promise<void> {
    this.#ledAt = this.#deps.clock.monotonic();
    const { accounts } = this.#deps;
    const stale = [...this.#open].filter(([name, { url }]) => accounts.get(name)?.webSocketUrl !== url);
    void this.#close(stale.map(([name]) => name));
    for (const { name, webSocketUrl } of accounts.all()) {
      if (webSocketUrl !== null && !this.#open.has(name)) this.#openOne(name, webSocketUrl);
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
    socket.start();
  }

  async #take(account: string, text: string): Promise<void> {
    const { accounts, logger } = this.#deps;
    const event = readEvent(text, logger);
    if (event?.type !== 'zoom_event') return;
    const { zoomEvent } = event;
    const owners = accountsOnSocketOf(accounts, zoomEvent.accountId, account);
    if (owners.length > 0) await storeEvent(this.#deps, zoomEvent, owners);
    else
      logger.warn(
        { account, event: zoomEvent.event },
        'dropped an event of one Zoom account that came through the WebSocket of another',
      );
  }

  async #close(names: string[], graceMs = CLOSE_GRACE_MS): Promise<void> {
    const sockets = names.map((name) => this.#open.get(name)?.socket);
    for (const name of names) this.#open.delete(name);
    await Promise.all(sockets.map((socket) => socket?.stop(graceMs)));
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
