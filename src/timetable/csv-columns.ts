/** The columns of a spreadsheet: ours, and those that Google Calendar and Outlook write, in some of their languages. */
import { fieldInLanguages } from './csv-languages.ts';
import { isSkippedColumn, plainColumn } from './csv-skipped.ts';
import type { RowIssue } from './planned-event.ts';

/** Header names by field, in lower case and without spaces, dashes and the like; the first is the one to recommend. */
export const CSV_COLUMNS: Record<string, string[]> = {
  meetingId: [
    'meetingid',
    'meeting',
    'meetingnumber',
    'zoomid',
    'zoommeetingid',
    'zoomnumber',
    'zoommeeting',
    'reunion',
    'idreunion',
    'iddereunion',
    'numeroreunion',
    'numerodereunion',
    'ndereunion',
    'nreunion',
    'numerodelareunion',
    'riunione',
    'idriunione',
    'numeroriunione',
    'vergadering',
    'vergaderid',
    'vergadernummer',
    'besprechung',
    'besprechungsid',
    'besprechungsnummer',
    'meetingnummer',
    'zoomnummer',
  ],
  webinarId: ['webinarid', 'webinar', 'webinarnumber', 'webinaire', 'idwebinaire', 'numerowebinaire', 'webinarnummer'],
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
    'debut',
    'heuredudebut',
    'horainicial',
    'comienzo',
    'horacomienzo',
    'inicio',
    'orainizio',
    'oradinizio',
    'inizio',
    'starttijd',
    'aanvang',
    'aanvangstijd',
    'tijdstip',
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
    'fin',
    'heurefin',
    'horafinalizacion',
    'finalizacion',
    'horafinal',
    'orafine',
    'fine',
    'eindetijd',
    'einde',
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
    'jour',
    'dia',
    'fechadelcomienzo',
    'fechacomienzo',
    'datainizio',
    'datadinizio',
    'giorno',
    'dag',
    'tag',
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
    'datefin',
    'fechafinalizacion',
    'datafine',
    'einddag',
  ],
  duration: ['duration', 'length', 'minutes', 'duree', 'duracion', 'durata', 'duur', 'dauer', 'minuten'],
  timezone: [
    'timezone',
    'tz',
    'zone',
    'fuseauhoraire',
    'zonahoraria',
    'husohorario',
    'fusoorario',
    'tijdzone',
    'zeitzone',
  ],
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
    'oggetto',
    'sujet',
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
  status: ['status', 'canceled', 'cancelled', 'statut', 'estado', 'stato'],
  allDay: [
    'alldayevent',
    'allday',
    'ganztagigesereignis',
    'ganztagig',
    'journeeentiere',
    'todoeldia',
    'tuttoilgiorno',
    'heledag',
    'toutelajournee',
    'diacompleto',
    'eventotodoeldia',
    'giornataintera',
    'interagiornata',
    'gebeurtenisduurtheledag',
    'gebeurtenisvandeheledag',
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
    'endroit',
    'localidad',
    'posizione',
    'plaats',
    'lien',
    'enlace',
    'collegamento',
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
    'notas',
    'note',
    'notities',
    'nota',
  ],
};

// Each may have the link.
const MAY_REPEAT = new Set(['', 'location', 'description']);

/**
 * The field of each column; an empty text: it is skipped. `label:room` is a column for the label `room`.
 * @param ignored plain names that the user says to skip; null: every unknown one
 */
export function readHead(names: string[], ignored: ReadonlySet<string> | null, issues: RowIssue[]): string[] {
  const issue = (message: string) => issues.push({ row: 1, path: 'header', message, kind: 'fault' });
  const fieldOf = (plain: string) => Object.keys(CSV_COLUMNS).find((one) => CSV_COLUMNS[one]?.includes(plain));
  const taken = new Set(names.map((name) => fieldOf(plainColumn(name))));
  const columns = names.map((name) => {
    if (/^label[:.]./i.test(name)) return `label:${name.slice(6).trim()}`;
    const plain = plainColumn(name);
    if (plain === '' || ignored?.has(plain)) return '';
    const field = fieldOf(plain) ?? fieldInLanguages(plain, taken);
    if (field === undefined && !isSkippedColumn(plain) && ignored !== null) issue(unknown(name));
    return field ?? '';
  });
  splitDoubled(columns, names);
  const twice = columns.find((column, i) => !MAY_REPEAT.has(column) && columns.indexOf(column) !== i);
  if (twice) issue(`two columns are read as ${twice}`);
  const has = (...wanted: string[]) => wanted.some((column) => columns.includes(column));
  if (issues.length > 0) return columns;
  if (!has('meetingId', 'webinarId', 'location', 'description')) issue('a column meetingId is needed');
  if (!has('startAt')) issue('a column startAt is needed');
  return columns;
}

/** Outlook in French calls date and time alike: `Début`, `Début`, `Fin`, `Fin`; some versions write `Début`, `Heure de début`. */
const DATE_OR_TIME = new Set(['debut', 'fin', 'comienzo', 'finalizacion', 'inicio', 'inizio', 'fine', 'einde']);

/** Of two columns for one moment, the first is the date. */
function splitDoubled(columns: string[], names: string[]): void {
  for (const [moment, date] of [
    ['startAt', 'date'],
    ['stopAt', 'endDate'],
  ] as const) {
    const [first = -1, second, third] = columns.flatMap((column, i) => (column === moment ? [i] : []));
    const isPair = second !== undefined && third === undefined && !columns.includes(date);
    if (isPair && DATE_OR_TIME.has(plainColumn(names[first] ?? ''))) columns[first] = date;
  }
}

function unknown(name: string): string {
  const valid = Object.keys(CSV_COLUMNS).join(', ');
  return `"${name.slice(0, 80)}" is not a known column; valid columns: ${valid}, label:<name>; --ignore-columns passes over others`;
}
