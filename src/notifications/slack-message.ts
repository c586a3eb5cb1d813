import type { Notice } from './notice.ts';

/** Slack rejects a section of more than 3,000 characters, and a message of more than 50 blocks. */
const MAX_SECTION = 2_900;
const MAX_SECTIONS = 20;

/** For an incoming webhook: blocks for Slack, and the same as text for Mattermost and others without blocks. */
export function slackMessage(notice: Notice): { text: string; blocks: unknown[] } {
  const title = `${notice.alarm ? ':rotating_light: ' : ''}*${escaped(notice.title)}*`;
  const lines = notice.lines.map((line) => `• ${escaped(line)}`);
  if (notice.more > 0) lines.push(`… and ${notice.more} more`);
  const advice = notice.advice.map((sentence) => `→ ${escaped(sentence)}`);
  const sections = sectionsOf([title, ...lines]).slice(0, MAX_SECTIONS);
  return {
    text: [title, ...lines, ...advice].join('\n'),
    blocks: [
      ...sections.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
      ...(advice.length > 0
        ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: advice.join('\n').slice(0, MAX_SECTION) }] }]
        : []),
    ],
  };
}

/** As many lines per section as fit. */
function sectionsOf(lines: string[]): string[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last === undefined || last.length + line.length + 1 > MAX_SECTION) sections.push(line);
    else sections[sections.length - 1] = `${last}\n${line}`;
  }
  return sections;
}

/** Slack's control characters: a title must not mention a channel or create a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
