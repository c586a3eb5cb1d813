import { createHash } from 'node:crypto';
import { TYPE_PATTERN } from '../events/event-filter.ts';

/** One address of NOTIFY_URL. */
export interface NotifyTarget {
  /** Identifies it in jobs and keys: the URL itself may be a secret (Slack's are). */
  id: string;
  /** For people: host and id. */
  name: string;
  url: URL;
  /** `Basic …` when the address has a user and a password. */
  authorization: string | null;
  /** `slack`: `{"text": …}`; else the event as it is. */
  format: 'standard' | 'slack';
  /** The types of events it gets, `alert.*` for instance; empty: all. */
  only: string[];
}

const SLACK_HOST = 'hooks.slack.com';

/**
 * The targets, each once. `?format=slack` asks for Slack's form (Mattermost, Rocket.Chat …), `?only=alert.*` for some events;
 * neither is sent to the target. Throws when `only` is not an event type: nobody would notice alerts that are never sent.
 */
export function targetsOf(urls: readonly string[]): NotifyTarget[] {
  const targets = new Map(urls.map(targetOf).map((target) => [target.id, target]));
  return [...targets.values()];
}

function targetOf(text: string): NotifyTarget {
  const url = new URL(text);
  const id = createHash('sha256').update(url.href).digest('hex').slice(0, 12);
  const slack = url.hostname === SLACK_HOST || url.searchParams.get('format') === 'slack';
  if (url.searchParams.get('format') === 'slack') url.searchParams.delete('format');
  const only = onlyOf(url);
  const authorization = url.username === '' ? null : basic(url);
  url.username = '';
  url.password = '';
  return { id, name: `${url.host} (${id})`, url, authorization, format: slack ? 'slack' : 'standard', only };
}

function onlyOf(url: URL): string[] {
  // Repeated for several: a comma would begin the next address of NOTIFY_URL.
  const types = url.searchParams.getAll('only');
  url.searchParams.delete('only');
  const wrong = types.filter((type) => !TYPE_PATTERN.test(type));
  if (wrong.length === 0) return types;
  const expected = 'an event name such as alert.* or broadcast.live (repeat only= for several)';
  throw new Error(`NOTIFY_URL: only= must be ${expected}, got ${wrong.join(', ') || 'nothing'}`);
}

function basic({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
