/** RFC 9457 problem with our `code` and, for invalid input, all errors at once. */
export interface Problem {
  type?: string;
  title: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { path: string; message: string }[];
  [member: string]: unknown;
}

/** The API answered with an error; `problem` is null if the answer does not come from this API (a proxy's page). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  /** Seconds to wait before a retry, from `Retry-After` of a 429 or 503; null: not given. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Problem | null, retryAfter: string | null = null) {
    super(problem ? (problem.detail ?? problem.title) : `answered ${status}, but not like the livestream API`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null;
  }

  /** The stable code of the error, such as `overlap`. */
  get code(): string | null {
    return this.problem?.code ?? null;
  }
}
