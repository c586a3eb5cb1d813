/** German versions of the API's sentences without a code: reasons, history lines, alerts. Pure. */

import { GERMAN_FINDINGS } from './german-codes.ts';

/** The value of `$1` is translated, too. */
const SENTENCES: [RegExp, string][] = [
  // Going on air.
  [/^Zoom accepted the start$/, 'Zoom hat den Start angenommen'],
  [/^Zoom accepted the start after a drop$/, 'Zoom hat den Start nach dem Abriss angenommen'],
  [/^Zoom reports that the live stream has started$/, 'Zoom meldet, dass der Livestream läuft'],
  [/^Zoom reports that the live stream is on again$/, 'Zoom meldet, dass der Livestream wieder läuft'],
  [/^the live stream is on again$/, 'der Livestream läuft wieder'],
  [/^the stream was already on \(since (.+)\)$/, 'der Stream lief schon (seit $1)'],
  [/^start not sent: the stream is on \(since (.+?), (.+)\)$/, 'Start nicht gesendet: Der Stream läuft (seit $1)'],
  [/^start not sent: the stream is on again$/, 'Start nicht gesendet: Der Stream läuft wieder'],
  [/^the meeting is running$/, 'das Meeting läuft'],
  [/^the host has started the meeting$/, 'der Gastgeber hat das Meeting begonnen'],
  // Waiting.
  [/^(.+) \(seen at (\S+)\): waiting for the host$/, '$1 (gesehen: $2): wartet auf den Gastgeber'],
  [/^the meeting has not started$/, 'das Meeting hat nicht begonnen'],
  [/^the meeting is not running$/, 'das Meeting läuft nicht'],
  [/^the meeting has ended$/, 'das Meeting ist zu Ende'],
  [/^the meeting could not be checked: (.+)$/, 'das Meeting ließ sich nicht prüfen: $1'],
  [
    /^the meeting status is unavailable: trying the start$/,
    'ob das Meeting läuft, ist nicht zu erfahren: der Start wird versucht',
  ],
  [/^checked the meeting: (.+)$/, 'Meeting geprüft: $1'],
  [/^temporary error: (.+)$/, 'vorübergehender Fehler: $1'],
  [/^Zoom answered 429 \(30-second rule\)$/, 'Zoom antwortete 429 (30-Sekunden-Regel)'],
  [/^Zoom answered 429 \(per (\w+)\): the account is paused$/, 'Zoom antwortete 429 (je $1): das Konto wartet'],
  [/^Zoom answered 429 to the configuration$/, 'Zoom antwortete 429 auf die Einstellungen'],
  [/^Zoom answered 429 to the stop$/, 'Zoom antwortete 429 auf den Stopp'],
  [/^the account is paused: Zoom answered 429$/, 'das Konto wartet: Zoom antwortete 429'],
  [
    /^Zoom answered (\w+): checking the meeting before giving up$/,
    'Zoom antwortete $1: das Meeting wird geprüft, bevor aufgegeben wird',
  ],
  [
    /^Zoom answered 401 to a new token\. .+$/,
    'Zoom antwortete 401 auf ein neues Token. Hält das an, prüfen Sie, ob die App aktiviert ist und ihre Zugangsdaten stimmen',
  ],
  [
    /^Zoom is not answering or answers with errors: waiting until a request succeeds$/,
    'Zoom antwortet nicht oder mit Fehlern: Es wird gewartet, bis eine Anfrage gelingt',
  ],
  [/^no answer to the start: (.+)$/, 'keine Antwort auf den Start: $1'],
  [
    /^two starts got no answer and either may have worked, so no third is sent: .+$/,
    'zwei Starts blieben ohne Antwort und haben vielleicht gewirkt; ein dritter wird nicht gesendet: Sehen Sie im Meeting nach, und starten Sie den Livestream im Zoom-Client, wenn er nicht läuft',
  ],
  [
    /^the outcome of the start is unknown: checking the meeting before the second and last try$/,
    'ob der Start gewirkt hat, ist unbekannt: vor dem zweiten und letzten Versuch wird das Meeting geprüft',
  ],
  [
    /^account (.+) has used up its (?:share of the )?daily rate limit until (\S+)$/,
    'das Konto $1 hat sein Tageslimit bis $2 aufgebraucht',
  ],
  [
    /^no running worker has the Zoom account "(.+)": add it to the accounts of the workers$/,
    'kein laufender Worker hat das Zoom-Konto „$1“: fügen Sie es bei den Workern hinzu',
  ],
  [/^(?:the start is )?held back by pause (\S+)(.*)$/, 'eine Pause hält den Start zurück ($1)$2'],
  [/^no pause holds the start back any more \(held since (.+)\)$/, 'keine Pause hält den Start mehr zurück (seit $1)'],
  // Going off air, and its outcome.
  [/^stop time$/, 'Ende nach Plan'],
  [
    /^stop time; a start got no answer and may have worked$/,
    'Ende nach Plan; ein Start blieb ohne Antwort und hat vielleicht gewirkt',
  ],
  [/^Zoom accepted the stop$/, 'Zoom hat den Stopp angenommen'],
  [/^the live stream was ended in Zoom$/, 'der Livestream wurde in Zoom beendet'],
  [/^the stream was already off \(since (.+)\)$/, 'der Stream war schon aus (seit $1)'],
  [/^stop not sent: the stream is off \(since (.+)\)$/, 'Stopp nicht gesendet: Der Stream ist aus (seit $1)'],
  [/^nothing to stop: the \w+ is not running$/, 'nichts zu stoppen: Das Meeting läuft nicht'],
  [/^nothing to stop: the \w+ no longer exists$/, 'nichts zu stoppen: Das Meeting gibt es nicht mehr'],
  [
    /^cancel requested; waiting for the answer to the request in flight$/,
    'Absage angefragt; die Antwort auf die laufende Anfrage steht noch aus',
  ],
  [
    /^canceled by (source:\S+): the meeting was deleted in Zoom$/,
    'abgesagt von $1: Das Meeting wurde in Zoom gelöscht',
  ],
  [
    /^canceled by (source:\S+): the occurrence of (\S+) was deleted in Zoom$/,
    'abgesagt von $1: Der Termin $2 wurde in Zoom gelöscht',
  ],
  [/^canceled by (.+)$/, 'abgesagt von $1'],
  [/^stopped by (.+)$/, 'gestoppt von $1'],
  [/^rescheduled by (.+)$/, 'verschoben von $1'],
  [
    /^the live stream dropped \((\d+) of (\d+)\): restarting it$/,
    'der Livestream ist abgerissen ($1 von $2): er wird wieder gestartet',
  ],
  [
    /^the live stream dropped and stays off air \(onDrop: leave\)$/,
    'der Livestream ist abgerissen und bleibt aus, wie gewünscht',
  ],
  [
    /^the live stream dropped and could not be restarted: (.+)$/,
    'der Livestream ist abgerissen und ließ sich nicht wieder starten: $1',
  ],
  [
    /^the live stream dropped; two starts got no answer and may have worked: check the meeting$/,
    'der Livestream ist abgerissen; zwei Starts blieben ohne Antwort und haben vielleicht gewirkt: Sehen Sie im Meeting nach',
  ],
  [
    /^the start window closed at (\S+) before the stream could be started$/,
    'bis $1 ließ sich der Stream nicht starten; länger wird es nicht versucht',
  ],
  [
    /^the start window closed at (\S+) before the stream could be started; last: (.+)$/,
    'bis $1 ließ sich der Stream nicht starten; länger wird es nicht versucht. Zuletzt: $2',
  ],
  [
    /^the start window closed at (\S+); a start got no answer and may have worked: check the meeting$/,
    'seit $1 wird kein Start mehr versucht; einer blieb ohne Antwort und hat vielleicht gewirkt: Sehen Sie im Meeting nach',
  ],
  [
    /^a pause held the start back until its window had closed at (\S+)$/,
    'eine Pause hielt den Start zurück, bis es um $1 zu spät war',
  ],
  [
    /^(.+) An earlier start got no answer and may have worked: check the meeting\.$/,
    '$1 Ein früherer Start blieb ohne Antwort und hat vielleicht gewirkt: Sehen Sie im Meeting nach.',
  ],
  [
    /^meeting_not_found: the meeting was deleted in Zoom\. .+$/,
    'das Meeting wurde in Zoom gelöscht. Planen Sie die Sendung mit einem anderen',
  ],
  [
    /^meeting_not_found: the occurrence of (\S+) was deleted in Zoom\. .+$/,
    'der Termin $1 wurde in Zoom gelöscht. Planen Sie die Sendung mit einem anderen Meeting oder zu einer anderen Zeit',
  ],
  [
    /^End the live stream in the Zoom client\. For Zoom's answers: .+$/,
    'Beenden Sie den Livestream im Zoom-Client. Im Verlauf steht, was Zoom geantwortet hat.',
  ],
  // The installation.
  [
    /^Sandbox mode: Zoom is simulated\. Nothing is really streamed\.$/,
    'Sandbox: Zoom wird nachgespielt. Es wird nichts wirklich gestreamt.',
  ],
  [/^Not the real Zoom API: requests go to (.+)\.$/, 'Nicht das echte Zoom: Anfragen gehen an $1.'],
  // Only in a history.
  [/^cancel$/, 'absagen'],
  [/^stop$/, 'stoppen'],
  [/^start$/, 'starten'],
  [/^retry$/, 'noch einmal versuchen'],
  [/^no problems found$/, 'keine Probleme gefunden'],
  [
    /^the meeting was moved in Zoom, and the broadcast was moved with it$/,
    'das Meeting wurde in Zoom verschoben, und die Sendung mit ihm',
  ],
  // The outcome of a request.
  [/^(start|stop|configure|mode): (.+)$/, '$1: $2'],
  [/^late answer to an abandoned request: (.+)$/, 'späte Antwort auf eine aufgegebene Anfrage: $1'],
  [/^meeting is waiting$/, 'das Meeting hat nicht begonnen'],
  [/^meeting is started$/, 'das Meeting läuft'],
  [/^meeting is unknown$/, 'der Zustand des Meetings ist unbekannt'],
  [
    /^(meeting_started|meeting_ended|stream_started|stream_stopped|deleted|recovered|updated|other) at (\S+)$/,
    'Zoom meldet: $1 ($2)',
  ],
  [/^Zoom answered HTTP (.+)$/, 'Zoom antwortete HTTP $1'],
  [/^no answer within (\d+) ms$/, 'keine Antwort in $1 ms'],
  [/^no connection within (\d+) ms$/, 'keine Verbindung in $1 ms'],
  [/^(connection (?:refused|reset)|host name not (?:found|resolved)) \((\w+)\)$/, '$1 ($2)'],
  [/^(connection closed before the answer was complete|no connection in time) \((\w+)\)$/, '$1 ($2)'],
  [/^token endpoint answered HTTP (\d+)$/, 'statt eines Tokens kam HTTP $1'],
  [/^token endpoint: (.+)$/, 'kein Token: $1'],
  [/^outcome unknown: (.+) stopped during the request$/, 'Ergebnis unbekannt: $1 endete während der Anfrage'],
  [/^(late_start|unconfirmed|late_stop|missed|failed|preflight|daily_limit): (.+)$/, '$2'],
  // Alerts. Each starts with the name of its broadcast.
  [
    /^(.+) should have been live since (\S+), but is still (\w+)$/,
    '$1 sollte seit $2 auf Sendung sein, ist aber noch: $3',
  ],
  [
    /^(.+) should have been live since (\S+), but is still (\w+): (.+)$/,
    '$1 sollte seit $2 auf Sendung sein, ist aber noch: $3 – $4',
  ],
  [/^(.+) should be off air, but is still (\w+)$/, '$1 sollte nicht mehr auf Sendung sein, ist aber noch: $2'],
  [
    /^(.+) should be off air, but is still (\w+): (.+)$/,
    '$1 sollte nicht mehr auf Sendung sein, ist aber noch: $2 – $3',
  ],
  [/^(.+) was due at (\S+) and went live (\S+ s) late$/, '$1 war für $2 geplant und ging $3 zu spät auf Sendung'],
  [/^(.+) went off air (\S+ s) late$/, '$1 ging $2 zu spät von Sendung'],
  [
    /^(.+): Zoom accepted the start but has not confirmed that the stream is on\. Please check$/,
    '$1: Zoom hat den Start angenommen, aber nicht bestätigt, dass der Stream läuft. Bitte sehen Sie nach',
  ],
];

