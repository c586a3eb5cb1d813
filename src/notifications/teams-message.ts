import type { Notice } from './notice.ts';

/** Teams rejects a message of more than 28 kB. */
const MAX_CHARACTERS = 12_000;

/**
 * An Adaptive Card in the envelope that a Teams workflow ("When a Teams webhook request is received") accepts. It puts texts in text runs,
 * which Teams does not parse as Markdown, so a title cannot create a link.
 */
export function teamsMessage(notice: Notice): Record<string, unknown> {
  const { lines, more } = shortened(notice);
  const rest = more > 0 ? [paragraph(`… and ${more} more`)] : [];
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph(notice.title, { weight: 'Bolder', size: 'Medium', ...(notice.alarm ? { color: 'Attention' } : {}) }),
      ...lines.map((line) => paragraph(`• ${line}`)),
      ...rest,
      ...notice.advice.map((sentence) => paragraph(`→ ${sentence}`, { isSubtle: true })),
    ],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: card }] };
}

function paragraph(text: string, look: Record<string, unknown> = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...look }] };
}

function shortened({ lines, more }: Notice): { lines: string[]; more: number } {
  let room = MAX_CHARACTERS;
  const shown = lines.filter((line) => {
    room -= line.length;
    return room >= 0;
  });
  return { lines: shown, more: more + lines.length - shown.length };
}
