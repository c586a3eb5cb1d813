import type { BroadcastKind, LivestreamSettings, OnDrop, OnMove } from '../broadcasts/broadcast.ts';

/** A destination as sent: the only place where the stream key is in plain text. */
export interface DestinationInput {
  streamUrl: string;
  streamKey: string;
  pageUrl: string;
  resolution?: '720p' | '1080p';
}

/** A broadcast as given, checked and normalised; times in ms since the epoch. */
export interface NewBroadcast {
  meetingId: string;
  kind: BroadcastKind;
  /** Null: resolves to `default`, or to the only account. */
  account: string | null;
  title: string | null;
  startAt: number;
  stopAt: number | null;
  timezone: string | null;
  settings: LivestreamSettings;
  destination: DestinationInput | null;
  externalId: string | null;
  labels: Record<string, string>;
  onDrop: OnDrop;
  onMove: OnMove;
  /** ISO 8601 duration. */
  startWindow: string | null;
}

/** A change (PATCH): missing fields stay as they are, null clears. `startAt`/`stopAt` in ms. */
export interface BroadcastChange {
  meetingId?: string;
  kind?: BroadcastKind;
  account?: string;
  title?: string | null;
  startAt?: number;
  stopAt?: number | null;
  timezone?: string | null;
  settings?: LivestreamSettings;
  destination?: DestinationInput | null;
  externalId?: string | null;
  labels?: Record<string, string>;
  onDrop?: OnDrop;
  onMove?: OnMove;
  startWindow?: string | null;
}
