import { matchesType } from '../broadcasts/rules/event-types.ts';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { NotifyTarget } from '../config/notify-url.ts';

type Filter = Pick<NotifyTarget, 'only' | 'accounts' | 'labels'>;

/**
 * Whether a target gets an event. An alert about the whole installation, such as `alert.no_worker`, concerns every account and every label:
 * only `only=` excludes it.
 */
export function wants({ only, accounts, labels }: Filter, { type, data }: LivestreamEvent): boolean {
  if (only.length > 0 && !only.some((pattern) => matchesType(pattern, type))) return false;
  if (type.startsWith('alert.') && data['broadcastId'] === null) return true;
  const account = data['account'];
  if (accounts.length > 0 && !(typeof account === 'string' && accounts.includes(account))) return false;
  return labels.length === 0 || labels.some(({ name, value }) => hasLabel(data['labels'], name, value));
}

function hasLabel(labels: unknown, name: string, value: string | null): boolean {
  if (typeof labels !== 'object' || labels === null || !Object.hasOwn(labels, name)) return false;
  return value === null || (labels as Record<string, unknown>)[name] === value;
}
