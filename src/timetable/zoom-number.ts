/** The Zoom number in an invitation. */

export interface ZoomNumber {
  meetingId: string;
  kind: 'meeting' | 'webinar';
}

const HOST = String.raw`https?://(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|zoomgov\.com|zoom\.com\.cn)`;
/** `/j/`, `/s/` (start), `/wc/join/` and `/wc/…/join` (browser) are meetings or webinars, `/w/` a webinar. */
const LINK = new RegExp(`${HOST}/(j|s|w|wc/join|wc)/(\\d{6,19})`, 'i');
const NAMED = /\b(meeting|webinar)[ -]?(?:id|number|no\.?)\s*[:：#=]?\s*(\d(?:[\d\u00a0 -]{4,26})\d)/i;

/** Looks through the texts in turn: links first, then `Meeting ID: 684 2308 5`; null when there is none. */
export function findZoomNumber(texts: string[]): ZoomNumber | null {
  for (const text of texts) {
    const [, path, meetingId] = LINK.exec(text) ?? [];
    if (path && meetingId) {
      const isWebinar = path.toLowerCase() === 'w' || texts.some((other) => /\bwebinar[ -]?id\b/i.test(other));
      return { meetingId, kind: isWebinar ? 'webinar' : 'meeting' };
    }
  }
  for (const text of texts) {
    const [, word, written] = NAMED.exec(text) ?? [];
    const meetingId = written?.replace(/\D/g, '') ?? '';
    if (word && meetingId.length >= 6 && meetingId.length <= 19) {
      return { meetingId, kind: word.toLowerCase() === 'webinar' ? 'webinar' : 'meeting' };
    }
  }
  return null;
}
