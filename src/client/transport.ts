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

/** Sends one request; rejects if no complete answer arrives. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/** The platform's own `fetch`. It follows no redirects, so that the key goes nowhere else. */
export const fetchTransport: Transport = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, { method, headers, body, redirect: 'manual' });
  return { status: answer.status, body: await answer.text(), retryAfter: answer.headers.get('retry-after') };
};
