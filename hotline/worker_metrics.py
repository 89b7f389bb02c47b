"""What the worker counts, for Prometheus; labels have few values and never a number or a name."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class WorkerMetrics:
    """All of the worker's metrics in one registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "hotline_outbox_events", "Events of tickets, by what became of them.", ["outcome"], registry=self.registry
        )
        self.clock_steps = Counter(
            "hotline_clock_steps", "Steps of clocks that came due.", ["step"], registry=self.registry
        )
        self.clock_failures = Counter(
            "hotline_clock_failures", "Clocks that could not be dealt with.", registry=self.registry
        )
        self.waiting = Gauge("hotline_outbox_waiting", "Events that wait to be told.", registry=self.registry)
        self.oldest_seconds = Gauge(
            "hotline_outbox_oldest_seconds", "How long the first of them waits.", registry=self.registry
        )
        self.dead = Gauge("hotline_outbox_given_up", "Events that were given up.", registry=self.registry)
        self.recomputed = Counter(
            "hotline_deadlines_recomputed", "Deadlines moved by a holiday notice.", registry=self.registry
        )

    def text(self) -> bytes:
        return generate_latest(self.registry)
