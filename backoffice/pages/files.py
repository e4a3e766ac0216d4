"""Files dropped on a day: each recognised by its content, and taken in or refused whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import make_response, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from backoffice.pages.day import day_page
from backoffice.pages.door import actor, engine, hall, needs, pages, reading
from backoffice.pages.evidence import layout_name, sums_of
from backoffice.pages.rows import kind_name
from backoffice.pages.shell import day_url, say
from backoffice.receiving import declare_nil, receive_file
from ledger.errors import BackofficeError, BadInput, Problem
from ledger.evidence.intake import IntakeResult
from ledger.text import Text

NO_FILE = Text(
    "没有选择文件。请选择或拖入文件后再上传。", "No file was chosen. Choose or drop some."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: what it was recognised as, or why it was refused."""

    name: str
    result: IntakeResult | None = None
    problems: Sequence[Problem] = ()
    found: int = 0

    @property
    def kind_text(self) -> Text:
        """What the file was recognised as."""
        assert self.result is not None, "a refused file has no kind"
        return kind_name(self.result.kind)

    @property
    def layout_text(self) -> Text:
        """Whose layout it has."""
        assert self.result is not None, "a refused file has no layout"
        return layout_name(self.result.layout)

    @property
    def sums(self) -> list[tuple[Text, int, bool]]:
        """What it held, as (name, figure, whether it is money)."""
        return sums_of(self.result.sums, self.result.kind) if self.result else []


@pages.post("/halls/<hall>/days/<date:date>/files")
@needs(("evidence", "import"))
def take_files(date: dt.date) -> Response:
    """Take in each file on its own and show what became of each above the day."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        say(NO_FILE, "bad")
        return redirect(day_url(date))
    replaces = request.form.get("replaces", type=int)
    outcomes = [_take(date, file, replaces) for file in files]
    with reading() as uow:
        page = day_page(uow, date, outcomes=outcomes)
    refused = any(outcome.result is None for outcome in outcomes)
    return make_response(page, 422 if refused else 200)


@pages.post("/halls/<hall>/days/<date:date>/nil")
@needs(("evidence", "import"))
def say_nil(date: dt.date) -> Response:
    """Note that a source has nothing for the day."""
    source = request.form.get("source", "")
    declare_nil(engine(), actor(), hall_code=hall().code, date=date, source=source)
    said = Text("已申报:该来源本日无业务。", "Noted: this source has nothing for the day.")
    say(said)
    return redirect(day_url(date))


def _take(date: dt.date, file: FileStorage, replaces: int | None) -> Outcome:
    name = str(file.filename).replace("\\", "/").rsplit("/", 1)[-1]
    try:
        result = receive_file(
            engine(),
            actor(),
            hall_code=hall().code,
            date=date,
            file_name=name,
            content=file.stream.read(),
            replaces=replaces,
        )
    except BadInput as refused:
        return Outcome(name, problems=refused.problems, found=refused.found)
    except BackofficeError as refused:
        sentence = Text(refused.message("zh"), refused.message("en"))
        return Outcome(name, problems=[Problem(sentence)], found=1)
    return Outcome(name, result=result)
