import type { Command } from 'commander';
import { meetingDigits } from '../../meeting-number.ts';
import type { CliContext } from '../context.ts';
import { syncSource } from '../import/source-sync.ts';
import { readMeeting } from '../meeting-argument.ts';
import { collect, readLabels } from '../options.ts';
import { printSync } from '../views/sync-view.ts';
import { addExamples } from './examples.ts';

interface FromMeetingOptions {
  account?: string;
  label?: string[];
  name?: string;
}

/** `series from-meeting`: adds a source of the kind `zoom` that follows one meeting. */
export function registerFromMeeting(series: Command, context: CliContext): void {
  const command = series
    .command('from-meeting')
    .description('plan the occurrences of a recurring Zoom meeting, and follow its changes')
    .argument('<meetingId>', 'number of the meeting or webinar, in quotes if it has spaces; or its join link')
    .option('--account <name>', 'Zoom account of the meeting')
    .option('--label <name=value>', 'label of each broadcast; repeatable', collect)
    .option('--name <name>', 'name of the source that follows it (default: meeting-NUMBER)')
    .action((meetingId: string, options: FromMeetingOptions) => fromMeeting(meetingId, options, context));
  addExamples(command, [
    'livestream series from-meeting "812 3456 7890"',
    'livestream sources show meeting-81234567890',
  ]);
}

async function fromMeeting(text: string, options: FromMeetingOptions, context: CliContext): Promise<void> {
  const given = readMeeting(text, '<meetingId>').meetingId;
  const zoomMeeting = meetingDigits(given) ?? given;
  const { account, label, name = `meeting-${zoomMeeting}` } = options;
  const api = await context.api();
  const known = (await api.listSources()).sources.some((source) => source.name === name);
  if (!known) {
    const more = {
      ...(account !== undefined && { account }),
      ...(label !== undefined && { labels: readLabels(label) }),
    };
    // One meeting that is deleted as a whole was deleted on purpose.
    await api.createSource({ body: { name, kind: 'zoom', zoomMeeting, prune: true, brake: 1, ...more } });
    if (!context.json) context.print(`followed as source ${name}\n`);
  }
  printSync(await syncSource(api, name, {}, context), true, context);
}
