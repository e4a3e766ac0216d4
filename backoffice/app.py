"""The composition root: one Flask application from one configuration."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.routing import BaseConverter, ValidationError

from backoffice import api
from backoffice.api.operations import Meter
from backoffice.config import Config, kept_secret
from backoffice.database import make_engine
from backoffice.pages import register_pages

HERE = Path(__file__).parent
MEGABYTE = 1024 * 1024
YEAR = 365 * 24 * 3600

# Everything a page needs comes from this address; nothing in a page may run or be styled inline.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)


class DateConverter(BaseConverter):
    """A date in an address, `2026-11-20`; anything else is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """Read the date."""
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: dt.date) -> str:
        """Write the date."""
        return value.isoformat()


def create_app(config: Config, *, engine: Engine | None = None) -> Flask:
    """Give the application with its doors; `engine` is given where one is open already."""
    app = _build_doors()
    app.config.update(
        SECRET_KEY=kept_secret(config),
        MAX_CONTENT_LENGTH=config.upload_limit_mb * MEGABYTE,
        SESSION_COOKIE_SECURE=config.secure_cookies,
    )
    app.extensions["backoffice_config"] = config
    app.extensions["backoffice_engine"] = engine or make_engine(config.database_url)
    app.extensions["backoffice_meter"] = Meter()
    return app


def _build_doors() -> Flask:
    """Give the application's addresses, pages and documents, in which no installation differs."""
    app = Flask(
        "backoffice",
        static_folder=str(HERE / "static"),
        template_folder=str(HERE.parent / "templates"),
    )
    app.config.update(
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="backoffice_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.converters["date"] = DateConverter
    Bootstrap5(app)
    CSRFProtect(app)
    app.add_template_global(_static_url, "static_url")
    app.after_request(_guard_response)
    api.register(app)
    register_pages(app)
    return app


def _guard_response(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=(self)"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint in ("static", "bootstrap.static"):
        age = YEAR if "v" in request.args else 3600
        headers["Cache-Control"] = f"public, max-age={age}"
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    return response


def _static_url(name: str) -> str:
    """Give the address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_version(name))


@functools.lru_cache(maxsize=64)
def _version(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
