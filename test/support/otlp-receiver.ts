import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from './wait-for.ts';

/** One span as OTLP sends it in JSON; ids in hex. */
export interface ReceivedSpan {
  service: string;
  name: string;
  /** 2: server, 3: client, 5: consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  /** Empty or left out: it begins the trace. */
  parentSpanId?: string;
  attributes: Record<string, unknown>;
  /** 2: an error. */
  status: { code?: number; message?: string };
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: ReceivedSpan[];
  /** Waits for a span of this name in this trace; left out: in any. */
  span(name: string, traceId?: string): Promise<ReceivedSpan>;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the JSON of OTLP, as it comes
type Json = any;

/** What a collector is to the processes under test. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body: Json = JSON.parse(await text(request));
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = String(attributesOf(resource)['service.name']);
      for (const { spans: some } of scopeSpans)
        spans.push(...some.map((span: Json) => ({ ...span, service, attributes: attributesOf(span) })));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    span: (name, traceId) =>
      until(
        `the span ${name}`,
        () => spans.find((span) => span.name === name && (traceId ?? span.traceId) === span.traceId) ?? null,
      ),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function attributesOf({ attributes = [] }: { attributes?: { key: string; value: Json }[] }): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainOf(value)]));
}

function plainOf(value: Json): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(plainOf);
  return (
    value.stringValue ?? value.boolValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue))
  );
}
