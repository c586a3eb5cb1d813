/** Entry point of the thread that reads the files of sources. */

import { answerTasks } from '../in-thread.ts';
import { readSource } from './read-source.ts';
import type { Source } from './source.ts';

export interface ReadingTask {
  source: Source;
  content: Uint8Array;
  /** ms */
  now: number;
}

answerTasks(({ source, content, now }: ReadingTask) => readSource(source, content, now));
