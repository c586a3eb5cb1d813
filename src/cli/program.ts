import type { Command } from 'commander';
import { fullVersion } from '../version.ts';
import { register as registerCommands } from './commands/act.ts';
import { register as registerAlerts } from './commands/alerts.ts';
import { register as registerApply } from './commands/apply.ts';
import { register as registerAudit } from './commands/audit.ts';
import { register as registerCalendars } from './commands/calendars.ts';
import { register as registerCompletion } from './commands/completion.ts';
import { register as registerConformance } from './commands/conformance.ts';
import { register as registerDoctor } from './commands/doctor.ts';
import { register as registerExport } from './commands/export.ts';
import { register as registerExtend } from './commands/extend.ts';
import { register as registerFeeds } from './commands/feeds.ts';
import { register as registerImport } from './commands/import.ts';
import { register as registerKeys } from './commands/keys.ts';
import { register as registerList } from './commands/list.ts';
import { register as registerNotify } from './commands/notify.ts';
import { register as registerOpen } from './commands/open.ts';
import { register as registerPause } from './commands/pause.ts';
import { register as registerReschedule } from './commands/reschedule.ts';
import { register as registerSchedule } from './commands/schedule.ts';
import { register as registerSeries } from './commands/series.ts';
import { register as registerServices } from './commands/services.ts';
import { register as registerShards } from './commands/shards.ts';
import { register as registerShift } from './commands/shift.ts';
import { register as registerShow } from './commands/show.ts';
import { register as registerSources } from './commands/sources.ts';
import { register as registerStatus } from './commands/status.ts';
import { register as registerWatch } from './commands/watch.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP } from './exit-codes.ts';

/** In the order of `--help`. A new command is one more line here. */
const REGISTRATIONS: ((program: Command, context: CliContext) => void)[] = [
  registerServices,
  registerSchedule,
  registerList,
  registerShow,
  registerReschedule,
  registerExtend,
  registerShift,
  registerCommands,
  registerPause,
  registerSeries,
  registerCalendars,
  registerFeeds,
  registerImport,
  registerSources,
  registerApply,
  registerExport,
  registerStatus,
  registerWatch,
  registerOpen,
  registerAlerts,
  registerNotify,
  registerKeys,
  registerAudit,
  registerDoctor,
  registerShards,
  registerConformance,
  registerCompletion,
];

/** Builds the command line; commander throws `CommanderError` instead of ending the process. */
export function buildProgram(program: Command, context: CliContext, asJson: boolean): Command {
  program
    .description('Puts Zoom meetings and webinars on air and off air on time, unattended')
    .version(fullVersion(), '-V, --version', 'print the version and its commit')
    .option('--api-url <url>', 'URL of the API (LIVESTREAM_API_URL; default http://127.0.0.1:3000)')
    .option('--api-key <key>', 'API key (safer: LIVESTREAM_API_KEY or LIVESTREAM_API_KEY_FILE)')
    .option('--json', "print the API's JSON, and nothing else, on stdout")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      writeErr: (text) => context.io.stderr.write(text),
      getOutHelpWidth: () => context.io.columns || 100,
      getErrHelpWidth: () => context.io.columns || 100,
      outputError: (text, write) => {
        if (!asJson) write(text);
      },
    })
    .exitOverride()
    .showHelpAfterError(asJson ? false : 'Run this command with --help to see all options.')
    .addHelpText('after', `\n${EXIT_CODE_HELP}`);
  for (const register of REGISTRATIONS) register(program, context);
  return program;
}
