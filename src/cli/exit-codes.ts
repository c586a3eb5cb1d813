import type { Problem } from './api/api-types.ts';

/** The exit codes of the command line. Scripts rely on them: they are never renumbered. */
export const EXIT = {
  ok: 0,
  /** The API rejected it, or it failed in a way without its own code. */
  failed: 1,
  /** The command line is invalid. */
  usage: 2,
  notFound: 3,
  /** Too late, overlapping, or changed since it was read: HTTP 409 and 412. */
  conflict: 4,
  unreachable: 5,
  unauthorized: 6,
  /** The API accepted the command, but it failed: Zoom rejected it, or the time was up. */
  notAchieved: 7,
  /** The API accepted the command, but it is not finished: it waits for the host, or for the next attempt. */
  pending: 8,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODE_HELP = `Exit codes:
  0  done
  1  refused by the API, or failed otherwise
  2  invalid command line
  3  not found: no broadcast, series or occurrence has this id
  4  conflict: too late, overlapping, or changed meanwhile
  5  cannot reach the API
  6  the API key is missing, wrong, or not allowed to do this
  7  accepted, but it failed: the broadcast is failed or missed
  8  accepted, but not done yet: waiting for the host, or for the next attempt`;

/** Exit code for an HTTP status (400 or above) of our API. */
export function exitCodeForStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.unauthorized;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  return EXIT.failed;
}

/** Ends a command: `main` prints the problem (as text or JSON, on stderr) and returns the exit code. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;
  readonly problem: Problem;
  /** Lines for people below the problem: what to do. */
  readonly advice: string[];

  constructor(exitCode: ExitCode, problem: Problem, advice: string[] = []) {
    super(problem.detail ?? problem.title);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
    this.problem = problem;
    this.advice = advice;
  }
}

/** An error in the command line itself (exit code 2). */
export function usageFailure(detail: string, advice: string[] = []): CliFailure {
  return new CliFailure(EXIT.usage, { title: 'Invalid command line', code: 'usage', detail }, advice);
}
