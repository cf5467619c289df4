// Somebody whose Claude Code reports by the real exporters, with the client's names.
import { Metadata } from "@grpc/grpc-js";
import { OTLPLogExporter as GrpcLogs } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetrics } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtoMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality, MeterProvider, PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { randomUUID } from "node:crypto";

const exporters = {
  "http/protobuf": [ProtoMetrics, ProtoLogs],
  "http/json": [JsonMetrics, JsonLogs],
  grpc: [GrpcMetrics, GrpcLogs],
};

// Never by itself: what is reported, and when, is for the test to say.
const NEVER = 2 ** 31 - 1;

const kinds = {
  input_tokens: "input",
  output_tokens: "output",
  cache_read_tokens: "cacheRead",
  cache_creation_tokens: "cacheCreation",
};

// The class of an exporter that also notes what became of each request.
function watched(Exporter, outcomes) {
  return class extends Exporter {
    export(items, done) {
      const begun = performance.now();
      super.export(items, (result) => {
        outcomes.push({ ok: result.code === 0, ms: performance.now() - begun, error: result.error });
        done(result);
      });
    }
  };
}

export class Developer {
  // `where` is {url, grpc}; `signals` are "metrics", "logs" or both; `temporality` is "delta" or
  // "cumulative".
  constructor(name, where, token, options = {}) {
    const { protocol = "http/protobuf", compression = "none", temporality = "delta" } = options;
    this.email = `${name}@example.com`;
    this.signals = options.signals ?? ["metrics", "logs"];
    this.outcomes = [];
    this.sent = { requests: 0 };
    this.attributes = {
      "user.id": randomUUID().replaceAll("-", ""),
      "session.id": randomUUID(),
      "user.email": this.email,
      "terminal.type": "xterm-256color",
    };
    const resource = resourceFromAttributes({
      "service.name": "claude-code", "service.version": "2.1.328", "user.email": this.email,
    });
    const [Metrics, Logs] = exporters[protocol].map((kind) => watched(kind, this.outcomes));
    const settings = (path) => ({ ...door(protocol, where, path, token, name), compression });
    const preference = AggregationTemporality[temporality.toUpperCase()];
    this.reader = new PeriodicExportingMetricReader({
      exporter: new Metrics({ ...settings("metrics"), temporalityPreference: preference }),
      exportIntervalMillis: NEVER,
      exportTimeoutMillis: 30_000,
    });
    this.meters = new MeterProvider({ resource, readers: [this.reader] });
    const meter = this.meters.getMeter("com.anthropic.claude_code", "2.1.328");
    this.tokens = meter.createCounter("claude_code.token.usage", { unit: "tokens" });
    this.processor = new BatchLogRecordProcessor(new Logs(settings("logs")), {
      scheduledDelayMillis: NEVER,
    });
    this.loggers = new LoggerProvider({ resource, processors: [this.processor] });
    this.logger = this.loggers.getLogger("com.anthropic.claude_code.events", "2.1.328");
    this.sequence = 0;
  }

  // Notes an API call of the developer's, as the client does: points, a record, or both.
  call(usage) {
    this.sent.requests += 1;
    for (const [name, value] of Object.entries(usage)) {
      this.sent[name] = (this.sent[name] ?? 0) + value;
    }
    const model = "claude-opus-5-5";
    if (this.signals.includes("metrics")) {
      for (const [name, value] of Object.entries(usage)) {
        this.tokens.add(value, { ...this.attributes, model, type: kinds[name] });
      }
    }
    if (this.signals.includes("logs")) {
      const now = new Date();
      this.logger.emit({
        body: "claude_code.api_request",
        timestamp: now,
        attributes: {
          ...this.attributes, model, ...usage,
          "event.name": "api_request",
          "event.timestamp": now.toISOString(),
          "event.sequence": this.sequence++,
          request_id: `req_${randomUUID()}`,
        },
      });
    }
  }

  // Exports what was noted: one request a signal.
  async flush() {
    if (this.signals.includes("metrics")) await this.reader.forceFlush();
    if (this.signals.includes("logs")) await this.processor.forceFlush();
  }

  async close() {
    await this.meters.shutdown();
    await this.loggers.shutdown();
  }
}

// Where and how an exporter of a protocol sends. Exporters of one process share a connection of
// gRPC unless they call themselves something else: each developer is a process.
function door(protocol, { url, grpc }, path, token, name) {
  const headers = { Authorization: `Bearer ${token}` };
  if (protocol !== "grpc") return { url: `${url}/api/otel/v1/${path}`, headers };
  const metadata = new Metadata();
  metadata.set("authorization", headers.Authorization);
  return { url: grpc, metadata, userAgent: name };
}
