"""The API for programs: `/api/v1`, its OpenAPI document, and what the operator watches."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Flask, current_app, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from backoffice.api import (
    audit,
    books,
    bundles,
    campaigns,
    cash,
    closing,
    corrections,
    counter,
    counts,
    day_end,
    docs,
    duties,
    evidence,
    form_marks,
    form_reds,
    form_reports,
    form_uses,
    forms,
    goods_lists,
    halls,
    items,
    labels,
    months,
    operations,
    overview,
    price_requests,
    refund_policies,
    refund_reports,
    refunds,
    session,
    sheets,
    shifts,
    stock,
)
from backoffice.api.door import exempt_from_forms, problem_response
from backoffice.api.routes import PREFIX, ProblemApi

GROUPS = (
    session.routes,
    halls.routes,
    evidence.routes,
    audit.routes,
    closing.routes,
    books.routes,
    form_reports.routes,
    goods_lists.routes,
    items.routes,
    labels.routes,
    price_requests.routes,
    campaigns.routes,
    counts.routes,
    stock.routes,
    form_uses.routes,
    forms.routes,
    sheets.routes,
    form_marks.routes,
    form_reds.routes,
    refunds.routes,
    months.routes,
    day_end.routes,
    overview.routes,
    refund_policies.routes,
    cash.routes,
    counter.routes,
    corrections.routes,
    shifts.routes,
    duties.routes,
    bundles.routes,
    refund_reports.routes,
)
VERSION = "1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REST = "api_rest"


class _PlainJson(DefaultJSONProvider):
    """JSON as people write it: Chinese as Chinese, fields in the order they are told."""

    ensure_ascii = False
    sort_keys = False


def register(app: Flask) -> None:
    """Put the API, its documents, `/healthz` and `/metrics` into the application."""
    app.config.update(
        API_TITLE="Telecom hall back office",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json = _PlainJson(app)
    api = ProblemApi(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"token": []}]
    for group in GROUPS:
        group.register(app, api)
    docs.register(app, api, GROUPS)
    operations.register(app)
    _refuse_other_addresses(app)


def _refuse_other_addresses(app: Flask) -> None:
    """Answer addresses under /api that nobody serves as a program expects it."""
    rest = Blueprint(REST, __name__, url_prefix="/api")

    @rest.route("/<path:address>", methods=METHODS)
    def refuse(address: str) -> NoReturn:
        known = [method for method in METHODS if _leads_somewhere(method)]
        raise MethodNotAllowed(known) if known else NotFound()

    rest.register_error_handler(HTTPException, problem_response)
    exempt_from_forms(app, rest)
    app.register_blueprint(rest)


def _leads_somewhere(method: str) -> bool:
    """Tell whether the present address is one of ours by another method."""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    endpoint, _ = adapter.match(method=method)
    return not str(endpoint).startswith(f"{REST}.")