const WORDS: Record<string, string> = {
  ...{ scheduled: 'geplant', starting: 'startet', waiting: 'wartet auf den Gastgeber' },
  ...{
    live: 'auf Sendung',
    stopping: 'stoppt',
    second: 'Sekunde',
    day: 'Tag',
    configure: 'einstellen',
    check: 'prüfen',
    mode: 'Ansicht ändern',
  },
  // The outcome of a request.
  ...{ accepted: 'angenommen', refused: 'abgelehnt', withdrawn: 'nicht gesendet', unauthorized: 'Token abgelehnt' },
  ...{ rate_limited: 'das Konto muss warten (429)', start_limited: 'das Meeting muss warten (429)' },
  ...{ not_started: 'das Meeting hat nicht begonnen', check_first: 'vor dem Aufgeben wird das Meeting geprüft' },
  ...{
    gone: 'das Meeting gibt es nicht mehr',
    inconclusive: 'nichts zu erfahren',
    transient: 'vorübergehender Fehler',
  },
  ...{ 'connection refused': 'Verbindung abgelehnt', 'connection reset': 'Verbindung abgebrochen' },
  ...{ 'host name not found': 'Rechner nicht gefunden', 'host name not resolved': 'Rechnername nicht aufgelöst' },
  ...{ 'no connection in time': 'keine Verbindung in der Zeit' },
  ...{ 'connection closed before the answer was complete': 'Verbindung vor dem Ende der Antwort geschlossen' },
  // Zoom events.
  ...{ meeting_started: 'Meeting begonnen', meeting_ended: 'Meeting beendet' },
  ...{ stream_started: 'Stream begonnen', stream_stopped: 'Stream beendet' },
  ...{ deleted: 'gelöscht', recovered: 'wiederhergestellt', updated: 'geändert', other: 'etwas anderes' },
};

