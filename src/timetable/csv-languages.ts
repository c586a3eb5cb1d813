/** Column names of calendar and timetable programs in more languages than `CSV_COLUMNS` has, by field; see `plainColumn`. */
import { plainColumn } from './csv-skipped.ts';

/** Swedish, Danish and Norwegian, Portuguese, Polish, Finnish, Czech, Turkish, Russian, Japanese, Chinese, Korean; CELCAT, Scientia, TimeEdit. */
const NAMES: Record<string, string[]> = {
  startAt: [
    ...['Starttid', 'Starttidspunkt', 'Czas rozpoczęcia', 'Godzina rozpoczęcia', 'Alkamisaika', 'Čas zahájení'],
    ...[
      'Başlangıç Saati',
      'Время начала',
      '開始時刻',
      '開始時間',
      '开始时间',
      '시작 시간',
      'Startuhrzeit',
      'Von',
      'Van',
      'De',
    ],
    ...[
      'Begin time',
      'Scheduled start time',
      'Start (time)',
      'Zeit',
      'Zeitraum',
      'Horário',
      'Tid',
      'Hora',
      'Heure',
      'Ora',
      'Tijd',
    ],
  ],
  stopAt: [
    ...['Sluttid', 'Sluttidspunkt', 'Hora de término', 'Hora de fim', 'Czas zakończenia', 'Godzina zakończenia'],
    ...['Päättymisaika', 'Čas ukončení', 'Bitiş Saati', 'Время завершения', 'Время окончания', '終了時刻', '終了時間'],
    ...['结束时间', '종료 시간', 'Enduhrzeit', 'Bis', 'Tot', 'Finish', 'Finish time', 'Scheduled end time'],
  ],
  date: [
    ...['Startdato', 'Data de início', 'Data rozpoczęcia', 'Alkamispäivä', 'Datum zahájení', 'Başlangıç Tarihi'],
    ...[
      'Дата начала',
      '開始日',
      '开始日期',
      '시작 날짜',
      'Begin date',
      'Activity date',
      'Scheduled date',
      'Dato',
      'Дата',
      '日付',
      '日期',
      '날짜',
    ],
  ],
  endDate: [
    ...['Slutdatum', 'Slutdato', 'Sluttdato', 'Data de término', 'Data de fim', 'Data zakończenia', 'Päättymispäivä'],
    ...['Datum ukončení', 'Bitiş Tarihi', 'Дата завершения', 'Дата окончания', '終了日', '结束日期', '종료 날짜'],
  ],
  title: [
    ...['Ämne', 'Emne', 'Assunto', 'Temat', 'Aihe', 'Předmět', 'Konu', 'Тема', '件名', '主题', '제목', 'Thema'],
    ...['Activity name', 'Module'],
  ],
  location: [
    ...[
      'Plats',
      'Lokal',
      'Sted',
      'Local',
      'Localização',
      'Lokalizacja',
      'Sijainti',
      'Místo',
      'Konum',
      'Место',
      '場所',
      '地点',
      '위치',
    ],
    ...['Raum', 'Room', 'Rooms', 'Venue', 'Salle', 'Aula', 'Sala', 'Zaal'],
  ],
  description: [
    'Beskrivning',
    'Beskrivelse',
    'Descrição',
    'Opis',
    'Kuvaus',
    'Popis',
    'Açıklama',
    'Описание',
    '内容',
    '説明',
    '说明',
    '설명',
  ],
  allDay: [
    ...[
      'Heldagshändelse',
      'Heldagsbegivenhed',
      'Hele dagen',
      'Evento com duração de um dia inteiro',
      'Dia inteiro',
      'Wydarzenie całodzienne',
    ],
    ...[
      'Koko päivän tapahtuma',
      'Celodenní událost',
      'Tüm gün etkinliği',
      'Целый день',
      '終日イベント',
      '全天事件',
      '하루 종일',
    ],
  ],
  status: ['Avbokad', 'Situação', 'Stav', 'Durum', 'Статус', '状態', '状态', '상태'],
};

const FIELDS = new Map(
  Object.entries(NAMES).flatMap(([field, names]) => names.map((name) => [plainColumn(name), field])),
);

/**
 * The field that a column of this plain name is; undefined: it is unknown. Empty: it is skipped, since another column says so more clearly.
 * @param taken fields that other columns name
 */
export function fieldInLanguages(plain: string, taken: ReadonlySet<string | undefined>): string | undefined {
  const field = FIELDS.get(plain);
  return field !== undefined && field !== 'location' && field !== 'description' && taken.has(field) ? '' : field;
}
