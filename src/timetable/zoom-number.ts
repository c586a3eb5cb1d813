/** Finds the Zoom number in an invitation: in a link, however it is wrapped, or after `Meeting ID:` in many languages. */

import { BARE_WORDS, MEETING_WORDS, WEBINAR_WORDS } from './zoom-words.ts';

export interface ZoomNumber {
  meetingId: string;
  kind: 'meeting' | 'webinar';
}

/** `why`: the reason there is none. `others`: numbers in links to other meetings, if any. */
export type ZoomFinding = { found: ZoomNumber; others?: string[] } | { found: null; why: string };

/** A lookbehind checks what comes before `zoom`: so the engine searches for four letters, which is three times as fast. */
const HOST = String.raw`(?<=(?<![\w.@-])(?:[\w-]{1,63}\.){0,4})(?:zoom\.us|zoom\.com\.cn|zoom\.com|zoomgov\.com|zoom-x\.de)(?::\d{1,5})?`;
/** `/j/`, `/s/` (start), `/meeting/`, `/wc/join/` and `/wc/…/join` (browser) are meetings or webinars, `/w/` and `/webinar/` webinars. */
const PATH = '(?:j|s|w|w_p|launch/jc|wc/join|wc|meetings?|webinars?|join)';
const LINK = new RegExp(`${HOST}\\.?/{1,2}(${PATH})/?(?:[?#&]?confno=)?(\\d[\\d -]{4,24}\\d)(?!\\d)`, 'gi');
/** The end of a line: plain, in quoted-printable text (`=`), or in HTML. The next line may be indented, or quoted with `>`. */
const BREAK = String.raw`(?:=?\r?\n[ \t>]*|<w?br\s*/?>\s*)`;
/** A number continued on the next line, up to its end or to what a link has after the number. */
const FOLDED = new RegExp(
  `(${HOST}\\.?/{1,2}${PATH}/)${BREAK}?(\\d{0,10})(${BREAK}?)(\\d{1,11})(?!\\d)(?=([?#&])|["'>)<]|[^\\S\\n]*(?:\\n|$))`,
  'gi',
);
/** Where a number or a link may continue on the next line. Most texts have no such place. */
const AT_BREAK = new RegExp(String.raw`[\d/]${BREAK}\d`, 'i');
const NEXT_DIGITS = new RegExp(`^${BREAK}(\\d{1,11})(?![\\d:.])`, 'i');
const CONFNO = new RegExp(`${HOST}/[\\w/]{0,40}\\?(?:[^\\s"'<>]{0,200}&)?confno=(\\d{6,19})(?!\\d)`, 'i');
/** Also `NUMBER.PASSCODE@zoomcrc.com`. */
const SIP = /(?<!\d)(\d{9,11})(?:\.\d{1,10})?@(?:[\w-]+\.)*(?:zoomcrc\.com|zmeu\.us)(?![\w-]|\.\w)/i;
/** What phones dial: `+16699006833,,81234567890#`. */
const DIALED = /\+\d[\d.() -]{6,20},{2,4}(\d{9,11})#/;
/** Mimecast hides the link behind its own code, and shows only the domain. */
const HIDDEN = /mimecast(?:protect)?\.com\/s\/[^\s"'<>]{0,2000}zoom/i;
const PERSONAL = new RegExp(`${HOST}/my/[\\w.-]+`, 'i');
const REGISTER = new RegExp(`${HOST}/(?:meeting|webinar)/register/`, 'i');
const ANY_LINK = new RegExp(`${HOST}/`, 'i');
const OTHER_SERVICE =
  /teams\.(?:microsoft|live)\.com|microsoft teams|webex\.com|meet\.google\.com|gotomeet|whereby\.com|meeting\.tencent\.com|voovmeeting|ringcentral|bluejeans|lifesize/i;

/**
 * A number as Zoom writes it: 9 to 11 digits in its groups, or without any. What follows must not go on with it: a digit, or another group
 * of digits that is neither a time nor an ordinal number.
 */
const GAP = String.raw`[ \u00a0\u2009\u202f.\u2010-\u2015-]?`;
/** Between two groups. Spaces may be doubled, as in text converted from HTML. */
const APART = String.raw`[ \t\u00a0\u2009\u202f]{0,2}[.\u2010-\u2015-]?[ \t\u00a0\u2009\u202f]{0,2}`;
const GROUPS = [
  String.raw`\d{3}${APART}\d{4}${APART}\d{4}(?!\d)`,
  String.raw`\d{3}${APART}\d{3}${APART}\d{4}(?!\d)(?!${GAP}\d{1,4}(?![\d:.]*[:.]\d|\p{L}))`,
  String.raw`\d{3}${APART}\d{3}${APART}\d{3}(?!\d)(?!${APART}\d{1,4}(?![\d:.]*[:.]\d|\p{L}))`,
  String.raw`\d{3} \d{4} \d(?!\d)(?! ?\d)`,
  String.raw`\d{8,11}(?!\d)`,
].join('|');
/** More than an HTML table is ever indented. The bound keeps the search fast on any text. */
const SPACE = String.raw`[\s\u00a0]{0,100}`;
/** `Meeting ID / Passcode: 812 3456 7890 / 123456`. */
const BESIDE = String.raw`(?:\s{0,3}/\s{0,3}(?:pass(?:code|word)|pw|pwd|pin|code|kenncode|kennwort))?`;
const NAME = `(?:(?<webinar>${WEBINAR_WORDS})|(?:${MEETING_WORDS}))${BESIDE}`;
/**
 * Between name and number, including Markdown's asterisks and underscores. No optional part begins with a space, so there is only one way
 * to match.
 */
const AFTER_NAME =
  String.raw`[ \u00a0]?[*_]{0,3}${SPACE}(?:\(zoom\)${SPACE})?` +
  String.raw`(?:(?:\\?[:#=]|[-\u2013\u2014]|is|ist|est|es|è)[ \u00a0]?[*_]{0,3}${SPACE})?[*_]{0,3}`;
const HEAD = String.raw`(?<![\p{L}\p{N}])(?:${NAME}|(?<bare>${BARE_WORDS}))${AFTER_NAME}`;
const NAMED = new RegExp(`${HEAD}(?<number>${GROUPS})`, 'giu');
/** A number after a name that continues on the next line, and ends there. */
const NAMED_BROKEN = new RegExp(
  String.raw`(?<head>${HEAD})(?<first>\d[\d \u00a0.-]{1,10}\d)[ \t]{0,100}${BREAK}(?<next>\d(?:[\d \u00a0.-]{0,8}\d)?)(?=[^\S\n]{0,100}(?:\n|$))`,
  'giu',
);
/** A passcode may have as many digits as a number. */
const PASSCODE = /(?:pass(?:code|word)|kenncode|kennwort|mot de passe|contraseña|\bpw|\bpwd|\bpin)[^\n\d]{0,20}$/i;

/** A bare `ID: 812 3456 7890`, in an event that mentions Zoom elsewhere. */
const ID_ALONE = new RegExp(
  String.raw`(?:^|[\n,;(|•·-])\s{0,20}ID\s{0,20}(?:[:#]\s{0,20})?(?<number>${GROUPS})`,
  'giu',
);

const BARE = new RegExp(`^(?:${BARE_WORDS})[^\\p{L}]*$`, 'iu');

/** Searches the texts in turn: links first, then numbers after a name. */
export function findZoom(texts: string[]): ZoomFinding {
  const readable = texts.map(readableText);
  for (const text of readable) {
    const found = inLink(text);
    if (!found) continue;
    const isWebinar = found.kind === 'webinar' || readable.some((other) => WEBINAR.test(other));
    const others = otherNumbers(readable, found.meetingId);
    return { found: { ...found, kind: isWebinar ? 'webinar' : 'meeting' }, ...(others.length > 0 && { others }) };
  }
  // Numbers of other services look the same.
  const isOther = readable.some((text) => OTHER_SERVICE.test(text)) && !readable.some((text) => /zoom/i.test(text));
  for (const text of isOther ? [] : readable) {
    const found = numberAfterName(text);
    if (found) return { found };
  }
  const named = readable.some((text) => /zoom|one[ -]tap/i.test(text));
  for (const text of named ? readable : []) {
    const meetingId = numberOf(ID_ALONE, text) ?? DIALED.exec(text)?.[1];
    if (meetingId) return { found: { meetingId, kind: 'meeting' } };
  }
  return { found: null, why: whyNone(readable) };
}

export function findZoomNumber(texts: string[]): ZoomNumber | null {
  return findZoom(texts).found;
}

const WEBINAR = new RegExp(`(?<![\\p{L}\\p{N}])(?:${WEBINAR_WORDS})`, 'iu');

/** Whole numbers in links to other meetings: no rule can tell which of two is meant. */
function otherNumbers(texts: readonly string[], taken: string): string[] {
  const written = texts
    .filter((text) => /zoom/i.test(text))
    .flatMap((text) => [...text.matchAll(LINK)].map(([, , one = '']) => one));
  const numbers = written.filter((one) => /^\d{9,11}$/.test(one) && one !== taken);
  return [...new Set(numbers)];
}

function inLink(text: string): ZoomNumber | null {
  // Most calendar texts are long and about something else.
  if (!/zoom/i.test(text)) return null;
  const whole = unfolded(text);
  const link = [...whole.matchAll(LINK)].find((one) => partsOfBroken(whole, one) === null);
  const [, path = '', written = ''] = link ?? [];
  const digits = written.replace(/\D/g, '');
  // Digits in groups only as far as Zoom's numbers go: what follows a link is not part of it.
  const meetingId = /^\d+$/.test(written) ? digits : linkGroups(written);
  const isGood = meetingId !== null && meetingId.length >= 6 && meetingId.length <= 19;
  const found = isGood ? meetingId : (CONFNO.exec(text)?.[1] ?? SIP.exec(text)?.[1]);
  if (found === undefined) return null;
  return { meetingId: found, kind: /^w(_p|ebinars?)?$/i.test(path) ? 'webinar' : 'meeting' };
}

/** With this many digits a number may be complete, and the next line may begin with a different one. */
const WHOLE = 8;

/** The format Zoom uses today. */
function isNumberOf({ length }: string): boolean {
  return length >= 9 && length <= 11;
}

/** Joins the numbers of links that are split over two lines, where it is clear which parts belong together. */
function unfolded(text: string): string {
  if (!AT_BREAK.test(text)) return text;
  return text.replace(FOLDED, (all, head: string, first: string, gap: string, next: string, rest?: string) => {
    const isClear = first.length < WHOLE || gap === '' || rest !== undefined;
    return isClear && isNumberOf(first + next) ? head + first + next : all;
  });
}

/** The two parts of a number that the next line seems to continue, and that cannot be joined for sure; null: it is whole. */
function partsOfBroken(text: string, link: RegExpExecArray): [string, string] | null {
  const [all, , written = ''] = link;
  const [, before, behind] = /^(\d{6,7})[ -]+(\d{1,5})$/.exec(written) ?? [];
  if (before !== undefined && behind !== undefined && isNumberOf(before + behind)) return [before, behind];
  const first = written.replace(/\D/g, '');
  const more = text.slice(link.index + all.length, link.index + all.length + 40);
  const [match, next = ''] = NEXT_DIGITS.exec(more) ?? [];
  if (match === undefined || !isNumberOf(first + next)) return null;
  const isAlone = /^[^\S\n]*(?:\n|$)/.test(more.slice(match.length));
  return first.length < WHOLE || isAlone ? [first, next] : null;
}

function linkGroups(written: string): string | null {
  const first = /^\d+/.exec(written)?.[0] ?? '';
  if (first.length >= 8) return first;
  const grouped = new RegExp(`^(?:${GROUPS})`, 'u').exec(written)?.[0] ?? '';
  return grouped === '' ? (first.length >= 6 ? first : null) : grouped.replace(/\D/g, '');
}

function numberAfterName(text: string): ZoomNumber | null {
  if (!/\d{3}/.test(text)) return null;
  const [whole, broken] = joined(text);
  for (const match of whole.matchAll(NAMED)) {
    const { number = '', webinar } = match.groups ?? {};
    const bare = bareIn(match.groups, match[0].slice(0, -number.length));
    const meetingId = number.replace(/\D/g, '');
    // A telephone number begins with 0.
    if (meetingId.startsWith('0')) continue;
    if (bare !== undefined && !isNumberFor(bare, number, whole.slice(Math.max(0, match.index - 30), match.index)))
      continue;
    if (broken.some(([first]) => first === meetingId)) continue;
    return { meetingId, kind: webinar !== undefined || /webinar/i.test(bare ?? '') ? 'webinar' : 'meeting' };
  }
  return null;
}

/** The bare word before a number, possibly with a sign between: `Zoom #`. */
function bareIn(groups: Record<string, string> | undefined, head: string): string | undefined {
  return groups?.['bare'] ?? (groups?.['webinar'] === undefined ? BARE.exec(head)?.[0] : undefined);
}

/** A bare word may be followed by a date, which has eight digits, a passcode, or after `Zoom Webinar` the telephone number 555 123 4567. */
function isNumberFor(bare: string, number: string, before: string): boolean {
  const { length } = number.replace(/\D/g, '');
  if (length < 9 || PASSCODE.test(before)) return false;
  return !/webinar/i.test(bare) || length === 11 || /^\d{10}$/.test(number);
}

/** Joins the numbers after names that are split over two lines where that is clear, and returns the parts where it is not. */
function joined(text: string): [whole: string, broken: [string, string][]] {
  const broken: [string, string][] = [];
  if (!/\d[^\S\n]*=?(?:\r?\n|<)/.test(text)) return [text, broken];
  const whole = text.replace(NAMED_BROKEN, (all: string, ...more: unknown[]) => {
    const groups = more.at(-1) as Record<string, string>;
    const { head = '', first = '', next = '' } = groups;
    const [a, b] = [first.replace(/\D/g, ''), next.replace(/\D/g, '')];
    // In groups, a whole number can be distinguished from a part of one.
    if (!isNumberOf(a + b) || (a.length > WHOLE && first !== a)) return all;
    // A time: Zoom's first group has three digits. After a bare `Zoom`, also a date or a year.
    if (/^\d{1,2}\D/.test(first) || (a.length <= WHOLE && bareIn(groups, head) !== undefined)) return all;
    if (a.length < WHOLE) return head + a + b;
    broken.push([a, b]);
    return all;
  });
  return [whole, broken];
}

function numberOf(pattern: RegExp, text: string): string | undefined {
  const digits = [...text.matchAll(pattern)].map(({ groups }) => (groups?.['number'] ?? '').replace(/\D/g, ''));
  return digits.find((one) => one.length >= 9 && !one.startsWith('0'));
}

function whyNone(texts: string[]): string {
  const links = texts.filter((text) => /zoom/i.test(text));
  const has = (pattern: RegExp) => links.some((text) => pattern.test(text));
  if (has(HIDDEN)) return 'its Zoom link is hidden by a mail gateway (Mimecast): write the number of the meeting';
  const broken = links.flatMap((text) => {
    const whole = unfolded(text);
    return [...whole.matchAll(LINK)].flatMap((link) => partsOfBroken(whole, link)?.join(' and ') ?? []);
  });
  if (broken.length > 0)
    return `the number in its Zoom link is broken into ${broken[0]}: write the number of the meeting in one piece`;
  const [parts] = texts.flatMap((text) => joined(text)[1]);
  if (parts)
    return `its Zoom number is broken into ${parts.join(' and ')}: write the number of the meeting in one piece`;
  if (has(PERSONAL)) return 'its Zoom link is a personal one (/my/…) without a number: write the number of the meeting';
  if (has(REGISTER)) return 'its Zoom link leads to a registration and has no number: write the number of the meeting';
  if (has(ANY_LINK)) return 'no Zoom number was found in it: its Zoom link has none';
  return 'no Zoom number was found in it';
}

/** How often links may be nested: a mail gateway around Outlook's around Google's. */
const MAX_WRAPS = 4;

/** Normalizes full-width digits and accents, drops invisible characters, unwraps links, and adds the text of HTML. */
function readableText(written: string): string {
  const plain = /^[\x20-\x7e\n]*$/.test(written) ? written : written.normalize('NFKC');
  const text = unwrapped(plain.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, ''));
  if (!/<[a-z/!]|&(?:nbsp|#\d|#x)/i.test(text)) return text;
  const shown = text
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&(?:nbsp|#160|#xa0);/gi, ' ')
    .replace(/&(?:#58|#x3a|colon);/gi, ':');
  return `${text}\n${shown}`;
}

/**
 * The text, followed by the targets of its links: SafeLinks, Google, Proofpoint, Barracuda and others encode the real link in their own.
 */
function unwrapped(text: string): string {
  const layers = [text.replace(/&amp;/gi, '&')];
  let last = layers[0] as string;
  for (let i = 0; i < MAX_WRAPS; i++) {
    const next = decodedOnce(last);
    if (next === last) break;
    layers.push(next);
    last = next;
  }
  return layers.length === 1 ? last : layers.join('\n');
}

function decodedOnce(text: string): string {
  const percent = text.replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  // Sophos and others encode the link in base64.
  const plain = percent.replace(/(?<![A-Za-z0-9+/_-])aHR0c[A-Za-z0-9+/_-]{10,4000}/g, (part) =>
    Buffer.from(part, 'base64')
      .toString('utf8')
      .replace(/[^\x20-\x7e]/g, ' '),
  );
  // Proofpoint, version 2: `u=https-3A__zoom.us_j_812…`, and version 3: `/v3/__https://…__;`, where `*` replaces a character.
  return plain.replace(/urldefense[^\s"'<>]*/gi, (link) =>
    link
      .replace(/-([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/_/g, '/'),
  );
}