/** How an alert names its broadcast at the start. */
const NAMED = /^("[^"]*" \((?:meeting|webinar) \d+\)|(?:meeting|webinar) \d+): (.+)$/;
/** The end of such a name. */
const NAME_END = /(^|" \()(m|w)((?:eeting|ebinar) \d+\)?)$/;
/** `code: Zoom answered 400/4711 "…" (tracking id …). What to do.`, and codes followed by other text of the API. */
const REFUSED = /^(\w+): (?:Zoom answered (\S+ ".*"(?: \(tracking id [^)]*\))?)\. .*|(.+))$/;

/** Returns the German version; null if there is none, and the caller shows the English one. */
export function germanSentence(text: string): string | null {
  const [pattern, german] = SENTENCES.find(([pattern]) => pattern.test(text)) ?? [];
  if (pattern && german) {
    const parts = pattern.exec(text) ?? [];
    return german.replace(/\$(\d)/g, (_, n) => germanOrAsItIs(parts[Number(n)] ?? ''));
  }
  const [, name, rest] = NAMED.exec(text) ?? [];
  const said = rest === undefined ? null : germanSentence(rest);
  if (said !== null) return `${germanName(name ?? '')}: ${said}`;
  const [, code = '', answer, words] = REFUSED.exec(text) ?? [];
  const finding = Object.hasOwn(GERMAN_FINDINGS, code) ? GERMAN_FINDINGS[code] : undefined;
  if (!finding) return null;
  return answer === undefined
    ? `${finding.message} ${finding.advice} (${words})`
    : `${finding.message} ${finding.advice} Zoom antwortete ${answer}`;
}

function germanOrAsItIs(text: string): string {
  return WORDS[text] ?? germanSentence(text) ?? germanName(text);
}

/** Translates `"Service" (meeting 68423085)`; German capitalizes the noun. Any other text stays as it is. */
function germanName(text: string): string {
  return text.replace(NAME_END, (_, before, first, rest) => `${before}${first.toUpperCase()}${rest}`);
}
