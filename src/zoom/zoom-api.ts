import type { BroadcastKind, LivestreamSettings } from '../broadcasts/broadcast.ts';
import type { Exchange, MeetingLook, Outcome } from './outcome.ts';

/** Called right before the bytes leave; a false withdraws the request (outcome `withdrawn`). Must not block. */
export type SendGuard = () => boolean;

export interface StatusRequest {
  account: string;
  kind: BroadcastKind;
  meetingId: string;
  action: 'start' | 'stop' | 'mode';
  settings?: LivestreamSettings;
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

/**
 * What the workers need of Zoom. One call is at most one HTTP request (tokens apart). Never rejects for what Zoom or the
 * network does: that is an outcome. Rate limits, retries and the second try after a 401 are the caller's business.
 */
export interface ZoomApi {
  /** Has a good token for the account ready, so that the due moment waits for nothing. Never rejects. */
  prepare(account: string): Promise<void>;
  /** `PATCH /{meetings|webinars}/{id}/livestream/status`. */
  updateStatus(request: StatusRequest, guard?: SendGuard): Promise<Exchange<Outcome>>;
  /** `PATCH /{meetings|webinars}/{id}/livestream`. The exchange's body has the stream key masked. */
  configure(request: ConfigureRequest, guard?: SendGuard): Promise<Exchange<Outcome>>;
  /** `GET /meetings/{id}`. `timeoutMs` shortens ZOOM_TIMEOUT_MS. */
  lookAtMeeting(account: string, meetingId: string, timeoutMs?: number): Promise<Exchange<MeetingLook>>;
  /** Renews the account's token, unless another process has done so since the failing request. Never rejects. */
  renewToken(account: string): Promise<void>;
  close(): Promise<void>;
}
