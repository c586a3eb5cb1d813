/** The columns of a spreadsheet: ours, and those that Google Calendar and Outlook write, in some of their languages. */
import type { RowIssue } from './planned-event.ts';

/** Header names by field, in lower case and without spaces, dashes and the like; the first is the one to recommend. */
export const CSV_COLUMNS: Record<string, string[]> = {
  meetingId: ['meetingid', 'meeting', 'meetingnumber', 'zoomid', 'zoommeetingid', 'zoomnumber', 'zoommeeting'],
  webinarId: ['webinarid', 'webinar', 'webinarnumber'],
  startAt: [
    'startat',
    'start',
    'starttime',
    'begin',
    'begins',
    'from',
    'startdatetime',
    'startdateandtime',
    'beginntum',
    'heuredebut',
    'heurededebut',
    'horadeinicio',
    'horainicio',
    'horadecomienzo',
    'oradiinizio',
    'begintijd',
    'startzeit',
    'beginn',
    'uhrzeit',
    'time',
  ],
  stopAt: [
    'stopat',
    'stop',
    'stoptime',
    'end',
    'endat',
    'endtime',
    'ends',
    'to',
    'until',
    'enddatetime',
    'enddateandtime',
    'endetum',
    'heuredefin',
    'horadefinalizacion',
    'horadefin',
    'horafin',
    'oradifine',
    'eindtijd',
    'endzeit',
    'ende',
  ],
  date: [
    'date',
    'day',
    'startdate',
    'startday',
    'begindate',
    'beginntam',
    'startdatum',
    'datum',
    'datededebut',
    'datedebut',
    'fechadeinicio',
    'fechainicio',
    'fechadecomienzo',
    'fecha',
    'datadiinizio',
    'data',
    'begindatum',
  ],
  endDate: [
    'enddate',
    'endday',
    'stopdate',
    'endetam',
    'enddatum',
    'datedefin',
    'fechadefinalizacion',
    'fechadefin',
    'fechafin',
    'datadifine',
    'einddatum',
  ],
  duration: ['duration', 'length', 'minutes'],
  timezone: ['timezone', 'tz', 'zone'],
  title: [
    'title',
    'name',
    'topic',
    'subject',
    'summary',
    'betreff',
    'titel',
    'objet',
    'asunto',
    'titolo',
    'onderwerp',
    'titre',
    'titulo',
  ],
  kind: ['kind', 'type'],
  account: ['account'],
  externalId: ['externalid', 'id', 'uid', 'reference', 'ref'],
  startWindow: ['startwindow', 'window'],
  labels: ['labels', 'label'],
  layout: ['layout'],
  closeCaption: ['closecaption', 'captions'],
  displayName: ['displayname'],
  activeSpeakerName: ['activespeakername'],
  streamUrl: ['streamurl', 'rtmpurl'],
  streamKey: ['streamkey'],
  pageUrl: ['pageurl'],
  resolution: ['resolution'],
  status: ['status', 'canceled', 'cancelled'],
  allDay: [
    'alldayevent',
    'allday',
    'ganztagigesereignis',
    'ganztagig',
    'journeeentiere',
    'todoeldia',
    'tuttoilgiorno',
    'heledag',
  ],
  location: [
    'location',
    'where',
    'ort',
    'lieu',
    'emplacement',
    'ubicacion',
    'lugar',
    'luogo',
    'locatie',
    'link',
    'url',
    'joinurl',
    'joinlink',
    'zoomlink',
    'zoomurl',
    'meetinglink',
    'meetingurl',
    'conferencelink',
  ],
  description: [
    'description',
    'notes',
    'body',
    'details',
    'beschreibung',
    'notizen',
    'descripcion',
    'descrizione',
    'beschrijving',
    'omschrijving',
  ],
};

/** Of Google's and Outlook's exports: they say nothing that matters here. */
const PASSED_OVER = new Set([
  ...[
    'private',
    'reminderonoff',
    'reminderdate',
    'remindertime',
    'meetingorganizer',
    'requiredattendees',
    'optionalattendees',
  ],
  ...[
    'meetingresources',
    'billinginformation',
    'categories',
    'mileage',
    'priority',
    'sensitivity',
    'showtimeas',
    'attendees',
  ],
  ...[
    'organizer',
    'guests',
    'created',
    'createdby',
    'updated',
    'lastmodified',
    'calendar',
    'calendarname',
    'color',
    'busystatus',
  ],
  ...['privat', 'erinnerungeinaus', 'erinnerungam', 'erinnerungum', 'besprechungsplanung', 'erforderlicheteilnehmer'],
  ...[
    'optionaleteilnehmer',
    'besprechungsressourcen',
    'abrechnungsinformationen',
    'kategorien',
    'reisekilometer',
    'prioritat',
  ],
  ...[
    'vertraulichkeit',
    'zeitspannezeigenals',
    'rappelactivedesactive',
    'daterappel',
    'heurerappel',
    'organisateurdelareunion',
  ],
  ...[
    'participantsobligatoires',
    'participantsfacultatifs',
    'ressourcesdelareunion',
    'categories',
    'critere',
    'priorite',
  ],
]);

/** Each may have the link. */
const MAY_REPEAT = new Set(['', 'location', 'description']);

/** Without case, accents, spaces and signs. */
export function plainColumn(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * The field of each column; an empty text: it is passed over. `label:room` is a column for the label `room`.
 * @param ignored plain names that the user says to pass over; null: every unknown one
 */
export function readHead(names: string[], ignored: ReadonlySet<string> | null, issues: RowIssue[]): string[] {
  const issue = (message: string) => issues.push({ row: 1, path: 'header', message, kind: 'fault' });
  const columns = names.map((name) => {
    if (/^label[:.]./i.test(name)) return `label:${name.slice(6).trim()}`;
    const plain = plainColumn(name);
    if (plain === '' || ignored?.has(plain)) return '';
    const field = Object.keys(CSV_COLUMNS).find((one) => CSV_COLUMNS[one]?.includes(plain));
    if (field === undefined && !PASSED_OVER.has(plain) && ignored !== null) issue(unknown(name));
    return field ?? '';
  });
  const twice = columns.find((column, i) => !MAY_REPEAT.has(column) && columns.indexOf(column) !== i);
  if (twice) issue(`two columns are read as ${twice}`);
  const has = (...wanted: string[]) => wanted.some((column) => columns.includes(column));
  if (issues.length > 0) return columns;
  if (!has('meetingId', 'webinarId', 'location', 'description')) issue('a column meetingId is needed');
  if (!has('startAt')) issue('a column startAt is needed');
  return columns;
}

function unknown(name: string): string {
  const valid = Object.keys(CSV_COLUMNS).join(', ');
  return `"${name.slice(0, 80)}" is not a known column; valid columns: ${valid}, label:<name>; --ignore-columns passes over others`;
}
