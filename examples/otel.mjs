// Starts OpenTelemetry's SDK before the service does: TRACING=on node --import ./otel.mjs … (docs/tracing.md)
import { isMainThread } from 'node:worker_threads';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// The service reads calendars in threads of their own, which load this file too.
if (isMainThread) {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'livestream-scheduler' }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  // The last spans, once the service has stopped.
  process.once('beforeExit', () => provider.shutdown());
}
