import type { Command } from 'commander';
import { FileTextError, fileText } from '../config/file-text.ts';
import { isTimezone } from '../time/local-time.ts';
import { zoneHint } from '../time/zone-names.ts';
import { IMPORT_HEADER } from '../timetable/drift.ts';
import { type ApiClient, openApi } from './api/api-client.ts';
import { CliFailure, EXIT, usageFailure } from './exit-codes.ts';
import { type CliIo, machineZone } from './io.ts';
import { type Paint, paintFor } from './text/terminal-text.ts';

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  apiUrl?: string;
  apiKey?: string;
  json?: boolean;
}

/** As `URL.hostname` writes it. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const DEFAULT_API_URL = 'http://127.0.0.1:3000';

/** What the commands share. One per run of `main`. */
export class CliContext {
  readonly io: CliIo;
  readonly paint: Paint;
  readonly #program: Command;
  readonly #clients: ApiClient[] = [];
  /** What `main` returns when no command throws. */
  exitCode: number = EXIT.ok;

  constructor(io: CliIo, program: Command) {
    this.io = io;
    this.paint = paintFor(io.isTTY, io.env);
    this.#program = program;
  }

  get json(): boolean {
    return this.#program.opts<GlobalOptions>().json === true;
  }

  /** ms since the epoch. */
  now(): number {
    return this.io.clock.now();
  }

  /** Width to shorten tables to; terminals only. */
  get columns(): number | undefined {
    // A terminal that does not know its width reports 0.
    return this.io.isTTY ? this.io.columns || undefined : undefined;
  }

  /** What views need to know about their reader. */
  view(): { paint: Paint; now(): number; zone(given?: string): string; zoneOwner: string } {
    const { paint, zoneOwner } = this;
    return { paint, zoneOwner, now: () => this.now(), zone: (given) => this.zone(given) };
  }

  print(text: string): void {
    this.io.stdout.write(text);
  }

  printJson(value: unknown): void {
    this.print(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** The zone for reading and showing local times: from the option, from `LIVESTREAM_TIMEZONE`, or of this machine. */
  zone(given?: string): string {
    const set = given === undefined ? this.#zoneSetting() : given;
    if (set === undefined) return machineZone(this.io.env);
    if (isTimezone(set)) return set;
    const name = given === undefined ? 'LIVESTREAM_TIMEZONE' : '--timezone';
    throw usageFailure(
      `${name}: "${set}" is not a known time zone${zoneHint(set) || '; use a name such as America/New_York'}`,
    );
  }

  /** The zone the user chose, by option or by `LIVESTREAM_TIMEZONE`; null: none. */
  chosenZone(given?: string): string | null {
    return given === undefined && this.#zoneSetting() === undefined ? null : this.zone(given);
  }

  /** Where `zone()` comes from, for people. */
  get zoneOwner(): string {
    return this.#zoneSetting() === undefined ? "this machine's" : 'LIVESTREAM_TIMEZONE';
  }

  #zoneSetting(): string | undefined {
    return this.#setting('LIVESTREAM_TIMEZONE') || undefined;
  }

  /** A client whose changes the history shows as an import, not as changes by people. */
  importApi(): Promise<ApiClient> {
    return this.api({ [IMPORT_HEADER]: 'yes' });
  }

  /** A client for the API named by the options, else by the environment, else on this machine. */
  async api(headers: Record<string, string> = {}): Promise<ApiClient> {
    const options = this.#program.opts<GlobalOptions>();
    const url = options.apiUrl || this.#setting('LIVESTREAM_API_URL') || DEFAULT_API_URL;
    if (!URL.canParse(url) || !/^https?:/.test(url)) {
      const name = options.apiUrl ? '--api-url' : 'LIVESTREAM_API_URL';
      throw usageFailure(`${name}: expected a URL such as ${DEFAULT_API_URL}, got "${url}"`);
    }
    const key = options.apiKey || this.#setting('LIVESTREAM_API_KEY') || this.#ownKey(url);
    if (key !== null && !/^[\x21-\x7e]+$/.test(key)) {
      throw usageFailure('the API key contains invalid characters (spaces, line breaks or non-ASCII)');
    }
    const onWait = (seconds: number) => {
      if (!this.json) this.io.stderr.write(`too many requests to the API: trying again in ${seconds} s\n`);
    };
    const client = openApi({ url, key, headers, clock: this.io.clock, onWait });
    this.#clients.push(client);
    return client;
  }

  /**
   * On the API's machine, as in its container (`docker compose exec api livestream list`), its own keys can be used: the most
   * capable of `API_KEYS`. They are shown to this machine alone.
   */
  #ownKey(url: string): string | null {
    if (!LOOPBACK.test(new URL(url).hostname)) return null;
    const keys = (this.#setting('API_KEYS') ?? '').split(',').map((one) => one.trim().split(':'));
    const rank = (role: string | undefined) => ['read', 'operate', 'write', 'admin'].indexOf(role ?? '');
    const [best] = keys.filter((one) => one.length >= 3).sort((a, b) => rank(b[1]) - rank(a[1]));
    return best?.slice(2).join(':') || null;
  }

  /** `NAME`, or the content of the file in `NAME_FILE`. */
  #setting(name: string): string | undefined {
    const { env } = this.io;
    const path = env[`${name}_FILE`];
    if (!path) return env[name]?.trim();
    if (env[name]?.trim()) throw usageFailure(`expected either ${name} or ${name}_FILE, got both`);
    return readOptionFile(path, `${name}_FILE`).trim();
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

/** A small file that the user named; `option` is where, for the message. @throws CliFailure (usage) */
export function readOptionFile(path: string, option: string): string {
  try {
    return fileText(path);
  } catch (error) {
    if (!(error instanceof FileTextError)) throw error;
    const detail = `${option}: cannot read ${path}: ${error.message}`;
    throw new CliFailure(EXIT.usage, { title: 'Cannot read the file', code: 'usage', detail });
  }
}
