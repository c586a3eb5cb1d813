import type { Notice } from './notice.ts';

/** Subject and body of a mail. */
export function mailMessage(notice: Notice): { subject: string; text: string } {
  const lines = notice.lines.map((line) => `- ${line}`);
  if (notice.more > 0) lines.push(`- … and ${notice.more} more: livestream alerts`);
  const advice =
    notice.advice.length > 0 ? ['What to do:', ...notice.advice.map((sentence) => `- ${sentence}`), ''] : [];
  const footer = ['--', 'Sent by livestream-scheduler, because this address is in NOTIFY_URL.'];
  return {
    subject: `${notice.alarm ? 'Alert: ' : ''}${notice.title}`,
    text: [notice.title, '', ...lines, '', ...advice, ...footer, ''].join('\n'),
  };
}
