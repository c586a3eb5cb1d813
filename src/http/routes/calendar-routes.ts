import type { FastifyReply } from 'fastify';
import {
  type CalendarRepresentation,
  calendarChangeSchema,
  calendarListSchema,
  calendarSchema,
  newCalendarSchema,
} from '../../calendars/calendar-schema.ts';
import type { CalendarService } from '../../calendars/calendar-service.ts';
import type { Calendar } from '../../calendars/calendar-store.ts';
import type { Clock } from '../../clock.ts';
import { isoTime } from '../../time/iso-time.ts';
import type { BusyReading } from '../../timetable/busy-times.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf, MERGE_PATCH } from '../body.ts';
import { changeOptions, etagOf } from '../preconditions.ts';
import { IF_MATCH, sendJson } from '../reply.ts';
import { fieldsOf, noting, type WriteAudit } from '../written-down.ts';

const MAX_UPCOMING = 20;
const DAY_MS = 86_400_000;

/** Only a key without limits may change calendars, because all series share them. */
const unlimited = (operation: Operation) => ({ config: { unlimitedKey: true, operation } });

type ByName = { Params: { name: string } };

/** `/v1/calendars`: calendars that series skip (contract section 6). */
export function calendarRoutes(calendars: CalendarService, clock: Clock, audit: WriteAudit): ApiRoutes {
  const note = noting('calendar', audit);
  const represent = async (calendar: Calendar) =>
    representCalendar(calendar, await calendars.read(calendar), clock.now());
  const send = async (reply: FastifyReply, status: number, calendar: Calendar) =>
    sendJson(reply.header('etag', etagOf(calendar)), status, await represent(calendar));
  return {
    schemas: {
      NewCalendar: newCalendarSchema,
      CalendarChange: calendarChangeSchema,
      Calendar: calendarSchema,
      CalendarList: calendarListSchema,
    },
    register(app) {
      app.post('/v1/calendars', unlimited(CREATE), async (request, reply) => {
        const calendar = await calendars.create(bodyOf(request));
        await note(request, 'create', calendar.name);
        return send(reply.header('location', `/v1/calendars/${calendar.name}`), 201, calendar);
      });
      app.get('/v1/calendars', { config: { operation: LIST } }, async (_request, reply) => {
        const all = await calendars.list();
        return sendJson(reply, 200, { calendars: await Promise.all(all.map(represent)) });
      });
      app.get<ByName>('/v1/calendars/:name', { config: { operation: SHOW } }, async (request, reply) => {
        return send(reply, 200, await calendars.get(request.params.name));
      });
      app.patch<ByName>('/v1/calendars/:name', unlimited(CHANGE), async (request, reply) => {
        const { name } = request.params;
        const body = bodyOf(request);
        const changed = await calendars.change(name, body, await changeOptions(request, name, calendars));
        await note(request, 'change', name, fieldsOf(body));
        return send(reply, 200, changed);
      });
      app.delete<ByName>('/v1/calendars/:name', unlimited(DELETE), async (request, reply) => {
        const { name } = request.params;
        const deleted = await calendars.delete(name, await changeOptions(request, name, calendars));
        await note(request, 'delete', name);
        return send(reply, 200, deleted);
      });
    },
  };
}

function representCalendar(calendar: Calendar, { times, issues }: BusyReading, now: number): CalendarRepresentation {
  const upcoming = times.filter(({ to }) => to > now).slice(0, MAX_UPCOMING);
  return {
    ...{ name: calendar.name, url: calendar.url, timezone: calendar.timezone, revision: calendar.revision },
    upcoming: upcoming.map(({ kind, from, to, title }) => {
      if (kind === 'time') return { title, allDay: false, from: isoTime(from), to: isoTime(to) };
      return { title, allDay: true, from: isoTime(from).slice(0, 10), to: isoTime(to - DAY_MS).slice(0, 10) };
    }),
    ...{ issues, readAt: isoTime(calendar.readAt), checkedAt: isoTime(calendar.checkedAt), failure: calendar.failure },
    ...{ createdAt: isoTime(calendar.createdAt), updatedAt: isoTime(calendar.updatedAt) },
  };
}

const TAG = 'Calendars';
const ONE = { description: 'The calendar', schema: 'Calendar', headers: { ETag: 'The revision' } };

const CREATE: Operation = {
  ...{ id: 'createCalendar', tag: TAG, summary: 'Add a calendar, such as public holidays' },
  description: 'A series that lists it in `skipCalendars` skips its days and times.',
  body: {
    schema: 'NewCalendar',
    required: true,
    example: {
      name: 'holidays',
      timezone: 'America/New_York',
      ics: 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Christmas Day\nDTSTART;VALUE=DATE:20351225\nEND:VEVENT\nEND:VCALENDAR\n',
    },
  },
  success: { ...ONE, status: 201, headers: { ...ONE.headers, Location: 'Its URL path' } },
  errors: ['validation_failed', 'malformed_json', 'name_taken', 'limit_reached'],
};
const LIST: Operation = {
  ...{ id: 'listCalendars', tag: TAG, summary: 'List calendars by name' },
  success: { status: 200, description: 'All calendars', schema: 'CalendarList' },
  errors: ['validation_failed'],
};
const SHOW: Operation = {
  ...{ id: 'getCalendar', tag: TAG, summary: 'Show a calendar and its next entries' },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'not_found'],
};
const CHANGE: Operation = {
  ...{ id: 'changeCalendar', tag: TAG, summary: 'Change a calendar' },
  description:
    'The series that skip it are updated. Broadcasts that it now covers are canceled, unless they are on air or were edited; those that it no longer covers are planned again.',
  parameters: [IF_MATCH],
  body: {
    schema: 'CalendarChange',
    required: true,
    contentTypes: ['application/json', MERGE_PATCH],
    example: { timezone: 'America/Chicago' },
  },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'malformed_json', 'not_found', 'precondition_failed', 'conflict'],
};
const DELETE: Operation = {
  ...{ id: 'deleteCalendar', tag: TAG, summary: 'Delete a calendar that no series skips' },
  parameters: [IF_MATCH],
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'not_found', 'precondition_failed', 'in_use', 'conflict'],
};
