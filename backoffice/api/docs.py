"""The API's document for people: a page made on our side from the same OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, render_template

from backoffice.api.routes import PREFIX, ProblemApi, Routes
from ledger.text import Text

TITLE = Text("程序接口", "The API")
METHODS = ("get", "post", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body: where it goes, its name, its shape, whether it must be."""

    place: str
    name: str
    shape: str
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    text: Text
    takes: Sequence[Field]
    gives: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object of the answers, field by field."""

    name: str
    fields: Sequence[Field]


def register(app: Flask, api: ProblemApi, groups: Sequence[Routes]) -> None:
    """Serve `/api/v1/docs`."""
    blueprint = Blueprint("api_reader", __name__, url_prefix=PREFIX)

    @blueprint.get("/docs")
    def show_docs() -> str:
        spec = api.spec.to_dict()
        return render_template(
            "api_docs.html",
            title=TITLE,
            spec_address=f"{PREFIX}/openapi.json",
            groups=[(group.text, list(_operations(spec, group.tag))) for group in groups],
            shapes=list(_shapes(spec)),
        )

    app.register_blueprint(blueprint)


def _operations(spec: Mapping[str, Any], tag: str) -> Iterator[Operation]:
    for path, item in spec["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None or tag not in operation["tags"]:
                continue
            yield Operation(
                method=method.upper(),
                path=path,
                text=Text(operation["x-summary-zh"], operation["summary"]),
                takes=[
                    *_parameters([*item.get("parameters", ()), *operation.get("parameters", ())]),
                    *_body(spec, operation),
                ],
                gives=_given(operation),
            )


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    for one in parameters:
        yield Field(one["in"], one["name"], _shape_of(one["schema"]), bool(one.get("required")))


def _body(spec: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Field]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(spec, content["schema"])
        place = "json" if kind == "application/json" else "form"
        yield from _fields(schema, place)


def _fields(schema: Mapping[str, Any], place: str) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, shape in schema.get("properties", {}).items():
        yield Field(place, name, _shape_of(shape), name in required)


def _given(operation: Mapping[str, Any]) -> str:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for kind, content in answer.get("content", {}).items():
                return _shape_of(content["schema"]) if kind == "application/json" else kind
    return ""


def _shapes(spec: Mapping[str, Any]) -> Iterator[Shape]:
    for name, schema in sorted(spec["components"]["schemas"].items()):
        yield Shape(name, list(_fields(schema, "")))


def _resolved(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = spec["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _shape_of(schema: Mapping[str, Any]) -> str:
    """Give a schema in a few words: `string (date)`, `list of Finding`, `integer 0..999`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "allOf" in schema:
        return _shape_of(schema["allOf"][0])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_shape_of(schema['items'])}"
    if "enum" in schema:
        return " | ".join(str(choice) for choice in schema["enum"] if choice is not None)
    if kind == "integer" and "maximum" in schema:
        return f"integer {schema.get('minimum', 0)}..{schema['maximum']}"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
