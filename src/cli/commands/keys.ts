import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../../config/roles.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { KeyJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT } from '../exit-codes.ts';
import { collect } from '../options.ts';
import { plain, table } from '../text/terminal-text.ts';
import { addExamples } from './examples.ts';

interface CreateOptions {
  role: Role;
  account?: string[];
  label?: string[];
}

/** `keys create`, `list`, `revoke`: API keys created at run time. */
export function register(program: Command, context: CliContext): void {
  const keys = program
    .command('keys')
    .description('create, list and revoke API keys (needs a key with the role admin)');
  keys
    .command('create')
    .description('create a key and print it; it is shown only once')
    .argument('<name>', 'name of the key, such as its owner: 1 to 64 letters, digits and . _ -')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--account <name>', 'limit it to this Zoom account (repeatable)', collect)
    .option(
      '--label <name[=value]>',
      'limit it to broadcasts with this label (repeatable: one of them is enough)',
      collect,
    )
    .action((name: string, options: CreateOptions) => create(name, options, context));
  keys
    .command('list')
    .description('list the keys with their last use, oldest first; keys in API_KEYS are not listed')
    .action(() => list(context));
  keys
    .command('revoke')
    .description('revoke keys at once, in every API process')
    .argument('<keys...>', 'names or ids, as "livestream keys list" shows them')
    .action((given: string[]) => revoke(given, context));
  addExamples(keys, [
    'livestream keys create north-desk --role operate --label campus=north',
    'livestream keys create rota --role write --account north --json',
    'livestream keys revoke north-desk',
  ]);
}

async function create(name: string, { role, account, label }: CreateOptions, context: CliContext): Promise<void> {
  const limits = { ...(account ? { accounts: account } : {}), ...(label ? { labels: label } : {}) };
  const made = await (await context.api()).createKey({ body: { name, role, ...limits } });
  if (context.json) return context.printJson(made);
  context.print(`${made.key}\n`);
  const what = `the key ${made.name} (${made.id}): role ${made.role}, ${limitsOf(made)}`;
  context.io.stderr.write(`This is ${what}. It is shown only now: keep it safe.\n`);
}

async function list(context: CliContext): Promise<void> {
  const answer = await (await context.api()).listKeys();
  if (context.json) return context.printJson(answer);
  if (answer.keys.length === 0) return context.print('no keys; "livestream keys create" makes one\n');
  const ago = (iso: string | null) => (iso === null ? 'never' : relativeTo(Date.parse(iso), context.now()));
  const rows = answer.keys.map((key) => [
    { text: key.name },
    { text: key.role },
    { text: limitsOf(key) },
    { text: ago(key.lastUsedAt) },
    { text: `${ago(key.createdAt)} by ${key.createdBy}` },
    { text: key.id },
  ]);
  context.print(table(['NAME', 'ROLE', 'LIMITS', 'LAST USED', 'MADE', 'ID'], rows, context.paint, context.columns));
}

async function revoke(given: string[], context: CliContext): Promise<void> {
  const api = await context.api();
  const { keys } = await api.listKeys();
  // Looks up all names first: one wrong name, and nothing is revoked.
  const ids = given.map((one) => (keys.find(({ id }) => id === one) ?? keys.find(({ name }) => name === one))?.id);
  const unknown = given.filter((_, i) => ids[i] === undefined);
  if (unknown.length > 0) {
    const detail = `There is no API key ${unknown.join(', ')}. Nothing was revoked.`;
    throw new CliFailure(EXIT.notFound, { title: 'Not found', code: 'not_found', detail }, [
      'see "livestream keys list"',
    ]);
  }
  const done: KeyJson[] = [];
  for (const id of new Set(ids as string[])) done.push(await api.revokeKey({ path: { id } }));
  if (context.json) return context.printJson(given.length === 1 ? done[0] : { keys: done });
  for (const { id, name } of done) context.print(`${plain(name)} (${id}) is revoked\n`);
}

function limitsOf({ accounts, labels }: Pick<KeyJson, 'accounts' | 'labels'>): string {
  const parts = [
    ...(accounts ? [`account ${accounts.join(' or ')}`] : []),
    ...(labels ? [`label ${labels.join(' or ')}`] : []),
  ];
  return parts.join(', ') || 'no limits';
}
