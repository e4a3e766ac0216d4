"""How an address of the API is declared: its words in both languages, what it takes and gives.

The OpenAPI document comes from the same declaration, so that it cannot say anything else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from backoffice.api.answers import Problem
from backoffice.api.door import (
    KEY_HEADER,
    admit,
    exempt_from_forms,
    mark_replay,
    problem_response,
)
from backoffice.api.fields import read_day
from backoffice.errors import MEDIA_TYPE, schema_refusal
from ledger.errors import BackofficeError
from ledger.text import Text

V = TypeVar("V", bound=Callable[..., Any])

PREFIX = "/api/v1"
DATE_PARAMETER = {
    "name": "date",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "date"},
}
KEY_PARAMETER = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": (
        "The same key and body give the stored answer, with the header Idempotent-Replay;"
        " another body is refused."
    ),
}


class _StrictParser(FlaskParser):
    """Refuses what a schema does not know wherever it stands, also behind the question mark."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 webargs' own form
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
        "form": RAISE,
        "files": RAISE,
    }


class _Blueprint(Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = _StrictParser()


class ProblemApi(Api):  # type: ignore[misc]
    """The API with our own payload for errors: each group of addresses answers its own."""

    def _register_error_handlers(self) -> None:
        """Leave the application's handlers alone, which answer people with pages."""

    def _register_responses(self) -> None:
        """Document every refusal as the one payload there is."""
        content = {MEDIA_TYPE: {"schema": Problem}}
        for status in HTTPStatus:
            described = {"description": status.phrase, "content": content}
            self.spec.components.response(status.name, described, lazy=True)


class Routes:
    """A group of addresses under /api/v1, with one subject."""

    def __init__(self, name: str, text: Text, *, open_to_all: bool = False) -> None:
        self.text = text
        self.tag = f"api_{name}"
        self._blueprint: Any = _Blueprint(
            self.tag, __name__, url_prefix=PREFIX, description=text.en
        )
        self._blueprint.register_error_handler(BackofficeError, problem_response)
        self._blueprint.register_error_handler(HTTPException, problem_response)
        self._blueprint.register_error_handler(Exception, problem_response)
        self._blueprint.after_request(mark_replay)
        if not open_to_all:
            self._blueprint.before_request(admit)

    def register(self, app: Flask, api: ProblemApi) -> None:
        """Put the addresses into the application and the OpenAPI document."""
        exempt_from_forms(app, self._blueprint)
        api.register_blueprint(self._blueprint)

    def get(
        self,
        rule: str,
        text: Text,
        *,
        gives: type[Schema] | Schema | None = None,
        query: type[Schema] | None = None,
        file: str = "",
    ) -> Callable[[V], V]:
        """Declare a read; `query` comes as the view's first argument, `file` is a media type."""

        def add(view: V) -> V:
            declared: Any = view
            if file:
                content = {file: {"schema": {"type": "string", "format": "binary"}}}
                answer = {"200": {"description": "OK", "content": content}}
                declared = self._blueprint.doc(responses=answer)(declared)
            else:
                declared = self._blueprint.response(200, gives)(declared)
            if query is not None:
                declared = self._blueprint.arguments(query, location="query")(declared)
            self._add(rule, "GET", text, declared, None)
            return view

        return add

    def post(
        self,
        rule: str,
        text: Text,
        *,
        gives: type[Schema] | Schema,
        body: type[Schema] | None = None,
        upload: tuple[type[Schema], type[Schema]] | None = None,
        status: int = 200,
        once: bool = True,
    ) -> Callable[[V], V]:
        """Declare an act; `body`, or both of `upload`, come as the view's first arguments.

        `upload` is the schemas of a multipart form's fields and of its files.
        """

        def add(view: V) -> V:
            declared = self._blueprint.response(status, gives)(view)
            if upload is not None:
                declared = self._take_upload(declared, *upload)
            if body is not None:
                declared = self._blueprint.arguments(body, location="json")(declared)
            self._add(rule, "POST", text, declared, KEY_PARAMETER if once else None)
            return view

        return add

    def delete(self, rule: str, text: Text, *, gives: type[Schema] | Schema) -> Callable[[V], V]:
        """Declare an ending."""

        def add(view: V) -> V:
            self._add(rule, "DELETE", text, self._blueprint.response(200, gives)(view), None)
            return view

        return add

    def _take_upload(self, view: Any, form: type[Schema], files: type[Schema]) -> Any:
        """Read the two halves of a multipart form, and document them as the one body they are."""
        whole = type(f"{form.__name__.removesuffix('Form')}Upload", (form, files), {})
        parser: Any = self._blueprint.ARGUMENTS_PARSER
        taking = parser.use_args(form, location="form")(
            parser.use_args(files, location="files")(view)
        )
        content = {"multipart/form-data": {"schema": whole}}
        return self._blueprint.doc(requestBody={"content": content, "required": True})(taking)

    def _add(
        self, rule: str, method: str, text: Text, view: Any, header: dict[str, Any] | None
    ) -> None:
        documented = self._blueprint.doc(
            **{"summary": text.en, "x-summary-zh": text.zh},
            responses={
                "default": {
                    "description": "A refusal; `code` is stable.",
                    "content": {MEDIA_TYPE: {"schema": Problem}},
                }
            },
        )(view)
        parameters = [header] if header else []
        if "<date>" in rule:
            documented = _with_date(documented)
            parameters.append(DATE_PARAMETER)
        self._blueprint.add_url_rule(
            rule, view_func=documented, methods=[method], parameters=parameters
        )


def _with_date(view: Any) -> Any:
    """Read the date of an address; what is none is bad input, not an address nobody serves."""

    @functools.wraps(view)
    def reading_date(*args: Any, date: str, **more: Any) -> Any:
        try:
            return view(*args, date=read_day(date), **more)
        except ValidationError as refused:
            raise schema_refusal({"date": refused.messages}) from refused

    return reading_date
