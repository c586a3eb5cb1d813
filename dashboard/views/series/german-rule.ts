/** The rule of a series in German words; `src/series/rule-summary.ts` has the English. Pure. */

import { compactToWall, wallAt } from '../../../src/series/recurrence-rule.ts';
import { type RuleParts, rulePartsOf } from '../../../src/series/rule-expansion.ts';

interface Rule {
  rule: string;
  /** Local. */
  startAt: string;
  timezone: string;
}

const DAYS = ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'];
const MONTHS = [
  ...['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November'],
  'Dezember',
];
const UNITS = {
  HOURLY: ['Jede Stunde', 'Stunden'],
  DAILY: ['Jeden Tag', 'Tage'],
  WEEKLY: ['Jede Woche', 'Wochen'],
  MONTHLY: ['Jeden Monat', 'Monate'],
  YEARLY: ['Jedes Jahr', 'Jahre'],
} as const;
const FORWARD = ['', 'erste', 'zweite', 'dritte', 'vierte', 'fünfte'];
const BACKWARD = ['', 'letzte', 'vorletzte', 'drittletzte', 'viertletzte', 'fünftletzte'];
/** With more times of day than this, the text lists hours and minutes. */
const MAX_TIMES = 6;

/** `Jeden Sonntag um 09:00 Uhr, Zeit von New York, bis 3. Mai 2027`. The rule must be normalised and valid. */
export function germanRule({ rule, startAt, timezone }: Rule): string {
  const start = Date.parse(`${startAt}Z`);
  const parts = rulePartsOf(rule, start);
  const namesDays = /(?:^|;)BYDAY=/.test(rule);
  const when = [frequencyOf(parts, namesDays), ...limitsOf(parts)].join(' ');
  return [`${when}${positionsOf(parts)} ${timesOf(parts, start)}`, zoneOf(timezone), ...endOf(rule, timezone)].join(
    ', ',
  );
}

function frequencyOf({ frequency, interval, days }: RuleParts, namesDays: boolean): string {
  const [every, units] = UNITS[frequency];
  if (frequency === 'WEEKLY' && interval > 1) return `Alle ${interval} Wochen ${onWeekdays(days)}`;
  if (frequency === 'WEEKLY' || (frequency === 'DAILY' && interval === 1 && namesDays)) return everyWeekday(days);
  return interval === 1 ? every : `Alle ${interval} ${units}`;
}

/** Starts on Monday; each day once. */
function weekdaysOf(days: RuleParts['days']): string[] {
  const order = days.map(({ weekday }) => (weekday + 6) % 7).sort((a, b) => a - b);
  return [...new Set(order)].map((at) => DAYS[(at + 1) % 7] ?? '');
}

const isWorkWeek = (names: string[]) => names.join() === DAYS.slice(1, 6).join();

function everyWeekday(days: RuleParts['days']): string {
  const names = weekdaysOf(days);
  if (names.length === 7) return 'Jeden Tag';
  return isWorkWeek(names) ? 'Jeden Werktag, Montag bis Freitag,' : `Jeden ${listed(names)}`;
}

function onWeekdays(days: RuleParts['days']): string {
  const names = weekdaysOf(days);
  if (names.length === 7) return 'an jedem Tag';
  return isWorkWeek(names) ? 'von Montag bis Freitag' : `am ${listed(names)}`;
}

function limitsOf({ frequency, interval, months, weekNumbers, yearDays, monthDays, days }: RuleParts): string[] {
  const saidAlready = frequency === 'WEEKLY' || (frequency === 'DAILY' && interval === 1);
  const all = [
    monthDays.length > 0 ? `am ${listed(monthDays.map((day) => (day > 0 ? `${day}.` : `${nth(day)} Tag`)))}` : '',
    yearDays.length > 0 ? `am ${listed(yearDays.map((day) => `${nth(day)} Tag`))} des Jahres` : '',
    weekNumbers.length > 0 ? `in ${listed(weekNumbers.map(weekOf))}` : '',
    days.length > 0 && !saidAlready ? daysOf(days, monthDays.length + yearDays.length > 0) : '',
    months.length > 0 ? `im ${listed(months.map((month) => MONTHS[month - 1] ?? ''))}` : '',
  ];
  return all.filter((text) => text !== '');
}

/** `am ersten Sonntag`, `an jedem Sonntag`; combined with days of the month: `wenn es ein Freitag ist`. */
function daysOf(days: RuleParts['days'], isCondition: boolean): string {
  const names = days.map(({ weekday }) => DAYS[weekday] ?? '');
  if (isCondition) return `(wenn es ein ${listed(names, 'oder')} ist)`;
  return listed(days.map(({ nth: at }, i) => (at === 0 ? `an jedem ${names[i]}` : `am ${nth(at)} ${names[i]}`)));
}

function weekOf(week: number): string {
  return week > 0 ? `Woche ${week}` : `der ${nth(week)} Woche`;
}

function positionsOf({ positions }: RuleParts): string {
  if (positions.length === 0) return '';
  return `, davon nur der ${listed(positions.map(ordinal))} Termin,`;
}

function timesOf({ frequency, hours, minutes }: RuleParts, start: number): string {
  const second = new Date(start).getUTCSeconds();
  const seconds = second === 0 ? '' : `:${two(second)}`;
  const past = `zur Minute ${listed(minutes.map((minute) => `${minute}${seconds}`))}`;
  if (frequency === 'HOURLY' && hours.length === 0) return past;
  const times = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}${seconds}`));
  if (times.length <= MAX_TIMES) return `um ${listed(times)} Uhr`;
  return `${past} der Stunden ${listed(hours.map(String))}`;
}

/** `Zeit von New York`; offsets and UTC stay as they are. */
function zoneOf(timezone: string): string {
  const city = timezone.split('/').at(-1) ?? timezone;
  return timezone.includes('/') && !/\d/.test(city) ? `Zeit von ${city.replaceAll('_', ' ')}` : timezone;
}

function endOf(rule: string, timezone: string): string[] {
  const count = /(?:^|;)COUNT=0*(\d+)/.exec(rule)?.[1];
  if (count !== undefined) return [count === '1' ? 'einmal' : `${count}-mal`];
  const until = /(?:^|;)UNTIL=([^;]+)/.exec(rule)?.[1];
  if (until === undefined) return [];
  const written = compactToWall(until);
  const date = new Date(until.endsWith('Z') ? wallAt(written, timezone) : written);
  return [`bis ${date.getUTCDate()}. ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`];
}

const two = (value: number) => String(value).padStart(2, '0');

function listed(words: string[], last = 'und'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `erste`, `letzte`, `vorletzte`, `20.` */
function ordinal(at: number): string {
  const word = (at > 0 ? FORWARD : BACKWARD)[Math.abs(at)];
  return word ?? (at > 0 ? `${at}.` : `${-at}.-letzte`);
}

/** The form used after `am`: `ersten`, `letzten`, `20.` */
function nth(at: number): string {
  const text = ordinal(at);
  return text.endsWith('.') ? text : `${text}n`;
}
