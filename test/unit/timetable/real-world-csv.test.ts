/** Spreadsheets as Excel, Google Calendar and Outlook write them: see test/fixtures/real-world. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { readClock } from '../../../src/timetable/csv-times.ts';
import { decodeText } from '../../../src/timetable/file-lines.ts';
import { type CsvOptions, readCsv } from '../../../src/timetable/read-csv.ts';

const NOW = Date.parse('2030-11-28T00:00Z');
const fixture = (name: string) =>
  decodeText(readFileSync(new URL(`../../fixtures/real-world/${name}`, import.meta.url)));
const read = (text: string, more: Partial<CsvOptions> = {}) =>
  checkEvents(readCsv(text, { timezone: 'Europe/Berlin', ...more }), NOW);

function planned(text: string, more: Partial<CsvOptions> = {}): string[] {
  const { events, issues } = read(text, more);
  const iso = (ms: number | null | undefined) => new Date(ms ?? 0).toISOString();
  const rows = events.map(
    ({ plan }) => `${iso(plan?.startAt).slice(0, 16)}/${iso(plan?.stopAt).slice(11, 16)} ${plan?.meetingId}`,
  );
  return [...rows, ...issues.map(({ row, path, message }) => `row ${row}: ${path} ${message}`)];
}

it.each<[string, string[]]>([
  ['twelve-hour-times.csv', ['2030-12-02T07:30/12:00 81234567890']],
  ['google-calendar-columns.csv', ['2030-12-02T09:00/12:00 81234567890']],
  ['day-month-year.csv', ['2030-12-02T08:00/09:30 81234567890']],
  ['invisible-characters.csv', ['2030-12-02T08:00/09:30 81234567890', '2030-12-03T08:00/09:30 82222222221']],
  ['join-link-as-meeting.csv', ['2030-12-02T08:00/09:30 81234567890']],
  ['windows-1252-punctuation.csv', ['2030-12-02T08:00/09:30 81234567890']],
])('%s', (name, expected) => {
  expect(planned(fixture(name))).toEqual(expected);
});

it('decodes what Windows writes', () => {
  expect(read(fixture('windows-1252-punctuation.csv')).events[0]?.plan?.title).toBe('Mayor’s question time – café');
});

describe('dates', () => {
  const of = (date: string, dateOrder: CsvOptions['dateOrder'] = null) =>
    planned(`meeting,start,duration\n81234567890,"${date} 09:00",60\n`, { dateOrder })[0];
  it.each([
    ['02.12.2030', null],
    ['2.12.2030', null],
    ['2030/12/02', null],
    ['2 Dec 2030', null],
    ['Dec 2, 2030', null],
    ['02/12/2030', 'day-first'],
    ['2-12-2030', 'day-first'],
    ['12/02/2030', 'month-first'],
    ['Mo, 02.12.2030', null],
    ['Montag, 2. Dezember 2030', null],
    ['lundi 2 décembre 2030', null],
    ['lunes, 2 de diciembre de 2030', null],
    ['maandag 2 december 2030', null],
    ['2 de dezembro de 2030', null],
    ['2 grudnia 2030', null],
    ['Monday 2nd December 2030', null],
    ['2030年12月2日', null],
    ['20301202', null],
  ] as const)('%s %s', (date, order) => expect(of(date, order)).toBe('2030-12-02T08:00/09:00 81234567890'));

  it('that can be read in two ways are refused, with the option that decides', () => {
    expect(of('02/12/2030')).toContain('row 2: startAt must be');
    expect(of('02/12/2030')).toContain('use --date-order day-first or --date-order month-first');
  });

  it.each([
    ['31.06.2030', null],
    ['31/06/2030', 'day-first'],
    ['06/31/2030', 'month-first'],
    ['13/13/2030', 'day-first'],
    ['29.02.2031', null],
  ] as const)('that do not exist are no other days: %s', (date, order) => {
    expect(of(date, order)).toMatch(/^row 2: startAt must be/);
  });

  it('with two digits for the year are refused', () =>
    expect(of('02.12.30')).toContain('write the year with four digits'));
});

it.each([
  ['8:30 AM', '08:30'],
  ['8:30:00 PM', '20:30:00'],
  ['12:00 AM', '00:00'],
  ['12:15 p.m.', '12:15'],
  ['8 PM', '20:00'],
  ['8:30\u202fPM', '20:30'],
  ['14h30', '14:30'],
  ['14.30 Uhr', '14:30'],
  ['下午2:30', '14:30'],
  ['오후 2:30', '14:30'],
  ['14時30分', '14:30'],
  ['kl. 14:30', '14:30'],
  ['14:30 hrs', '14:30'],
])('the time of day %s', (text, clock) => {
  expect(readClock(text.replace(/\p{Zs}/gu, ' '))?.clock).toBe(clock);
});

it.each(['13:00 PM', '0:30 AM', '9', 'noon', '8:3'])('no time of day: %s', (text) =>
  expect(readClock(text)).toBeNull(),
);

it.each([['9:00-10:30'], ['09:00 – 10:30'], ['9 – 10:30 Uhr'], ['9:00 bis 10:30 Uhr'], ['9:00 AM - 10:30 AM']])(
  'a range in one cell is a start and an end, no offset: %s',
  (text) => {
    const range = planned(`meeting;Datum;Zeit\n81234567890;02.12.2030;${text}\n`);
    expect(range).toEqual(['2030-12-02T08:00/09:30 81234567890']);
  },
);

it('an offset stays one, and 24:00 is the end of the day', () => {
  expect(planned('meeting,start,end\n81234567890,2030-12-02 03:00-05:00,2030-12-02 04:30-05:00\n')).toEqual([
    '2030-12-02T08:00/09:30 81234567890',
  ]);
  expect(planned('meeting,date,start,end\n81234567890,2030-12-02,22:00,24:00\n')).toEqual([
    '2030-12-02T21:00/23:00 81234567890',
  ]);
});

it.each([
  'ID: 812 3456 7890',
  '812.3456.7890',
  '81.234.567.890',
  '812 3456 7890 (Zoom)',
  '８１２３４５６７８９０',
  '#81234567890',
])('the number in its column: %s', (text) =>
  expect(planned(`meeting;start;duration\n${text};2030-12-02 09:00;90\n`)).toEqual([
    '2030-12-02T08:00/09:30 81234567890',
  ]),
);

it('a number that a spreadsheet has shortened is refused, with what to do', () =>
  expect(planned('meeting;start\n8,12346E+10;2030-12-02 09:00\n')[0]).toContain('format the column as text'));

it.each([
  'Begin date,Begin time,End date,End time,Title,Location',
  'Startdatum,Starttid,Slutdatum,Sluttid,Ämne,Plats',
  'Data de início,Hora de início,Data de término,Hora de término,Assunto,Local',
  'Data rozpoczęcia,Czas rozpoczęcia,Data zakończenia,Czas zakończenia,Temat,Lokalizacja',
  'Дата начала,Время начала,Дата завершения,Время завершения,Тема,Место',
  '開始日,開始時刻,終了日,終了時刻,件名,場所',
  'Scheduled Date,Scheduled Start Time,End Date,Scheduled End Time,Name,Room',
])('columns %s', (head) => {
  const text = `${head}\n2030-12-02,9:00,2030-12-02,10:30,Council,https://zoom.us/j/81234567890\n`;
  expect(planned(text)).toEqual(['2030-12-02T08:00/09:30 81234567890']);
});

it('a status in any language cancels', () => {
  const { events } = read('id,meeting,start,status\na,81234567890,2030-12-02 09:00,Abgesagt wegen Krankheit\n');
  expect(events).toMatchObject([{ canceled: true, plan: null }]);
});

describe('calendar programs', () => {
  it("Outlook's columns, in English and German, with quotes, tabs and a BOM", () => {
    const english =
      '\ufeff"Subject","Start Date","Start Time","End Date","End Time","All day event","Reminder on/off","Reminder Date","Reminder Time","Meeting Organizer","Required Attendees","Optional Attendees","Meeting Resources","Billing Information","Categories","Description","Location","Mileage","Priority","Private","Sensitivity","Show time as"\r\n' +
      '"Council","12/2/2030","10:00:00 AM","12/2/2030","1:00:00 PM","False","True","12/2/2030","9:45:00 AM","A","","","","","","Meeting ID: 812 3456 7890\r\nPasscode: 123456","","","Normal","False","Normal","2"\r\n';
    expect(planned(english, { dateOrder: 'month-first' })).toEqual(['2030-12-02T09:00/12:00 81234567890']);
    const german =
      'Betreff\tBeginnt am\tBeginnt um\tEndet am\tEndet um\tGanztägiges Ereignis\tOrt\tBeschreibung\tPrivat\n' +
      'Rat\t2.12.2030\t10:00:00\t2.12.2030\t13:00:00\tFalsch\thttps://zoom.us/j/81234567890\t\tFalsch\n';
    expect(planned(german)).toEqual(['2030-12-02T09:00/12:00 81234567890']);
  });

  it.each<[string, string]>([
    [
      'Outlook in French',
      '"Objet","Début","Début","Fin","Fin","Journée entière","Rappel actif/inactif","Date de rappel","Heure du rappel","Organisateur d\'une réunion","Participants obligatoires","Participants facultatifs","Ressources de la réunion","Afficher la disponibilité","Catégories","Critère de diffusion","Description","Emplacement","Informations facturation","Kilométrage","Priorité","Privé"\n' +
        '"Conseil","2/12/2030","10:00:00","2/12/2030","13:00:00","Faux","Faux",,,"A",,,,"2",,"Normal","https://zoom.us/j/81234567890",,,,"Normale","Faux"\n',
    ],
    [
      'Outlook in French, in another version',
      'Objet;Début;Heure de début;Fin;Heure de fin;Journée entière;Rappel activé/désactivé;Emplacement\n' +
        'Conseil;02/12/2030;10:00;02/12/2030;13:00;Faux;Faux;https://zoom.us/j/81234567890\n',
    ],
    [
      'Outlook in Spanish',
      '"Asunto","Fecha de comienzo","Comienzo","Fecha de finalización","Finalización","Todo el día","Recordatorio activado/desactivado","Fecha del recordatorio","Hora del recordatorio","Organizador de la reunión","Asistentes necesarios","Asistentes opcionales","Recursos de la reunión","Carácter","Categorías","Descripción","Disponibilidad","Kilometraje","Prioridad","Privado","Ubicación"\n' +
        '"Pleno","2/12/2030","10:00:00","2/12/2030","13:00:00","Falso","Falso",,,,,,,,,"https://zoom.us/j/81234567890","2",,"Normal","Falso","Sala"\n',
    ],
    [
      'Outlook in Italian',
      '"Oggetto","Data inizio","Ora inizio","Data fine","Ora fine","Giornata intera","Promemoria attivato/disattivato","Data promemoria","Ora promemoria","Organizzatore riunione","Partecipanti necessari","Partecipanti facoltativi","Risorse riunione","Categorie","Dati fatturazione","Descrizione","Indennità trasferta","Luogo","Mostra orario come","Priorità","Privato","Riservatezza"\n' +
        '"Consiglio","02/12/2030","10:00:00","02/12/2030","13:00:00","Falso","Falso",,,,,,,,,"https://zoom.us/j/81234567890",,"Sala","2","Normale","Falso","Normale"\n',
    ],
    [
      'Outlook in Dutch',
      '"Onderwerp","Begindatum","Begintijd","Einddatum","Eindtijd","Gebeurtenis, duurt hele dag","Herinneringen aan/uit","Herinneringsdatum","Herinneringstijd","Organisator van vergadering","Vereiste deelnemers","Optionele deelnemers","Vergadervoorzieningen","Beschrijving","Categorieën","Factuurinformatie","Gevoeligheid","Locatie","Prioriteit","Privé","Reisafstand","Tijd weergeven als"\n' +
        '"Raad","2-12-2030","10:00:00","2-12-2030","13:00:00","Onwaar","Onwaar",,,,,,,"https://zoom.us/j/81234567890",,,"Normaal","Zaal","Normaal","Onwaar",,"2"\n',
    ],
    [
      "Google's columns in Spanish",
      'Asunto,Fecha de inicio,Hora de inicio,Fecha de finalización,Hora de finalización,Todo el día,Descripción,Ubicación,Privado\n' +
        'Pleno,2/12/2030,10:00,2/12/2030,13:00,False,,https://zoom.us/j/81234567890,False\n',
    ],
    [
      "Google's columns in Italian",
      'Oggetto,Data di inizio,Ora di inizio,Data di fine,Ora di fine,Tutto il giorno,Descrizione,Luogo,Privato\n' +
        'Consiglio,2/12/2030,10:00,2/12/2030,13:00,False,,https://zoom.us/j/81234567890,False\n',
    ],
    [
      "Google's columns in Dutch",
      'Onderwerp,Startdatum,Starttijd,Einddatum,Eindtijd,Hele dag,Beschrijving,Locatie,Privé\n' +
        'Raad,2-12-2030,10:00,2-12-2030,13:00,False,,https://zoom.us/j/81234567890,False\n',
    ],
    ['Excel in French', 'N° de réunion;Date;Heure de début;Durée;Titre\n81234567890;02/12/2030;10:00;180;Conseil\n'],
    ['Excel in Spanish', 'ID de reunión;Fecha;Inicio;Fin;Título\n81234567890;02/12/2030;10:00;13:00;Pleno\n'],
    ['Excel in Italian', 'Riunione;Data;Inizio;Fine;Titolo;Stato\n81234567890;02/12/2030;10:00;13:00;Consiglio;\n'],
    ['Excel in Dutch', 'Vergadernummer;Datum;Aanvang;Duur;Titel\n81234567890;02-12-2030;10:00;3:00;Raad\n'],
  ])('%s', (_program, text) => {
    expect(planned(text, { dateOrder: 'day-first' })).toEqual(['2030-12-02T09:00/12:00 81234567890']);
  });

  it('skips all-day events and those without a Zoom meeting, and cancels what is canceled', () => {
    const rows = [
      'Subject,Start Date,Start Time,End Date,End Time,All Day Event,Location',
      'Fair,12/20/2030,,12/21/2030,,True,https://zoom.us/j/81234567890',
      'Lunch,12/20/2030,12:00 PM,12/20/2030,1:00 PM,False,Canteen',
      'Vanity,12/20/2030,12:00 PM,12/20/2030,1:00 PM,False,https://zoom.us/my/mayor',
      'Canceled: Council,12/20/2030,12:00 PM,12/20/2030,1:00 PM,False,https://zoom.us/j/81234567890',
    ];
    const { events, issues, skipped } = read(rows.join('\n'));
    expect(issues).toEqual([]);
    expect(skipped.map(({ row, why }) => [row, why.slice(0, 30)])).toEqual([
      [2, 'it is an all-day event, so it '],
      [3, 'no Zoom number was found in it'],
      [4, 'its Zoom link is a personal on'],
    ]);
    expect(events).toMatchObject([{ row: 5, canceled: true, plan: null }]);
  });

  it('unknown columns: refused, or skipped if you say so', () => {
    const text = 'meeting,start,speaker\n81234567890,2030-12-02 09:00,Ann\n';
    expect(planned(text)[0]).toContain('--ignore-columns');
    for (const ignoredColumns of [null, new Set(['speaker'])])
      expect(read(text, { ignoredColumns }).events).toHaveLength(1);
  });
});

it('never repeats the passcode of a link', () => {
  const reported = planned('meeting,start\nhttps://example.org/x?pwd=PassCodeXYZ,2030-12-02 09:00\n').join('\n');
  expect(reported).toContain('row 2: meetingId must be');
  expect(reported).not.toContain('PassCodeXYZ');
});
