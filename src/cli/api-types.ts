/** The API's JSON, as the command line reads it (contract section 6). */
import type { BroadcastKind, BroadcastStatus, LivestreamSettings, Warning } from '../broadcasts/broadcast.ts';

/** A broadcast as the API shows it; times in ISO 8601. */
export interface BroadcastJson {
  id: string;
  meetingId: string;
  kind: BroadcastKind;
  account: string;
  title: string | null;
  startAt: string;
  stopAt: string | null;
  timezone: string | null;
  settings: LivestreamSettings;
  destination: { streamUrl: string; pageUrl: string; resolution?: string } | null;
  status: BroadcastStatus;
  reason: string | null;
  revision: number;
  nextAttemptAt: string | null;
  startedAt: string | null;
  stoppedAt: string | null;
  startLatenessMs: number | null;
  stopLatenessMs: number | null;
  confirmed: boolean;
  externalId: string | null;
  labels: Record<string, string>;
  seriesId: string | null;
  startWindow: string | null;
  warnings: Warning[];
  createdAt: string;
  updatedAt: string;
}

export interface BroadcastPage {
  broadcasts: BroadcastJson[];
  nextCursor: string | null;
}

export interface HistoryLine {
  at: string;
  type: string;
  from: BroadcastStatus | null;
  to: BroadcastStatus | null;
  by: string;
  reason: string | null;
  request: unknown;
  answer: unknown;
}

/** RFC 9457 problem, with our `code` and, for bad input, every fault at once. */
export interface Problem {
  type?: string;
  title: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { path: string; message: string }[];
  [member: string]: unknown;
}
