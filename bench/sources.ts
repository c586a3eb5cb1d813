// Follows timetables of 10,000 broadcasts through a real API process: plan, first sync, and syncs in which nothing has changed.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/sources.ts [broadcasts]
import { startCalendarServer } from '../test/support/calendar-server.ts';
import { startProcess } from '../test/support/livestream-process.ts';
import { startRedis } from '../test/support/redis-server.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const DAY_MS = 86_400_000;
/** Syncs follow series 90 days ahead. */
const DAYS = 88;
const TOMORROW = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);

const compact = (i: number, hour: number) => {
  const day = new Date(Date.parse(TOMORROW) + (i % DAYS) * DAY_MS).toISOString().slice(0, 10).replace(/-/g, '');
  return `${day}T${String(hour).padStart(2, '0')}0000`;
};

/** As Zoom writes it for Outlook, 0.8 kB. */
function invitation(meetingId: number): string {
  const link = `https://us02web.zoom.us/j/${meetingId}?pwd=${'a'.repeat(32)}`;
  const phones = Array.from({ length: 6 }, (_, i) => `+4969710499${10 + i}\\,\\,${meetingId}# Germany`).join('\\n');
  return `DESCRIPTION:You are invited to a scheduled Zoom meeting.\\n\\nJoin Zoom Meeting\\n${link}\\n\\nMeeting ID: ${meetingId}\\nPasscode: 123456\\n\\nOne tap mobile\\n${phones}\\n\\nFind your local number: https://us02web.zoom.us/u/kabcdef\\n`;
}

function event(i: number, first: number, more: string[]): string[] {
  const zone = 'TZID=Europe/Berlin';
  const hour = 8 + (i % 12);
  return [
    ...['BEGIN:VEVENT', `UID:${first + i}@timetable.example`, 'DTSTAMP:20300101T000000Z', 'SEQUENCE:1'],
    ...[`DTSTART;${zone}:${compact(more.length > 0 ? 0 : i, hour)}`, 'DURATION:PT1H30M', `SUMMARY:Lecture ${i}`],
    ...['LOCATION:Hall 5', invitation(81_000_000_000 + first + i), ...more, 'END:VEVENT'],
  ];
}

const calendar = (events: string[][]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
const list = <Item>(count: number, make: (i: number) => Item) => Array.from({ length: count }, (_, i) => make(i));

const FILES: Record<string, { kind: 'ics' | 'csv'; text: string }> = {
  'single events': { kind: 'ics', text: calendar(list(COUNT, (i) => event(i, 0, []))) },
  'daily series': {
    kind: 'ics',
    text: calendar(list(Math.ceil(COUNT / DAYS), (i) => event(i, COUNT, [`RRULE:FREQ=DAILY;COUNT=${DAYS}`]))),
  },
  CSV: {
    kind: 'csv',
    text: `externalId,meetingId,start,duration,title,timezone\n${list(COUNT, (i) => {
      const date = new Date(Date.parse(TOMORROW) + (i % DAYS) * DAY_MS).toISOString().slice(0, 10);
      return `booking-${i},${83_000_000_000 + i},${date} 09:00,90,Lecture ${i},Europe/Berlin`;
    }).join('\n')}\n`,
  },
};

const redis = await startRedis();
const server = await startCalendarServer();
const api = await startProcess('api', {
  ...{ REDIS_URL: redis.url, PORT: '0', LOG_LEVEL: 'error', ZOOM_ACCESS_TOKEN: 'unused' },
  CALENDAR_HOSTS: '127.0.0.1!',
});

async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api.report.url}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, unknown>;
}

async function timed(what: string, act: () => Promise<Record<string, unknown>>): Promise<void> {
  const begun = performance.now();
  const { counts } = await act();
  const shown = Object.entries(counts as Record<string, number>).filter(([, count]) => count > 0);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(2);
  console.log(`${what.padEnd(40)} ${seconds} s  ${shown.map(([state, count]) => `${state} ${count}`).join(', ')}`);
}

for (const [title, { kind, text }] of Object.entries(FILES)) {
  const name = title.replace(/\W/g, '-');
  // Syncs by hand only: nothing comes between.
  await call('POST', '/v1/sources', { name, kind, url: server.url, every: 'P1D', paused: true });
  const sync = () => call('POST', `/v1/sources/${name}/sync`, {});
  server.answer(text);
  console.log(`${title}: ${(text.length / 1e6).toFixed(1)} MB`);
  await timed('  plan', () => call('GET', `/v1/sources/${name}/plan`));
  await timed('  first sync', sync);
  await timed('  sync, unchanged (304)', sync);
  server.answer((_request, response) => response.end(text));
  await timed('  sync, unchanged (the same bytes again)', sync);
  await timed('  plan, unchanged', () => call('GET', `/v1/sources/${name}/plan`));
  server.answer(text.replace('Lecture 0', 'Lecture 0 moved'));
  await timed('  sync, one title changed', sync);
}

await api.kill();
await server.stop();
await redis.stop();
