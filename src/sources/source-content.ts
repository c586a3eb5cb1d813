import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { type FilePolicy, fetchFile } from '../outbound/fetch-file.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { type KnownDeps, meetingsToCome } from './known-broadcasts.ts';
import type { Source, SourceState } from './source.ts';
import type { SyncRequest } from './source-input.ts';
import type { SourceStore } from './source-store.ts';
import type { KnownMeeting, ZoomLists } from './zoom-lists.ts';

/** 10,000 events with an invitation each have some 20 MB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** The file of a source. `isPart`: the transfer broke off, so the file cannot be trusted; else the source is unavailable. */
export type Found =
  | { kind: 'file'; content: Uint8Array; version: SourceState['version'] }
  | { kind: 'failed'; reason: string; isPart: boolean };

export interface SourceContentDeps extends KnownDeps {
  clock: Clock;
  files: FilePolicy;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  lists: ZoomLists;
}

/** Fetches the content of a source: from an address, from an uploaded file, or from Zoom. */
export class SourceContent {
  readonly #deps: SourceContentDeps;
  readonly #store: SourceStore;

  constructor(deps: SourceContentDeps, store: SourceStore) {
    this.#deps = deps;
    this.#store = store;
  }

  /** @param touched meetings that a Zoom event has just named @throws LivestreamError `validation_failed` */
  async of(source: Source, request: SyncRequest, touched: readonly KnownMeeting[] = []): Promise<Found> {
    const { content, encoding } = request;
    if (source.kind === 'zoom') return this.#zoom(source, content, touched);
    if (content !== undefined)
      return { kind: 'file', content: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'), version: null };
    return source.url === null ? this.#lastUploaded(source) : this.#fetched(source, source.url);
  }

  async #lastUploaded({ name }: Source): Promise<Found> {
    const last = await this.#store.lastFile(name);
    if (last) return { kind: 'file', content: last, version: null };
    const detail = `Source ${name} has no url: give it a file with "livestream import FILE --source ${name}".`;
    throw new LivestreamError('validation_failed', detail);
  }

  async #fetched({ name }: Source, url: string): Promise<Found> {
    const last = await this.#store.lastFile(name);
    const { version } = last ? await this.#store.state(name) : { version: null };
    const { clock, files } = this.#deps;
    const fetched = await fetchFile(url, { maxBytes: MAX_FILE_BYTES, ...files }, clock, version);
    if (fetched.kind === 'unchanged') return { kind: 'file', content: last as Buffer, version };
    if (fetched.kind === 'failed') return { kind: 'failed', reason: fetched.reason, isPart: fetched.isPart === true };
    return { kind: 'file', content: fetched.body, version: fetched.version };
  }

  async #zoom(source: Source, content: string | undefined, touched: readonly KnownMeeting[]): Promise<Found> {
    if (content !== undefined) {
      const detail = `Source ${source.name} follows Zoom and has no file.`;
      throw new LivestreamError('validation_failed', detail, {
        errors: [{ path: 'content', message: 'must be left out: the kind "zoom" has no file' }],
      });
    }
    const { accounts, lists, clock } = this.#deps;
    const account = accounts.resolve(source.account).name;
    const planned = await meetingsToCome(this.#deps, source.name, clock.now());
    const answer = await lists.listingOf(source, account, [...planned, ...touched]);
    if (answer.kind === 'failed') return answer;
    return { kind: 'file', content: Buffer.from(JSON.stringify(answer.listing)), version: null };
  }
}

/** SHA-256 in hex. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
