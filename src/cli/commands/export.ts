import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { YAMLMap, Document as YamlDocument } from 'yaml';
import type { DocumentJson } from '../api/api-types.ts';
import { KEY_FROM_ENV } from '../apply/key-from-env.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT } from '../exit-codes.ts';
import { addExamples } from './examples.ts';

interface ExportOptions {
  format: 'yaml' | 'json';
  output?: string;
  name?: string;
}

/** `export`: writes the plan as a file that `apply` reads. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description('write everything that is planned to a file for "livestream apply"')
    .addOption(new Option('-f, --format <format>', 'format of the file').choices(['yaml', 'json']).default('yaml'))
    .option('-o, --output <file>', 'write to this file instead of the terminal')
    .option('--name <name>', 'name of the document (default: the name of the only one applied, else livestream)')
    .action((options: ExportOptions) => exportAll(options, context));
  addExamples(command, ['livestream export -o streams.yaml', 'livestream export -f json | jq .series']);
  command.addHelpText(
    'after',
    `\nThe file has no secrets: write ${KEY_FROM_ENV} where a stream key is missing.\n` +
      'Broadcasts that a series or a followed source created are left out; the series or source itself is in the file.',
  );
}

async function exportAll({ format, output, name }: ExportOptions, context: CliContext): Promise<void> {
  const document = await (await context.api()).export({ query: name === undefined ? {} : { name } });
  const keyless = [...(document.broadcasts ?? []), ...(document.series ?? [])].filter(({ destination }) => destination);
  const asJson = format === 'json' || context.json;
  const text = asJson ? `${JSON.stringify(document, null, 2)}\n` : await yamlOf(document);
  if (output === undefined) context.print(text);
  else await write(output, text);
  const { stderr } = context.io;
  if (keyless.length > 0 && !context.json) {
    const what = keyless.length === 1 ? 'one destination' : `${keyless.length} destinations`;
    stderr.write(`note: the stream key of ${what} is left out: a file in git is no place for secrets\n`);
  }
  if (output !== undefined && !context.json) stderr.write(`written to ${output}\n`);
}

async function yamlOf(document: DocumentJson): Promise<string> {
  const { Document, isMap, visit } = await import('yaml');
  const filled = Object.entries(document).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  const yaml: YamlDocument = new Document(Object.fromEntries(filled));
  yaml.commentBefore = ' Written by "livestream export". Apply it with "livestream apply -f FILE".';
  visit(yaml, {
    Pair(_, { key, value }) {
      if (String(key) !== 'destination' || !isMap(value)) return;
      (value as YAMLMap).comment = ` ${KEY_FROM_ENV} (the stream key is left out)`;
    },
  });
  return yaml.toString({ lineWidth: 0 });
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    const detail = `cannot write ${file} (${error.code ?? 'refused'})`;
    throw new CliFailure(EXIT.usage, { title: 'Cannot write the file', code: 'usage', detail });
  });
}
