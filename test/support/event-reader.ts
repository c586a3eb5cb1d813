/** A Server-Sent Events client by the HTML Standard, as far as its parsing goes. */
export interface SeenEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the API sends is what the tests look into
  data: any;
}

export interface EventReader {
  events: SeenEvent[];
  comments: string[];
  /** The Last-Event-ID that a browser would send now. */
  lastEventId(): string;
  status: number;
  headers: Headers;
  /** Resolves when the server has ended the stream, or it broke. */
  ended: Promise<void>;
  close(): void;
}

export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const abort = new AbortController();
  const answer = await fetch(url, { headers, signal: abort.signal });
  const events: SeenEvent[] = [];
  const comments: string[] = [];
  let lastEventId = headers['last-event-id'] ?? '';
  const take = (block: string) => {
    let data = '';
    let event = 'message';
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === '') comments.push(value);
      if (field === 'id') lastEventId = value;
      if (field === 'event') event = value;
      if (field === 'data') data += value;
    }
    if (data !== '') events.push({ id: lastEventId, event, data: JSON.parse(data) });
  };
  const ended = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  })().catch(() => {});
  return {
    events,
    comments,
    lastEventId: () => lastEventId,
    status: answer.status,
    headers: answer.headers,
    ended,
    close: () => abort.abort(),
  };
}
