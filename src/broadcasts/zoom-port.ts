import type { BroadcastKind, LivestreamSettings } from './broadcast.ts';
import type { Exchange, MeetingStatus, Outcome, ReadResult } from './zoom-outcome.ts';

/** Called right before the bytes leave; a false withdraws the request (outcome `withdrawn`). Must not block. */
export type SendGuard = () => boolean;

export interface StatusRequest {
  account: string;
  kind: BroadcastKind;
  meetingId: string;
  action: 'start' | 'stop' | 'mode';
  settings?: LivestreamSettings;
  /** Not sent: the key of the destination, which Zoom may quote. It is masked in what comes back. */
  streamKey?: string;
}

export interface ConfigureRequest {
  account: string;
  kind: BroadcastKind;
  meetingId: string;
  streamUrl: string;
  streamKey: string;
  pageUrl: string;
  resolution?: '720p' | '1080p';
}

/** What can be read: a meeting or webinar, its live stream configuration, the settings of a user, a page of a user's list. */
export type ReadTarget =
  | { of: BroadcastKind; meetingId: string }
  | { of: 'livestream'; kind: BroadcastKind; meetingId: string }
  | { of: 'user_settings'; userId: string }
  /** Upcoming ones. `pageToken`: of the next page, as the one before says it; null: the first. */
  | { of: 'list'; kind: BroadcastKind; userId: string; pageToken: string | null };

/** What the preflight and sources need of Zoom. Nothing rejects. */
export interface ZoomReads {
  /** One GET; the body stays out of the exchange, which goes into the history. */
  read(account: string, target: ReadTarget): Promise<Exchange<ReadResult>>;
  /** The scopes of the account's token as Zoom granted them; null when it did not say, or there is no token. */
  grantedScopes(account: string): Promise<string[] | null>;
  /** As `ZoomApi.renewToken`. */
  renewToken(account: string): Promise<void>;
}

/**
 * What the workers need of Zoom. One call is at most one HTTP request (tokens apart). Never rejects for what Zoom or the
 * network does: that is an outcome. The caller handles rate limits, retries and the second try after a 401.
 */
export interface ZoomApi {
  /** Gets a valid token for the account in advance, so that the request does not wait for one. Never rejects. */
  prepare(account: string): Promise<void>;
  /** `PATCH /{meetings|webinars}/{id}/livestream/status`. */
  updateStatus(request: StatusRequest, guard?: SendGuard): Promise<Exchange<Outcome>>;
  /** `PATCH /{meetings|webinars}/{id}/livestream`. The exchange's body has the stream key masked. */
  configure(request: ConfigureRequest, guard?: SendGuard): Promise<Exchange<Outcome>>;
  /** `GET /meetings/{id}`. `timeoutMs` shortens ZOOM_TIMEOUT_MS. */
  getMeetingStatus(account: string, meetingId: string, timeoutMs?: number): Promise<Exchange<MeetingStatus>>;
  /** Renews the account's token, unless another process has done so since the failing request. Never rejects. */
  renewToken(account: string): Promise<void>;
  close(): Promise<void>;
}
