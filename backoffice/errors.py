"""From a refusal to what a door answers: HTTP status, exit code, one problem payload (RFC 9457)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.errors import BackofficeError, BadInput, Conflict, Forbidden, Problem
from ledger.masking import mask_numbers
from ledger.text import Language, Text

MEDIA_TYPE = "application/problem+json"

STATUS_OF_KIND = {"not_found": 404, "forbidden": 403, "conflict": 409, "invalid": 422}
STATUS_OF_CODE = {"not_signed_in": 401, "sign_in_refused": 401}

DONE, REFUSED, BAD_INPUT, FAILED = 0, 1, 2, 70
"""Exit codes: done, refused by a business rule, bad input, and a fault of the program itself."""

Payload = dict[str, object]

HTTP_TEXTS: dict[int, tuple[str, Text]] = {
    400: ("bad_request", Text("请求无法读取。", "The request cannot be read.")),
    403: ("forbidden", Text("无权执行。", "You may not do this.")),
    404: (
        "no_such_address",
        Text(
            "没有这个地址。可用的地址见 /api/v1/docs。",
            "There is nothing at this address. /api/v1/docs lists what there is.",
        ),
    ),
    405: (
        "method_not_allowed",
        Text("此地址不支持该方法。", "This address does not take that method."),
    ),
    413: (
        "too_large",
        Text("请求过大。请分开上传。", "The request is too large. Upload it in parts."),
    ),
    415: (
        "unsupported_media_type",
        Text("请以 application/json 提交。", "Send the body as application/json."),
    ),
    500: (
        "failed",
        Text(
            "系统出错,本次操作没有生效。请稍后再试。",
            "Something broke and nothing was changed. Try again later.",
        ),
    ),
    503: (
        "database_unreachable",
        Text(
            "数据库暂时无法连接,本次操作没有生效。请稍后再试。",
            "The database cannot be reached and nothing was changed. Try again later.",
        ),
    ),
}


class NotSignedIn(Forbidden):
    """The request comes from nobody who is known."""

    code = "not_signed_in"
    text = Text(
        "请先登录,或提供有效的访问令牌(Authorization: Bearer ...)。",
        "Sign in first, or send a valid token (Authorization: Bearer ...).",
    )


class CrossSiteRequest(Forbidden):
    """A changing request came with the cookie of a session and without its CSRF token."""

    code = "csrf_token_missing"
    text = Text(
        "缺少有效的 X-CSRFToken 请求头。可由 GET /api/v1/session 取得。",
        "The header X-CSRFToken is missing or stale. GET /api/v1/session gives it.",
    )


class DatabaseUnreachable(Conflict):
    """The database does not answer or cannot be opened."""

    code = "database_unreachable"
    text = Text(
        "数据库无法打开:{reason}。请核对 BACKOFFICE_DATABASE_URL。",
        "The database cannot be opened: {reason}. Check BACKOFFICE_DATABASE_URL.",
    )


def status_of(error: BackofficeError) -> int:
    """Give the HTTP status of a refusal: by its code where one is set apart, else by its kind."""
    return STATUS_OF_CODE.get(error.code, STATUS_OF_KIND[error.kind])


def exit_code_of(error: BackofficeError) -> int:
    """Give the exit code of a refusal: 2 for bad input, 1 for what a rule does not allow."""
    return BAD_INPUT if error.kind == "invalid" else REFUSED


def problem_payload(error: BackofficeError, language: Language) -> Payload:
    """Give the payload of a refusal, the same for the API and the command line's `--json`.

    `problems` lists up to a hundred places of a bad input; `found` counts all of them.
    """
    status = status_of(error)
    payload = _payload(status, error.code, error.message(language))
    facts = {name: _fact(value, language) for name, value in error.facts.items()}
    if isinstance(error, BadInput):
        payload["found"] = error.found
        payload["problems"] = [_place(problem, language) for problem in error.problems]
    elif facts:
        payload["facts"] = facts
    return payload


def http_payload(status: int, language: Language) -> Payload:
    """Give the payload of an HTTP error that no rule of the domain raised."""
    code, text = HTTP_TEXTS.get(status) or HTTP_TEXTS[400 if status < 500 else 500]
    return _payload(status, code, text.in_language(language))


def schema_refusal(messages: object) -> BadInput:
    """Make one refusal of what marshmallow said of each field; the place is `column`."""
    return BadInput(_field_problems(messages, ()) or [Problem(in_both_languages("Invalid value."))])


def unreachable(error: DBAPIError) -> DatabaseUnreachable | None:
    """Give the refusal that a database error stands for where the database itself is not there."""
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return None
    reason = str(error.orig).strip().splitlines() or [type(error).__name__]
    return DatabaseUnreachable(reason=reason[0])


def in_both_languages(message: str) -> Text:
    """Give marshmallow's English sentence in both languages."""
    for pattern, zh in _FIELD_SENTENCES:
        found = pattern.fullmatch(message)
        if found:
            return Text(zh.format(*found.groups()), message)
    return Text(f"该项有误:{message}", message)


def _payload(status: int, code: str, detail: str) -> Payload:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


def _place(problem: Problem, language: Language) -> Payload:
    return {
        "file": problem.file,
        "line": problem.line or None,
        "column": problem.column,
        "message": problem.text.in_language(language),
    }


def _fact(value: object, language: Language) -> object:
    if isinstance(value, Text):
        return mask_numbers(value.in_language(language))
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, int | None) else mask_numbers(str(value))


def _field_problems(messages: object, path: Sequence[str]) -> list[Problem]:
    if isinstance(messages, Mapping):
        return [
            problem
            for name, inner in messages.items()
            for problem in _field_problems(inner, path if name in _WHOLE else (*path, str(name)))
        ]
    if isinstance(messages, list | tuple):
        return [problem for inner in messages for problem in _field_problems(inner, path)]
    text = messages if isinstance(messages, Text) else in_both_languages(str(messages))
    return [Problem(text, column=".".join(path))]


# Where the arguments came from, and marshmallow's name for the whole: no place a caller knows.
_WHOLE = frozenset({"json", "query", "form", "files", "_schema"})
_FIELD_SENTENCES = tuple(
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"Missing data for required field\.", "缺少此项。"),
        (r"Unknown field\.", "没有此项,请删除。"),
        (r"Field may not be null\.", "此项不能为空。"),
        (r"Not a valid (?:string|list|mapping type)\.", "类型有误。"),
        (r"Not a valid boolean\.", "应为 true 或 false。"),
        (r"Not a valid date\.", "不是日期(YYYY-MM-DD)。"),
        (r"Not a whole number of at most (\d+) digits\.", "应为不超过 {0} 位的整数。"),
        (r"Not an amount in yuan such as 12\.00\.", "应为金额(元),如 12.00。"),
        (r"Must be one of: (.*)\.", "应为其中之一:{0}。"),
        (r"Must be greater than or equal to (\S+)\.", "不得小于 {0}。"),
        (r"Must be less than or equal to (\S+)\.", "不得大于 {0}。"),
        (
            r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
            "应在 {0} 与 {1} 之间。",
        ),
        (r"Shorter than minimum length (\d+)\.", "不得少于 {0} 个字符。"),
        (r"Longer than maximum length (\d+)\.", "不得超过 {0} 个字符。"),
        (r"Length must be between (\d+) and (\d+)\.", "长度应为 {0} 至 {1} 个字符。"),
        (r"Invalid JSON body\.", "不是有效的 JSON。"),
        (r"Invalid input type\.", "类型有误。"),
        (r"Invalid value\.", "值有误。"),
    )
)
