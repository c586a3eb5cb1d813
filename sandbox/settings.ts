import { z } from 'zod';
import { PLANS } from './rate-limits.ts';

const DAY_MS = 86_400_000;
const ms = z.number().int().min(0).max(DAY_MS);
const perSecond = z.number().int().min(1).max(1_000_000).nullable();

/** All scopes that the simulated requests need. */
export const ALL_SCOPES = [
  'meeting:read:meeting:admin',
  'meeting:read:livestream:admin',
  'meeting:update:livestream:admin',
  'meeting:update:livestream_status:admin',
  'webinar:read:webinar:admin',
  'webinar:read:livestream:admin',
  'webinar:update:livestream:admin',
  'webinar:update:livestream_status:admin',
  'user:read:settings:admin',
];

/** Settings for the start and for `PATCH /_sandbox/settings`; README.md describes each. */
export const settingsSchema = z.strictObject({
  plan: z.enum(PLANS),
  plans: z.record(z.string().min(1), z.enum(PLANS)),
  lightPerSecond: perSecond.optional(),
  lightPerDay: perSecond.optional(),
  startRetryMs: ms,
  startWhileStreaming: z.enum(['accept', 'limit']),
  startedEventDelayMs: ms,
  stoppedEventDelayMs: ms,
  webinarStreamEvents: z.boolean(),
  autoMeetings: z.boolean(),
  latencyMs: ms,
  latencyJitterMs: ms,
  tokenExpiresInS: z
    .number()
    .int()
    .min(1)
    .max(DAY_MS / 1000),
  scopes: z.array(z.string().min(1).max(200)).max(100),
  webhookUrl: z.url({ protocol: /^https?$/ }).nullable(),
  webhookSecret: z.string().min(1).max(500),
});

export type SandboxSettings = z.infer<typeof settingsSchema>;

/** The default settings. */
export const DEFAULT_SETTINGS: SandboxSettings = {
  plan: 'pro',
  plans: {},
  startRetryMs: 30_000,
  startWhileStreaming: 'accept',
  startedEventDelayMs: 1000,
  stoppedEventDelayMs: 300,
  webinarStreamEvents: false,
  autoMeetings: true,
  latencyMs: 0,
  latencyJitterMs: 0,
  tokenExpiresInS: 3600,
  scopes: ALL_SCOPES,
  webhookUrl: null,
  webhookSecret: 'sandbox-webhook-secret',
};
