import { createHash } from 'node:crypto';
import { isoTime } from '../../time/iso-time.ts';
import { type Broadcast, isFinal } from '../broadcast.ts';
import type { Alert, AlertCode, Decision } from '../decision.ts';
import { commandToTryAgain, rescheduleNow } from '../try-again.ts';
import { nameOf } from './alerts.ts';

/** Every code of an alert: those of a broadcast, then those of the installation. */
export const ALERT_CODES = [
  'late_start',
  'unconfirmed',
  'late_stop',
  'missed',
  'failed',
  'preflight',
  'daily_limit',
  'no_worker',
  'clock',
  'source',
  'versions',
] as const;
export type AnyAlertCode = (typeof ALERT_CODES)[number];

/** An alert as it is stored when it is raised; see `lua/alert_records.lua`. Times in ms. */
export interface AlertRecord {
  id: string;
  code: AnyAlertCode;
  /** The subject. A cause has at most one unresolved alert. */
  cause: string;
  at: number;
  /** When it resolves automatically; omitted: when its cause is gone. */
  until?: number;
  /** Already over when it was raised, such as a start that went live late. */
  resolved?: true;
  /** The fields that never change. */
  data: AlertData;
}

/** The record in the form the scripts expect. */
export function forScript<Alert extends Pick<AlertRecord, 'data'>>(alert: Alert) {
  return { ...alert, data: JSON.stringify(alert.data) };
}

export interface AlertData {
  code: AnyAlertCode;
  /** Null: it concerns the whole installation. */
  broadcastId: string | null;
  account: string | null;
  labels: Record<string, string>;
  message: string;
  /** One sentence on what to do. */
  advice: string;
}

/** Causes of alerts that name a broadcast, for its removal. */
export function causesOf({ id }: Pick<Broadcast, 'id'>): string[] {
  return ALERT_CODES.filter((code) => code !== 'daily_limit').map((code) => broadcastCause(id, code));
}

/** The cause of an alert of a broadcast. */
export function broadcastCause(id: string, code: AnyAlertCode): string {
  return `broadcast:${id}:${code}`;
}

/** The alerts that a decision raises, in their stored form; `next` carries the version to be written. `now` in ms. */
export function alertRecords(next: Broadcast, alerts: readonly Alert[], now: number): AlertRecord[] {
  return alerts.map((alert) => {
    const { code, message, resolvesAt } = alert;
    const cause = causeOf(next, code);
    const names = message.includes(next.meetingId) || (next.title !== null && message.includes(next.title));
    const data: AlertData = {
      code,
      broadcastId: next.id,
      account: next.account,
      labels: next.labels,
      message: names ? message : `${nameOf(next)}: ${message}`,
      advice: adviceOf(next, alert, now),
    };
    return {
      id: alertId(cause, next.version),
      code,
      cause,
      at: now,
      ...(resolvesAt === undefined ? {} : { until: resolvesAt }),
      ...(isOver(code, next) ? { resolved: true as const } : {}),
      data,
    };
  });
}

/** The causes that the step from `before` to `next` resolves: what succeeded after all, and what a new plan replaces. */
export function resolvedCauses(
  before: Broadcast | null,
  { next, alerts }: Pick<Decision, 'next' | 'alerts'>,
): string[] {
  if (!before) return [];
  const had = before.alerted as AlertCode[];
  const raised = new Set(alerts.map(({ code }) => code));
  return had
    .filter((code) => code !== 'daily_limit')
    .filter((code) => !next.alerted.includes(code) || raised.has(code) || (isOver(code, next) && !isOver(code, before)))
    .map((code) => broadcastCause(next.id, code));
}

/** The id of the alert. A step that is retried gives the same id. */
function alertId(cause: string, version: number): string {
  return `al_${createHash('sha256').update(`${cause}:${version}`).digest('hex').slice(0, 16)}`;
}

/** A used-up daily limit concerns the account, not the broadcast that met it first. */
function causeOf({ id, account }: Broadcast, code: AlertCode): string {
  return code === 'daily_limit' ? `account:${account}:daily_limit` : broadcastCause(id, code);
}

/** Whether an alert of this code is out of date for a broadcast in this state. */
function isOver(code: AlertCode, broadcast: Broadcast): boolean {
  const { status, confirmed } = broadcast;
  const begun = status === 'live' || status === 'stopping';
  switch (code) {
    // One that ended without going live has its own alert, `missed` or `failed`: one problem gets one alert.
    case 'late_start':
    case 'preflight':
      return begun || isFinal(broadcast);
    // Once it is over there is nothing left to check; the history still shows that it was never confirmed.
    case 'unconfirmed':
      return confirmed || isFinal(broadcast);
    case 'late_stop':
      return isFinal(broadcast);
    case 'missed':
    case 'failed':
      return status !== code;
    // It resolves automatically at the end of the day.
    case 'daily_limit':
      return false;
  }
}

function adviceOf(broadcast: Broadcast, { code, advice }: Alert, now: number): string {
  if (advice !== undefined) return advice;
  const { id } = broadcast;
  const history = `livestream show ${id} --history`;
  switch (code) {
    case 'late_start':
      return `See what it is waiting for: ${history}`;
    case 'unconfirmed':
      return `Check whether the stream is on. For Zoom's answers: ${history}`;
    case 'late_stop':
      return `End the live stream in the Zoom client; the service keeps trying. To see why: ${history}`;
    case 'missed':
    case 'failed':
      return adviceWhenLost(broadcast, now);
    case 'preflight':
      return `Fix the problem in the message, then check again: livestream preflight ${id}`;
    case 'daily_limit':
      return 'Requests resume automatically when the UTC day ends. Larger Zoom plans have no daily limit (ZOOM_PLAN).';
  }
}

/** People often read an alert later than it was raised, so it also names the command for after the start or the stop. */
function adviceWhenLost(broadcast: Broadcast, now: number): string {
  const { id, status, reason, startAt, stopAt } = broadcast;
  const command = commandToTryAgain(broadcast, now);
  if (command === null)
    return `End the live stream in the Zoom client. For Zoom's answers: livestream show ${id} --history`;
  const fix = status === 'failed' && !reason?.includes(command) ? 'Fix the problem in the message. ' : '';
  const start = isoTime(startAt);
  if (command.endsWith(start))
    return `${fix}To schedule it again: ${command}; after ${start}: ${command.replace(start, 'now')}`;
  const later =
    command.startsWith('livestream retry') && stopAt !== null ? `; after ${isoTime(stopAt)}: ${rescheduleNow(id)}` : '';
  return `${fix}To put it on air now: ${command}${later}`;
}
