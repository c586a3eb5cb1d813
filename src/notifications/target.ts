import { createHash } from 'node:crypto';

/** One address of NOTIFY_URL. */
export interface NotifyTarget {
  /** Names it in jobs and keys: the address itself may be a secret (Slack's are). */
  id: string;
  /** For people: host and id. */
  name: string;
  url: URL;
  /** `Basic …` when the address has a user and a password. */
  authorization: string | null;
  /** `slack`: `{"text": …}`; else the event as it is. */
  format: 'standard' | 'slack';
}

const SLACK_HOST = 'hooks.slack.com';

/** The targets, each once. `?format=slack` asks for Slack's form (Mattermost, Rocket.Chat …) and is not sent along. */
export function targetsOf(urls: readonly string[]): NotifyTarget[] {
  const targets = new Map(urls.map(targetOf).map((target) => [target.id, target]));
  return [...targets.values()];
}

function targetOf(text: string): NotifyTarget {
  const url = new URL(text);
  const id = createHash('sha256').update(url.href).digest('hex').slice(0, 12);
  const slack = url.hostname === SLACK_HOST || url.searchParams.get('format') === 'slack';
  if (url.searchParams.get('format') === 'slack') url.searchParams.delete('format');
  const authorization = url.username === '' ? null : basic(url);
  url.username = '';
  url.password = '';
  return { id, name: `${url.host} (${id})`, url, authorization, format: slack ? 'slack' : 'standard' };
}

function basic({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
