"""The API for programs: `/api/v1`, its OpenAPI document, and what the operator watches."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Flask
from werkzeug.exceptions import NotFound

from backoffice.api import audit, books, docs, evidence, halls, operations, session
from backoffice.api.answers import Problem
from backoffice.api.door import exempt_from_forms, problem_response
from backoffice.api.routes import PREFIX, ProblemApi

GROUPS = (session.routes, halls.routes, evidence.routes, audit.routes, books.routes)
VERSION = "1"


def register(app: Flask) -> None:
    """Put the API, its documents, `/healthz` and `/metrics` into the application."""
    app.config.update(
        API_TITLE="Telecom hall back office",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = ProblemApi(app)
    api.spec.components.schema("Problem", schema=Problem)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"token": []}]
    for group in GROUPS:
        group.register(app, api)
    docs.register(app, api, GROUPS)
    operations.register(app)
    _refuse_other_addresses(app)


def _refuse_other_addresses(app: Flask) -> None:
    """Answer addresses under /api that nobody serves as a program expects it."""
    rest = Blueprint("api_rest", __name__, url_prefix="/api")

    @rest.route("/<path:address>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def refuse(address: str) -> NoReturn:
        raise NotFound

    rest.register_error_handler(NotFound, problem_response)
    exempt_from_forms(app, rest)
    app.register_blueprint(rest)
