/** Answers that a test queues for later requests. */

export interface RequestMatch {
  method?: string | undefined;
  /** Regular expression for the path without the query. */
  path?: string | undefined;
  action?: string | undefined;
  meetingId?: string | undefined;
}

export type ScriptedAnswer =
  /** Sends this answer; without `status`, the sandbox's own answer, only later. `accept` still applies the request. */
  | {
      status?: number | undefined;
      headers?: Record<string, string> | undefined;
      body?: unknown;
      text?: string | undefined;
      delayMs?: number | undefined;
      accept?: boolean | undefined;
      times?: number | undefined;
    }
  /** Resets the connection before or after the request took effect. */
  | { reset: true; when: 'before' | 'after'; delayMs?: number | undefined; times?: number | undefined }
  /** Sends nothing for this many ms, then resets the connection. */
  | { hang: number; accept?: boolean | undefined; times?: number | undefined };

export interface ScriptRule {
  id: number;
  match: RequestMatch;
  answer: ScriptedAnswer;
  /** Remaining requests that it answers. */
  left: number;
}

export interface Subject {
  method: string;
  path: string;
  action: string | null;
  meetingId: string | null;
}

export class Script {
  #rules: { rule: ScriptRule; path: RegExp | null }[] = [];
  #next = 1;

  /** Queues an answer; the oldest matching rule takes the request. Returns the rule. */
  add(match: RequestMatch, answer: ScriptedAnswer): ScriptRule {
    const rule: ScriptRule = { id: this.#next++, match, answer, left: answer.times ?? 1 };
    this.#rules.push({ rule, path: match.path === undefined ? null : new RegExp(match.path) });
    return rule;
  }

  /** The answer for this request; uses it up by one. */
  take(subject: Subject): ScriptedAnswer | null {
    if (this.#rules.length === 0) return null;
    const index = this.#rules.findIndex(({ rule, path }) => fits(rule.match, path, subject));
    const rule = this.#rules[index]?.rule;
    if (!rule) return null;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules.splice(index, 1);
    return rule.answer;
  }

  pending(): ScriptRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  clear(): void {
    this.#rules = [];
  }
}

function fits(match: RequestMatch, path: RegExp | null, subject: Subject): boolean {
  return (
    (match.method === undefined || match.method === subject.method) &&
    (path === null || path.test(subject.path)) &&
    (match.action === undefined || match.action === subject.action) &&
    (match.meetingId === undefined || match.meetingId === subject.meetingId)
  );
}

/** Whether the sandbox also handles the request as usual. */
export function appliesRequest(answer: ScriptedAnswer): boolean {
  if ('reset' in answer) return answer.when === 'after';
  if ('hang' in answer) return answer.accept ?? false;
  return answer.accept ?? answer.status === undefined;
}
