import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GERMAN_ALERTS, GERMAN_ERRORS, GERMAN_FINDINGS } from '../../../dashboard/texts/german-codes.ts';
import { germanSentence } from '../../../dashboard/texts/german-sentences.ts';
import { ALERT_CODES } from '../../../src/broadcasts/rules/alert-records.ts';
import { FINDING_CODES } from '../../../src/broadcasts/rules/on-preflight.ts';
import { OUTAGE_REASON } from '../../../src/broadcasts/rules/outage.ts';
import { TOKEN_REJECTED } from '../../../src/broadcasts/rules/response.ts';
import { unknownAccountReason } from '../../../src/broadcasts/rules/unknown-account.ts';
import { NO_THIRD_START } from '../../../src/broadcasts/rules/unknown-outcome.ts';
import { ERROR_CODES } from '../../../src/errors.ts';
import { ADVICE } from '../../../src/zoom/responses/response-table.ts';

const RULES = 'src/broadcasts/rules';
const sourceOf = (file: string) => readFileSync(file, 'utf8');
const rules = readdirSync(RULES).map((name) => sourceOf(`${RULES}/${name}`));

/** Of everything that ends up in `warnings`, such as `{ code: 'meeting_moved', message: … }`. */
function warningCodes(): string[] {
  const sources = [...rules, ...['src/series/warning-list.ts', 'src/app/account-reload.ts'].map(sourceOf)];
  const found = sources.flatMap((source) => [...source.matchAll(/code: '(\w+)',\s+(?:occurrence|message)\b/g)]);
  return found.map(([, code = '']) => code);
}

/** Every reason that the rules write down, as `1` in the place of what differs from one to the next. */
function reasonsOfRules(): string[] {
  const writes =
    /(?:\b(?:become\w*|endStopped|requestStop|waitForHost|tryStart|markBackOnAir|retryStartAt|fail)\(|\breason = )[^;]*;/g;
  const texts = /'([a-z][^'\n]* [^'\n]*)'|`([a-z$][^`]* [^`]*)`/gi;
  return rules.flatMap((source) =>
    [...source.matchAll(writes)]
      .flatMap(([call]) => [...call.matchAll(texts)].map(([, plain, filled]) => plain ?? filled ?? ''))
      .map((text) => text.replace(/\$\{[^}]*\}/g, '1')),
  );
}

/** The words in quotes of a list in the source, such as `'start' | 'stop'`. */
function listed(file: string, list: RegExp): string[] {
  return [...(list.exec(sourceOf(file))?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, word = '']) => word);
}

it('every code of the API has a German sentence', () => {
  expect(Object.keys(GERMAN_ERRORS).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  expect(Object.keys(GERMAN_ALERTS).sort()).toEqual([...ALERT_CODES].sort());
  const warnings = warningCodes();
  expect(warnings).toContain('meeting_moved');
  expect(warnings).toContain('calendar_missing');
  const needed = [...FINDING_CODES, ...Object.keys(ADVICE), ...warnings, 'stop_given_up'];
  expect(needed.filter((code) => GERMAN_FINDINGS[code] === undefined)).toEqual([]);
});

it('every reason that the rules write down is said in German', () => {
  const named = [NO_THIRD_START, OUTAGE_REASON, TOKEN_REJECTED, unknownAccountReason('east')];
  const reasons = [...reasonsOfRules(), ...named];
  expect(reasons.length).toBeGreaterThan(30);
  expect(reasons.filter((reason) => germanSentence(reason) === null)).toEqual([]);
});

it('what became of a request, and what Zoom reported, is said in German', () => {
  const outcomes = 'src/broadcasts/zoom-outcome.ts';
  const [, ofStart = '', ofCheck = ''] =
    /type Outcome =(.*)type MeetingStatus =(.*)type ReadResult/s.exec(sourceOf(outcomes)) ?? [];
  const kinds = (source: string) => [...source.matchAll(/kind: '(\w+)'/g)].map(([, kind = '']) => kind);
  const requests = listed('src/broadcasts/rules/response.ts', /request: ('start'.*);/);
  const statuses = listed(outcomes, /kind: 'meeting'; status: ('\w+'[^;]*);/);
  const events = listed('src/broadcasts/zoom-event.ts', /TYPES = \[([^\]]*)\]/);
  expect([requests.length, statuses.length, events.length]).toEqual([4, 3, 8]);
  expect(kinds(ofStart)).toContain('withdrawn');
  expect(kinds(ofCheck)).toContain('gone');
  const checks = [
    ...kinds(ofCheck).filter((kind) => kind !== 'meeting'),
    ...statuses.map((one) => `meeting is ${one}`),
  ];
  const saysItInEnglish =
    (before: string, after = '') =>
    (word: string) =>
      germanSentence(before + word + after)?.includes(word) !== false;
  expect(requests.filter((word) => germanSentence(`${word}: accepted`)?.startsWith(`${word}:`) !== false)).toEqual([]);
  expect(kinds(ofStart).filter(saysItInEnglish('start: '))).toEqual([]);
  expect(kinds(ofStart).filter(saysItInEnglish('late answer to an abandoned request: '))).toEqual([]);
  expect(checks.filter(saysItInEnglish('checked the meeting: '))).toEqual([]);
  expect(events.filter(saysItInEnglish('', ' at 2026-12-06T09:00:00.000Z'))).toEqual([]);
});

it.each([
  ['start: refused', 'starten: abgelehnt'],
  ['start: no answer within 5000 ms', 'starten: keine Antwort in 5000 ms'],
  ['stop: connection refused (ECONNREFUSED)', 'stoppen: Verbindung abgelehnt (ECONNREFUSED)'],
  ['checked the meeting: meeting is started', 'Meeting geprüft: das Meeting läuft'],
  ['stream_started at 2026-12-06T09:00:00.000Z', 'Zoom meldet: Stream begonnen (2026-12-06T09:00:00.000Z)'],
  [
    'the meeting has not started (seen at 2026-12-06T09:00:00.000Z): waiting for the host',
    'das Meeting hat nicht begonnen (gesehen: 2026-12-06T09:00:00.000Z): wartet auf den Gastgeber',
  ],
  [
    '"Service" (meeting 68423085) should have been live since 2026-12-06T09:00:00.000Z, but is still starting: temporary error: Zoom answered HTTP 503',
    '"Service" (Meeting 68423085) sollte seit 2026-12-06T09:00:00.000Z auf Sendung sein, ist aber noch: startet – vorübergehender Fehler: Zoom antwortete HTTP 503',
  ],
  [
    '"Service: late" (meeting 68423085): end_to_end_encrypted: Zoom answered 400/4400 "E2EE is on." (tracking id v=1). Turn it off.',
    '"Service: late" (Meeting 68423085): Das Meeting ist Ende-zu-Ende-verschlüsselt; Zoom kann es so nicht streamen. Stellen Sie seine Verschlüsselung in Zoom auf „erweitert“. Zoom antwortete 400/4400 "E2EE is on." (tracking id v=1)',
  ],
  ['what nobody has heard of', null],
  ['unheard_of: what nobody has heard of', null],
])('"%s" is "%s"', (sentence, german) => {
  expect(germanSentence(sentence)).toBe(german);
});

it('a note of a person is not taken for a code of ours', () => {
  for (const note of ['constructor: x', 'toString: x', '__proto__: x', 'back at ten: sorry'])
    expect(germanSentence(note), note).toBeNull();
});
