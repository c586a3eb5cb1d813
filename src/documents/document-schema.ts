/** The zod schemas of a document that declares broadcasts, series, calendars and sources, and of the plan for applying it. */

import { z } from 'zod';
import { newCalendarSchema } from '../calendars/calendar-schema.ts';
import { newSeriesSchema } from '../series/series-schema.ts';
import { PLAN_STATES } from '../sources/source.ts';
import { newSourceSchema, SOURCE_NAME } from '../sources/source-schema.ts';
import { destinationSchema, isPlain, must, newBroadcastSchema } from '../validation/broadcast-schema.ts';

/** Maximum items of one kind in a document. */
export const MAX_OF_A_KIND = 10_000;
const MAX_NAME = 100;

const DOCUMENT_NAME = 'a name of 1 to 40 letters, digits and . _ - that begins with a letter or digit';
export const THING_NAME = `a name of 1 to ${MAX_NAME} characters`;

export const documentNameSchema = z.string(must(DOCUMENT_NAME)).regex(SOURCE_NAME, must(DOCUMENT_NAME)).meta({
  description: 'Name of the document. It owns what it declares: no other document, source or person shares it',
});

export function isThingName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME && isPlain(value);
}

const name = z
  .string()
  .min(1)
  .max(MAX_NAME)
  .meta({ description: 'Its name within this document; an `externalId` will do instead' });

/** An export has no stream keys. A destination without one keeps the stored key. */
const destination = destinationSchema
  .partial({ streamKey: true })
  .nullable()
  .meta({ description: 'Without `streamKey`, one must already be stored' });

const lists = {
  broadcasts: z
    .array(newBroadcastSchema.extend({ name: name.optional(), destination: destination.optional() }))
    .meta({ description: 'A broadcast whose start is in the past is skipped' }),
  series: z
    .array(newSeriesSchema.extend({ name: name.optional(), destination: destination.optional() }))
    .meta({ description: 'Rules that produce broadcasts' }),
  calendars: z.array(newCalendarSchema).meta({ description: 'Days and times that series skip' }),
  sources: z.array(newSourceSchema).meta({ description: 'Timetables that are followed' }),
};

export const KINDS = ['broadcasts', 'series', 'calendars', 'sources'] as const;
export type Kind = (typeof KINDS)[number];

/** One item of a list in the plan. */
export const THINGS = { broadcasts: 'broadcast', series: 'series', calendars: 'calendar', sources: 'source' } as const;
export type ThingType = (typeof THINGS)[Kind];

export const documentSchema = z
  .strictObject({
    name: documentNameSchema,
    broadcasts: lists.broadcasts.max(MAX_OF_A_KIND).optional(),
    series: lists.series.max(MAX_OF_A_KIND).optional(),
    calendars: lists.calendars.max(MAX_OF_A_KIND).optional(),
    sources: lists.sources.max(MAX_OF_A_KIND).optional(),
  })
  .meta({ title: 'Document', description: 'Everything it declares; a field you leave out has its default' });

/** The form in a file: the name can also come from the command line or the file's name. */
export const fileSchema = documentSchema
  .partial({ name: true })
  .meta({ title: 'livestream apply', description: 'A document of `livestream apply -f FILE`, in YAML or JSON' });

const flag = (description: string) => z.boolean(must('true or false')).meta({ description });

export const applySchema = z
  .strictObject({
    document: documentSchema,
    dryRun: flag('Only show what it would do').optional(),
    prune: flag('Cancel and remove what this document made and no longer names; only what has not started').optional(),
    expect: z
      .int(must('a whole number'))
      .min(0, must('a whole number'))
      .optional()
      .meta({ description: 'How many things must be canceled or removed; otherwise 409, and nothing is done' }),
  })
  .meta({ title: 'Apply' });

const count = z.int();
const item = z.strictObject({
  type: z.enum(Object.values(THINGS)),
  name: z.string().nullable().meta({ description: 'In the document' }),
  title: z.string().nullable(),
  startAt: z.string().nullable().meta({ format: 'date-time' }),
  detail: z.string().meta({ description: 'What changes, or why nothing does' }),
  id: z.string().nullable().meta({ description: 'Id of the broadcast or series; name of the calendar or source' }),
});
export type ApplyItem = z.infer<typeof item>;
const items = (description: string) => z.array(item).meta({ description });

export const applyPlanSchema = z.strictObject({
  name: z.string(),
  dryRun: z.boolean(),
  new: items('Planned, stored or followed'),
  changed: items('Changed to what the document says'),
  canceled: items('Always empty: what a document no longer names is in `vanished`'),
  vanished: items('No longer named; canceled or removed only with `prune`'),
  kept: items('Edited here, or on air: left as it is'),
  conflicting: items('Conflicts with something else, or made by a person or another source; left alone'),
  skipped: items('Its start is in the past, or it was refused'),
  counts: z.strictObject({
    ...(Object.fromEntries(PLAN_STATES.map((state) => [state, count])) as Record<
      (typeof PLAN_STATES)[number],
      z.ZodInt
    >),
    unchanged: count,
  }),
});
export type ApplyPlan = z.infer<typeof applyPlanSchema>;
