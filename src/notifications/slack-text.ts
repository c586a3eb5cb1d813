import type { LivestreamEvent } from '../broadcasts/rules/events.ts';

/** One line for a chat: what happened, to which broadcast, and what an alert says. */
export function slackText({ type, data }: LivestreamEvent): string {
  const [kind = '', what = type] = type.split('.', 2);
  const said = textOf(data['message']) ?? textOf(data['reason']) ?? textOf(data['note']);
  const words = `*${kind === 'pause' ? 'pause ' : ''}${escaped(what.replaceAll('_', ' '))}*`;
  const sign = kind === 'alert' ? ':rotating_light: ' : '';
  return `${sign}${words}${nameOf(data)}${said ? `: ${escaped(said)}` : ''}`;
}

function nameOf(data: LivestreamEvent['data']): string {
  const meetingId = textOf(data['meetingId']);
  if (!meetingId) return '';
  const title = textOf(data['title']);
  return title ? ` “${escaped(title)}” (meeting ${meetingId})` : ` meeting ${meetingId}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Slack's control characters: a title must not mention a channel or make a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
