"""What pages that take scans share: reading a scan, doing it once, and answering it.

The form of `templates/scan.html` sends JSON, `{"code": ..., "key": ...}` or one with `undo`, or,
without JavaScript, the same fields as a plain form; the answer is JSON or the page again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import jsonify, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.errors import status_of
from backoffice.pages.door import working
from backoffice.pages.shell import say
from backoffice.pages.showing import words
from ledger.errors import BackofficeError
from ledger.requests import claim_request
from ledger.text import Text
from ledger.work import UnitOfWork

KEY_LIMIT = 64
TONES = ("good", "wait", "bad")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came in: the codes of one act in order, or the key of what is undone or confirmed."""

    codes: tuple[str, ...]
    undo: str
    key: str
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One of the last scans as shown; `undo` is '' where nothing can be undone.

    `confirm` is the key of a number that was completed and waits for a person to say it is so.
    """

    code: str
    tone: str
    text: Text
    undo: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """What is said of a scan: a verdict, one of TONES, counters by name, the last scans."""

    verdict: str
    tone: str
    text: Text
    counters: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[ScanRow] = ()


def read_scan() -> Scanned:
    """Read the scan of this request; a body that is none is a bad request."""
    body: object = request.get_json() if request.is_json else request.form
    if not isinstance(body, Mapping):
        raise BadRequest
    code, undo, confirm = (body.get(name, "") for name in ("code", "undo", "confirm"))
    key = body.get("key", "") or body.get("request_key", "")
    if (
        not all(isinstance(part, str) for part in (code, undo, confirm, key))
        or len(key) > KEY_LIMIT
    ):
        raise BadRequest
    codes = tuple(line.strip() for line in code.splitlines() if line.strip())
    if not (codes or undo or confirm):
        raise BadRequest
    return Scanned(() if undo or confirm else codes, undo, key, confirm)


def scan_once(scanned: Scanned, do: Callable[[UnitOfWork], None]) -> None:
    """Do one scan in a unit of work of its own, but not again when it is sent twice."""
    content = repr((scanned.codes, scanned.undo, scanned.confirm)).encode()
    with working() as uow:
        if scanned.key:
            earlier = claim_request(
                uow,
                scope=f"pages:{uow.actor.person_id}",
                key=scanned.key,
                command=f"{request.method} {request.path}",
                body_hash=hashlib.sha256(content).hexdigest(),
            )
            if earlier is not None:
                return
        do(uow)


def answer_scan(answer: ScanAnswer, page: str) -> Response:
    """Answer with JSON where the scan came so, else lead back to the page and say the verdict."""
    if not request.is_json:
        say(answer.text, answer.tone)
        return redirect(page)
    return jsonify(
        {
            "verdict": answer.verdict,
            "tone": answer.tone,
            "text": words(answer.text),
            "counters": dict(answer.counters),
            "undo_key": answer.rows[0].undo if answer.rows else "",
            "rows": [
                {
                    "code": row.code,
                    "tone": row.tone,
                    "text": words(row.text),
                    "undo": row.undo,
                    "confirm": row.confirm,
                }
                for row in answer.rows
            ],
        }
    )


def refuse_scan(refused: BackofficeError, page: str) -> Response:
    """Answer a scan that a rule refuses: a bad verdict with the reason, and the lists as they are.

    The next scan goes on as if it had not been.
    """
    sentence = Text(refused.message("zh"), refused.message("en"))
    if not request.is_json:
        say(sentence, "bad")
        return redirect(page)
    answer: Response = jsonify({"verdict": refused.code, "tone": "bad", "text": words(sentence)})
    answer.status_code = status_of(refused)
    return answer
