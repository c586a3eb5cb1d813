import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { Exchange, Outcome } from '../../src/broadcasts/zoom-outcome.ts';
import type { ZoomApi } from '../../src/broadcasts/zoom-port.ts';
import type { Clock } from '../../src/clock.ts';
import type { Claimed } from './settlement.ts';

export interface RequestsDeps {
  zoom: ZoomApi;
  clock: Clock;
  /** Opens a sealed stream key. */
  openSealed: (sealed: string) => string;
  logger: Logger;
}

/** Sends a claimed request to Zoom. */
export class Requests {
  readonly #deps: RequestsDeps;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
  }

  /** Never rejects, so every claim gets settled. */
  async send(broadcast: Broadcast, request: Claimed['request'], guard: () => boolean): Promise<Exchange<Outcome>> {
    const { zoom, clock, logger } = this.#deps;
    try {
      const exchange = await this.#call(broadcast, request, guard);
      // Renew once (rule 8): if Zoom rejects the second token, the credentials are wrong and a third would fail too.
      if (exchange.result.kind === 'unauthorized' && !broadcast.tokenRenewed) {
        await zoom
          .renewToken(broadcast.account)
          .catch((err) => logger.warn({ err }, 'could not renew the Zoom access token'));
      }
      return exchange;
    } catch (error) {
      const { message: reason } = error as Error;
      const nothing = { request: { method: 'PATCH', path: '' }, answer: null, sentAt: null };
      return { ...nothing, result: { kind: 'transient', reason, unknown: false }, answeredAt: clock.now() };
    }
  }

  #call(broadcast: Broadcast, request: Claimed['request'], guard: () => boolean): Promise<Exchange<Outcome>> {
    const { zoom, openSealed } = this.#deps;
    const { account, kind, meetingId, destination } = broadcast;
    if (request === 'configure' && destination) {
      const { streamUrl, pageUrl, resolution, sealedStreamKey } = destination;
      const streamKey = openSealed(sealedStreamKey);
      return zoom.configure(
        { account, kind, meetingId, streamUrl, pageUrl, streamKey, ...(resolution ? { resolution } : {}) },
        guard,
      );
    }
    const action = request === 'configure' ? 'start' : request;
    const settings =
      action === 'mode' ? (broadcast.modeWanted ?? {}) : action === 'start' ? broadcast.settings : undefined;
    const streamKey = this.#streamKeyOf(destination);
    return zoom.updateStatus({ account, kind, meetingId, action, streamKey, ...(settings ? { settings } : {}) }, guard);
  }

  /** Only log masking needs the key: one that does not open must not block a start or a stop. */
  #streamKeyOf(destination: Broadcast['destination']): string | undefined {
    try {
      return destination ? this.#deps.openSealed(destination.sealedStreamKey) : undefined;
    } catch {
      return undefined;
    }
  }
}
