import { OPEN_QUESTIONS, PROBES } from './all-probes.ts';
import type { Options } from './options.ts';
import { isAsAssumed, type Need, type Probe, type Result, type Seen } from './probe.ts';
import type { Questioner } from './question.ts';
import { SUBJECT_VARIABLES } from './subjects.ts';
import type { ZoomUnderTest } from './zoom-under-test.ts';

/** Runs every possible probe, one after another, until `signal`. Never rejects. */
export async function askAll(
  zoom: ZoomUnderTest,
  options: Pick<Options, 'only' | 'long' | 'real'>,
  questioner: Questioner,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Result[]> {
  const wanted = ({ id }: { id: string }) =>
    options.only.length === 0 || options.only.some((one) => id.startsWith(one));
  const results: Result[] = [];
  if (options.real) printPlan(zoom, PROBES.filter(wanted), options.long, say);
  for (const probe of PROBES.filter(wanted)) {
    const hindered = signal.aborted ? null : await hindrance(zoom, probe, options, questioner);
    const why = signal.aborted ? 'interrupted' : hindered;
    if (why !== null) results.push({ asked: false, probe, why });
    else {
      say(`${probe.id}: ${probe.does}`);
      const seen = await answersTo(probe, zoom);
      if (signal.aborted) results.push({ asked: false, probe, why: 'interrupted' });
      else results.push({ asked: true, probe, seen, differs: !isAsAssumed(probe, seen) });
    }
  }
  return [
    ...results,
    ...OPEN_QUESTIONS.filter(wanted).map((probe) => ({ asked: false as const, probe, why: probe.why })),
  ];
}

/** Prints the whole plan before the first probe runs. */
function printPlan(zoom: ZoomUnderTest, probes: Probe[], long: boolean, say: (line: string) => void): void {
  const planned = probes.filter(({ needs }) => needs.every((need) => missingOf(zoom, need, long) === null));
  say(`${planned.length} questions; those with a * may start a live stream, and you are asked before each of them:`);
  for (const { id, does, starts } of planned) say(`${starts ? '* ' : '  '}${id.padEnd(29)} ${does}`);
  say('');
}

async function answersTo(probe: Probe, zoom: ZoomUnderTest): Promise<Seen[]> {
  try {
    return await probe.run(zoom);
  } catch (error) {
    return [{ step: 'the probe itself', short: `failed: ${(error as Error).message}`, message: null, headers: {} }];
  }
}

async function hindrance(
  zoom: ZoomUnderTest,
  probe: Probe,
  { long, real }: Pick<Options, 'long' | 'real'>,
  questioner: Questioner,
): Promise<string | null> {
  const missing = probe.needs.map((need) => missingOf(zoom, need, long)).filter((why) => why !== null);
  if (missing.length > 0) return missing.join('; ');
  if (!probe.starts || !real) return null;
  return (await questioner.may(`${probe.id}: ${probe.does}`)) ? null : 'you said no';
}

/** The missing setting for this need; null when nothing is missing. */
function missingOf(zoom: ZoomUnderTest, need: Need, long: boolean): string | null {
  switch (need) {
    case 'oauth':
      return zoom.account.credentials.kind === 'server_to_server'
        ? null
        : 'set ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET';
    case 'events':
      return zoom.events ? null : 'needs events: --webhook-port and ZOOM_WEBHOOK_SECRET_TOKEN';
    case 'patience':
      return long ? null : 'takes minutes: --long';
    default:
      return zoom.subjects[need] ? null : `set ${SUBJECT_VARIABLES[need]}`;
  }
}
