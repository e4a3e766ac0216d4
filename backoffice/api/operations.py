"""For the operator: whether the service is well, and what it is doing, as text for Prometheus.

Counts of requests are those of the answering process; counts of the books are the whole
database's, and are asked for at most once a minute.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, jsonify, request
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from backoffice.api.door import engine
from backoffice.database import begin_read
from backoffice.errors import MEDIA_TYPE
from backoffice.schema_check import is_current, wanted_revision
from ledger.audit.findings import Finding
from ledger.hall_days import HallDay
from ledger.organisations import Hall
from ledger.work import system_actor

OPERATOR = system_actor("metrics")
BUCKETS_MS = (10, 30, 100, 300, 1000, 3000, 10000)
BOOKS_FOR_SECONDS = 60
STANDING = ("open", "answered")
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"

GAUGES = {
    "backoffice_halls": "Halls that keep books.",
    "backoffice_hall_days": "Hall-days by the state of their audit.",
    "backoffice_findings_standing": "Findings that nobody has settled, by severity.",
}

Sample = tuple[str, str, int]


@dataclass(slots=True)
class Meter:
    """What this process has answered so far; safe for several threads."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    buckets: Counter[int] = field(default_factory=Counter)
    microseconds: int = 0
    books: Sequence[Sample] = ()
    books_at: int = -BOOKS_FOR_SECONDS
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, door: str, method: str, status: int, microseconds: int) -> None:
        """Count one answer and how long it took."""
        with self.lock:
            self.requests[door, method, status] += 1
            self.microseconds += microseconds
            for limit in BUCKETS_MS:
                self.buckets[limit] += microseconds <= limit * 1000

    def of_books(self, engine_: Engine) -> Sequence[Sample]:
        """Give the counts of the books, asked anew when they are a minute old."""
        now = time.monotonic_ns() // 10**9
        if now - self.books_at >= BOOKS_FOR_SECONDS:
            self.books, self.books_at = list(_count_books(engine_)), now
        return self.books


def register(app: Flask) -> None:
    """Add `/healthz` and `/metrics`, and measure every answer."""
    app.before_request(_start)
    app.after_request(_finish)
    app.add_url_rule("/healthz", endpoint="healthz", view_func=show_health)
    app.add_url_rule("/metrics", endpoint="metrics", view_func=show_metrics)


def _start() -> None:
    g.started = time.perf_counter_ns()


def _finish(response: Response) -> Response:
    taken = (time.perf_counter_ns() - g.get("started", time.perf_counter_ns())) // 1000
    blueprint, _, _ = (request.endpoint or "nowhere").partition(".")
    _meter().note(blueprint, request.method, response.status_code, taken)
    return response


def _meter() -> Meter:
    meter = current_app.extensions["backoffice_meter"]
    assert isinstance(meter, Meter), "`create_app` put it there"
    return meter


def show_health() -> Response:
    """Tell whether the database answers with the program's schema: 200, else 503."""
    try:
        sound = is_current(engine())
    except SQLAlchemyError:
        sound = False
    if sound:
        return jsonify({"status": "ok", "schema": wanted_revision()})
    answer = jsonify(
        {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "code": "database_not_ready",
            "detail": "The database does not answer, or has another schema than the program.",
        }
    )
    answer.status_code, answer.mimetype = 503, MEDIA_TYPE
    return answer


def show_metrics() -> Response:
    """Give the counts as text for Prometheus."""
    meter = _meter()
    with meter.lock:
        lines = list(_request_lines(meter))
    try:
        lines += _book_lines(meter.of_books(engine()))
    except SQLAlchemyError:
        lines.append("backoffice_database_up 0")
    else:
        lines.append("backoffice_database_up 1")
    return Response("\n".join(lines) + "\n", content_type=TEXT_FORMAT)


def _request_lines(meter: Meter) -> Iterator[str]:
    yield "# HELP backoffice_requests_total Answers given, by door, method and status."
    yield "# TYPE backoffice_requests_total counter"
    for (door, method, status), count in sorted(meter.requests.items()):
        labels = f'door="{door}",method="{method}",status="{status}"'
        yield f"backoffice_requests_total{{{labels}}} {count}"
    total = meter.requests.total()
    yield "# HELP backoffice_request_seconds How long answers took."
    yield "# TYPE backoffice_request_seconds histogram"
    for limit in BUCKETS_MS:
        seconds = f"{limit / 1000:g}"
        yield f'backoffice_request_seconds_bucket{{le="{seconds}"}} {meter.buckets[limit]}'
    yield f'backoffice_request_seconds_bucket{{le="+Inf"}} {total}'
    yield f"backoffice_request_seconds_sum {meter.microseconds / 1e6:.6f}"
    yield f"backoffice_request_seconds_count {total}"


def _book_lines(samples: Sequence[Sample]) -> Iterator[str]:
    for name, help_text in GAUGES.items():
        yield f"# HELP {name} {help_text}"
        yield f"# TYPE {name} gauge"
        for labels, count in (rest for mine, *rest in samples if mine == name):
            yield f"{name}{labels} {count}"


def _count_books(engine_: Engine) -> Iterator[Sample]:
    with begin_read(engine_, OPERATOR) as uow:
        halls = uow.session.scalar(select(func.count()).select_from(Hall)) or 0
        days = uow.session.execute(
            select(HallDay.audit_status, func.count()).group_by(HallDay.audit_status)
        ).all()
        standing = uow.session.execute(
            select(Finding.severity, func.count())
            .where(Finding.state.in_(STANDING))
            .group_by(Finding.severity)
        ).all()
    yield "backoffice_halls", "", halls
    for status, count in sorted(days):
        yield "backoffice_hall_days", f'{{audit="{status}"}}', count
    for severity, count in sorted(standing):
        yield "backoffice_findings_standing", f'{{severity="{severity}"}}', count
