"""What the gateway counts, for Prometheus.

Labels have few values (routes, languages, reasons), never an address, an id or a text.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 20.0)


class Metrics:
    """All of the gateway's metrics in one registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hotline_http_requests",
            "Requests by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "hotline_http_request_seconds",
            "Time to answer a request.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "hotline_turn_seconds", "Time the bot took for a turn.", buckets=_SECONDS, registry=self.registry
        )
        self.messages = Counter("hotline_messages", "Stored messages.", ["language", "sender"], registry=self.registry)
        self.rate_limited = Counter(
            "hotline_rate_limited", "Requests and frames refused for coming too fast.", ["kind"], registry=self.registry
        )
        self.refused = Counter(
            "hotline_refused",
            "Requests and frames refused, by the code of the problem.",
            ["reason"],
            registry=self.registry,
        )
        self.challenges = Counter(
            "hotline_challenges", "Challenges set, solved and refused.", ["outcome"], registry=self.registry
        )
        self.bot_failures = Counter(
            "hotline_bot_failures", "Turns that the bot did not answer.", ["reason"], registry=self.registry
        )
        self.open_streams = Gauge("hotline_open_streams", "Open streams.", ["kind"], registry=self.registry)
        self.lost_listeners = Counter(
            "hotline_lost_listeners", "Streams ended because they were too slow.", registry=self.registry
        )

        self.handoffs = Counter(
            "hotline_handoffs", "Conversations for people, by reason.", ["reason"], registry=self.registry
        )
        self.desk_events = Counter(
            "hotline_desk_events", "Events of desks, by type and outcome.", ["type", "outcome"], registry=self.registry
        )
        self.desk_calls = Counter(
            "hotline_desk_calls",
            "Deliveries to desks, by kind and outcome.",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self.desk_refused = Counter(
            "hotline_desk_refused", "Calls of desks that were refused, by reason.", ["reason"], registry=self.registry
        )
        self.flagged_texts = Counter(
            "hotline_flagged_texts",
            "Texts from the mini-program that people are to look at, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "hotline_dead_letters", "Deliveries to desks that were given up.", ["kind"], registry=self.registry
        )
        self.notices = Counter(
            "hotline_notices", "Notices to citizens, by way and outcome.", ["way", "outcome"], registry=self.registry
        )
        self.callbacks = Counter(
            "hotline_callbacks", "Call-backs that the gateway took itself.", ["outcome"], registry=self.registry
        )
        self.translations = Counter(
            "hotline_translations", "Machine translations, by outcome.", ["outcome"], registry=self.registry
        )

        self.desk_waiting = Gauge(
            "hotline_desk_waiting", "Conversations that wait for a person.", registry=self.registry
        )
        self.desk_longest_wait = Gauge(
            "hotline_desk_longest_wait_seconds", "How long the first of them waits.", registry=self.registry
        )

    def text(self) -> bytes:
        return generate_latest(self.registry)
