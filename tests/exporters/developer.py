"""Somebody who reports by the real Python exporters, with Claude Code's names.

developer.py PROTOCOL URL NAME TEMPORALITY; the ingest token is in DAYBOOK_INGEST_TOKEN.
Prints who reported, and what: {"email": ..., "usage": {...}}.
"""

import json
import os
import sys
import time
import uuid

from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

KINDS = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "cacheRead",
    "cache_creation_tokens": "cacheCreation",
}
MODEL = "claude-opus-5-5"


def exporters(protocol, url, temporality):
    """The exporters of metrics and logs."""
    authorization = "Bearer " + os.environ["DAYBOOK_INGEST_TOKEN"]
    preferred = {Counter: AggregationTemporality[temporality.upper()]}
    if protocol == "grpc":
        door = {"endpoint": url, "insecure": True, "headers": (("authorization", authorization),)}
        return GrpcMetrics(preferred_temporality=preferred, **door), GrpcLogs(**door)
    door = {"headers": {"Authorization": authorization}, "compression": Compression.Gzip}
    metrics = HttpMetrics(f"{url}/v1/metrics", preferred_temporality=preferred, **door)
    return metrics, HttpLogs(f"{url}/v1/logs", **door)


def main():
    """Reports a few calls in a few exports."""
    protocol, url, name, temporality = sys.argv[1:]
    email = f"{name}@example.com"
    metrics, logs = exporters(protocol, url, temporality)
    resource = Resource.create({"service.name": "claude-code", "user.email": email})
    reader = PeriodicExportingMetricReader(metrics, export_interval_millis=10**9)
    meters = MeterProvider([reader], resource=resource)
    tokens = meters.get_meter("com.anthropic.claude_code").create_counter("claude_code.token.usage")
    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(BatchLogRecordProcessor(logs))
    logger = loggers.get_logger("com.anthropic.claude_code.events")
    common = {"session.id": str(uuid.uuid4()), "user.id": uuid.uuid4().hex, "model": MODEL}
    sent = dict.fromkeys([*KINDS, "requests"], 0)
    for turn in range(8):
        usage = {kind: 100 * place + 7 * turn for place, kind in enumerate(KINDS, 1)}
        for kind, value in usage.items():
            tokens.add(value, {**common, "type": KINDS[kind]})
            sent[kind] += value
        sent["requests"] += 1
        attributes = {**common, **usage, "event.name": "api_request", "event.sequence": turn}
        now = time.time_ns()
        logger.emit(LogRecord(timestamp=now, body="claude_code.api_request", attributes=attributes))
        if turn % 2:
            assert meters.force_flush() and loggers.force_flush()
    meters.shutdown()
    loggers.shutdown()
    print(json.dumps({"email": email, "usage": sent}))


main()
