"""Counters of the requests, and what the database says at the moment of asking, in Prometheus' form."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import GaugeMetricFamily

from portal.operations.health import examine, measures

REQUESTS = Counter("portal_requests_total", "Answered requests", ["view", "method", "status"])
SECONDS = Histogram(
    "portal_request_seconds",
    "Time to the answer",
    ["view"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(view, method, status).inc()
    SECONDS.labels(view).observe(seconds)


class Database:
    """Gauges that are read, not counted: they are the same whichever process is asked."""

    def collect(self):
        for name, (text, samples) in measures().items():
            gauge = GaugeMetricFamily(f"portal_{name}", text, labels=["of"])
            for label, value in samples.items():
                gauge.add_metric([label], value)
            yield gauge
        health = GaugeMetricFamily(
            "portal_health", "0 in order, 1 to be looked at, 2 broken", labels=["check"]
        )
        for finding in examine():
            health.add_metric([finding.code], finding.level)
        yield health


def write_metrics() -> bytes:
    registry = CollectorRegistry()
    registry.register(Database())
    if values.ValueClass is not values.MutexValue:  # several workers, one folder (deploy/gunicorn.conf.py)
        multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest() + generate_latest(registry)
