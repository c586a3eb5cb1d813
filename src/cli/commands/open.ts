import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withBroadcastId } from '../ids.ts';
import type { CliIo } from '../io.ts';
import { addExamples } from './examples.ts';

/** A browser that cannot start fails within this time, ms. */
const START_MS = 1_500;

/** `open [ID]`: opens the dashboard in the browser. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('open')
    .description('open the dashboard, or one broadcast on it, in the browser; without a browser, print the address')
    .argument('[id]', 'broadcast id, as list shows it; or the start of it, or a title, if only one matches')
    .option('--print', 'print the address only')
    .action((id: string | undefined, options: { print?: boolean }) => open(id, options, context));
  addExamples(command, ['livestream open', 'livestream open bc_3sxtrsd1jp2c031w', 'livestream open --print']);
}

async function open(given: string | undefined, options: { print?: boolean }, context: CliContext): Promise<void> {
  const api = await context.api();
  const broadcast =
    given === undefined ? null : await withBroadcastId(api, given, context, (id) => api.getBroadcast({ path: { id } }));
  const url = `${api.pageUrl}${broadcast === null ? '' : `#/broadcasts/${encodeURIComponent(broadcast.id)}`}`;
  const launch = context.io.openPage ?? openInBrowser;
  const isOpen = !options.print && !context.json && (await launch(url, context.io.env));
  if (context.json) return context.printJson({ url });
  context.print(isOpen ? `opened ${url}\n` : `${url}\n`);
}

/** False: no browser, because there is no screen or no program that opens one. */
async function openInBrowser(url: string, env: CliIo['env']): Promise<boolean> {
  const opener = openerOf(process.platform, env);
  if (opener === null) return false;
  const child = spawn(opener.command, [...opener.options, url], { stdio: 'ignore', detached: true });
  const failed = await new Promise<boolean>((done) => {
    const timer = setTimeout(() => done(false), START_MS);
    child.once('error', () => done(true)).once('exit', (code) => done(code !== 0));
    child.once('close', () => clearTimeout(timer));
  });
  child.unref();
  return !failed;
}

/** @returns null if the user could not see a page: no screen, or a terminal on another machine */
export function openerOf(platform: NodeJS.Platform, env: CliIo['env']): { command: string; options: string[] } | null {
  if (platform === 'darwin') return { command: 'open', options: [] };
  if (platform === 'win32') return { command: 'cmd', options: ['/c', 'start', ''] };
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? { command: 'xdg-open', options: [] } : null;
}
