/** One request as the transport sends it. */
export interface TransportRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | null;
}

export interface TransportAnswer {
  status: number;
  body: string;
  /** The header `Retry-After`. */
  retryAfter?: string | null;
}

/** Sends one request; rejects when no whole answer came. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/** The platform's own `fetch`; follows no redirects, so that a key goes nowhere else. */
export const fetchTransport: Transport = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, { method, headers, body, redirect: 'manual' });
  return { status: answer.status, body: await answer.text(), retryAfter: answer.headers.get('retry-after') };
};
