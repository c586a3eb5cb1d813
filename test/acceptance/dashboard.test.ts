import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { attentionCases } from './dashboard/attention-cases.ts';
import { broadcastCases } from './dashboard/broadcast-cases.ts';
import { bulkCases } from './dashboard/bulk-cases.ts';
import { calendarCases } from './dashboard/calendar-cases.ts';
import { formCases } from './dashboard/form-cases.ts';
import { frameCases } from './dashboard/frame-cases.ts';
import { healthCases } from './dashboard/health-cases.ts';
import { liveCases } from './dashboard/live-cases.ts';
import { peopleCases } from './dashboard/people-cases.ts';
import { type Rig, startRig } from './dashboard/rig.ts';
import { seriesCases } from './dashboard/series-cases.ts';
import { sourceCases } from './dashboard/source-cases.ts';
import { timelineCases } from './dashboard/timeline-cases.ts';

// The cases of all views share one installation and one browser: docs/dashboard.md says how to add some.
let shared: Rig;
const rig = () => shared;

beforeAll(async () => {
  shared = await startRig();
});
afterAll(() => shared?.close());
afterEach(async () => {
  await shared.closePages();
  shared.noComplaints();
});

describe('the frame', () => frameCases(rig));
describe('live', () => liveCases(rig));
describe('a broadcast', () => broadcastCases(rig));
describe('needs attention', () => attentionCases(rig));
describe('people', () => peopleCases(rig));
describe('health', () => healthCases(rig));
describe('forms', () => formCases(rig));
describe('many at once', () => bulkCases(rig));
describe('series', () => seriesCases(rig));
describe('sources', () => sourceCases(rig));
describe('timeline', () => timelineCases(rig));
describe('calendar', () => calendarCases(rig));
