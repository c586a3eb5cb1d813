/** `GET /v1/summary`, `/v1/accounts` and `/v1/alerts`, as far as the command line reads them (contract section 6). */

interface Moment {
  broadcastId: string;
  meetingId: string;
  title: string | null;
  at: string;
}

export interface SummaryJson {
  broadcasts: { now: Record<string, number>; today: Record<string, number> };
  alerts: { open: number; acknowledged?: number; byCode: Record<string, number> };
  workers: { seen: number };
  nextStart: Moment | null;
  nextStop: Moment | null;
  oldestOverdue: (Moment & { action: 'start' | 'stop'; overdueMs: number }) | null;
}

export interface AccountsJson {
  accounts: { name: string; credentials: { good: boolean | null; since: string | null; detail?: string | null } }[];
}

export interface AlertsJson {
  alerts: { id: string; code: string; broadcastId: string | null; message: string; advice: string; raisedAt: string }[];
  nextCursor: string | null;
}
