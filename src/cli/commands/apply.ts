import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import type { ApplyJson, ApplyPlanJson } from '../api/api-types.ts';
import type { Declaration, FileIssue } from '../apply/declared-files.ts';
import { KEY_FROM_ENV } from '../apply/key-from-env.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { withProgress } from '../import/source-sync.ts';
import { collect } from '../options.ts';
import { readTextFile } from '../read-file.ts';
import { printApplied } from '../views/apply-view.ts';
import { addExamples } from './examples.ts';

interface ApplyOptions {
  file?: string[];
  name?: string;
  prune?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  schema?: boolean;
}

/** `apply`: broadcasts, series, calendars and sources declared in a file. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('apply')
    .description('bring broadcasts, series, calendars and sources in line with a file')
    .option('-f, --file <file>', 'YAML or JSON; - for standard input; repeatable', collect)
    .option('--name <name>', 'name of the document (default: the name in the file, else the file name)')
    .option('--prune', 'cancel and remove what was applied under this name and is no longer in the file')
    .option('--dry-run', 'show what would happen; change nothing')
    .option('--yes', 'do not ask before something is canceled or removed')
    .option('--schema', 'print the JSON Schema of a file')
    .allowExcessArguments()
    .action((options: ApplyOptions, { args }: Command) => {
      const [file] = args;
      if (file !== undefined) throw usageFailure(`${file}: put -f before each file`, [`livestream apply -f ${file}`]);
      return apply(options, context);
    });
  addExamples(command, [
    'livestream apply -f streams.yaml --dry-run',
    'livestream apply -f streams.yaml --prune',
    'livestream export | livestream apply -f - --name copy --dry-run',
    'livestream apply --schema > streams.schema.json',
  ]);
  command.addHelpText(
    'after',
    '\nWhat others created is left alone ("conflicting"). What you edited here is kept ("kept"), and nothing that is on air is\n' +
      'stopped. A file with an error changes nothing (exit code 1). Conflicts are left out and the rest is done (exit\n' +
      `code 4). A dry run exits with 0. ${KEY_FROM_ENV} is read from the environment.`,
  );
}

async function apply(options: ApplyOptions, context: CliContext): Promise<void> {
  if (options.schema) {
    await printSchema(context);
    return;
  }
  if (!options.file) throw usageFailure('-f: name a file', ['livestream apply -f streams.yaml']);
  const declarations = await readAll(options.file, options, context);
  const api = await context.api();
  const { prune = false, dryRun = false } = options;
  const plans = await planAll(api, declarations, prune);
  if (dryRun) {
    printApplied(plans, context);
    return;
  }
  const removals = plans.map((plan) => removalsOf(plan, prune));
  const total = removals.reduce((sum, count) => sum + count, 0);
  if (total > 0) {
    if (!options.yes && !context.json) printApplied(plans, context);
    await confirm(`This cancels or removes ${total} that the file no longer names`, options.yes, context);
  }
  const done: ApplyPlanJson[] = [];
  for (const [i, { name, document }] of declarations.entries()) {
    const body = { document, prune, expect: removals[i] ?? 0 };
    done.push(
      await withProgress(api, { name, kind: 'document' }, context, () => api.apply({ body: body as ApplyJson })),
    );
  }
  context.exitCode = EXIT.ok;
  printApplied(done, context);
}

async function readAll(files: string[], { name }: ApplyOptions, context: CliContext): Promise<Declaration[]> {
  const { readDeclarations } = await import('../apply/declared-files.ts');
  const texts = [];
  for (const file of new Set(files)) texts.push({ file, text: await readTextFile(file, context) });
  const { declarations, issues } = readDeclarations(texts, name ?? null, context.io.env);
  if (issues.length > 0) throw badFile(issues);
  const unnamed = declarations.find((one) => one.name === '');
  if (unnamed) throw usageFailure('--name: the file has no name; give one here, or write name: in the file');
  return declarations;
}

/** Validates every document before changing anything. */
async function planAll(api: ApiClient, declarations: Declaration[], prune: boolean): Promise<ApplyPlanJson[]> {
  const plans: ApplyPlanJson[] = [];
  const issues: FileIssue[] = [];
  for (const { document, placeOf } of declarations) {
    try {
      plans.push(await api.apply({ body: { document, prune, dryRun: true } as ApplyJson }));
    } catch (error) {
      const errors = error instanceof CliFailure ? (error.problem.errors ?? []) : [];
      if (errors.length === 0) throw error;
      issues.push(...errors.map(({ path, message }) => ({ path: placeOf(path), message })));
    }
  }
  if (issues.length > 0) throw badFile(issues);
  return plans;
}

function badFile(errors: FileIssue[]): CliFailure {
  const detail = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; nothing was changed`;
  return new CliFailure(EXIT.failed, {
    title: 'The file has errors',
    code: 'validation_failed',
    status: 400,
    detail,
    errors,
  });
}

function removalsOf({ counts }: ApplyPlanJson, prune: boolean): number {
  return counts.canceled + (prune ? counts.vanished : 0);
}

async function printSchema(context: CliContext): Promise<void> {
  const { fileJsonSchema } = await import('../../documents/json-schema.ts');
  context.printJson(fileJsonSchema());
}
