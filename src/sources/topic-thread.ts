/** Entry point of the thread that compares topics with a regular expression, which can take forever. */

import { answerTasks } from '../in-thread.ts';

export interface TopicTask {
  pattern: string;
  topics: string[];
}

answerTasks(({ pattern, topics }: TopicTask) => {
  const expression = new RegExp(pattern, 'u');
  return topics.map((topic) => expression.test(topic));
});
