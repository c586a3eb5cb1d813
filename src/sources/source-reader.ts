/** Reads the files of sources in a worker thread, so that a large calendar delays no start. */

import { TaskThread, ThreadLimitReached, threadFile } from '../in-thread.ts';
import type { SourceReading } from './read-source.ts';
import { ReadingCache } from './reading-cache.ts';
import type { ReadingTask } from './reading-thread.ts';
import type { Source } from './source.ts';
import type { TopicTask } from './topic-thread.ts';

/** 10,000 events take 2 s on a quiet machine. */
const READING = { timeoutMs: 60_000, memoryMb: 1_024 };
/** Thousands of topics take milliseconds, unless the expression backtracks forever. */
const MATCHING = { timeoutMs: 2_000, memoryMb: 128 };

export class SourceReader {
  readonly #reading = new TaskThread(threadFile(import.meta.url, 'reading-thread'), READING);
  readonly #matching = new TaskThread(threadFile(import.meta.url, 'topic-thread'), MATCHING);

  readonly #kept = new ReadingCache();

  /** Reads a file, unless its bytes were read before. @param now ms */
  async read(source: Source, content: Uint8Array, now: number): Promise<SourceReading> {
    const kept = this.#kept.find(source, content, now);
    if (kept) return kept;
    try {
      const reading = await this.#reading.run<SourceReading>({ source, content, now } satisfies ReadingTask);
      this.#kept.keep(source, content, now, reading);
      return reading;
    } catch (error) {
      if (!(error instanceof ThreadLimitReached)) throw error;
      return { kind: 'unreadable', reason: `the file cannot be read: ${error.message}` };
    }
  }

  /** Returns the topics that contain a match of the regular expression. @throws ThreadLimitReached when that takes too long */
  matching(pattern: string, topics: string[]): Promise<boolean[]> {
    return this.#matching.run<boolean[]>({ pattern, topics } satisfies TopicTask);
  }
}
