"""Papers that become documents: loaded once, in the order of their times, each line traceable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from ledger.documents import Document, Line, draft_document, lines_of
from ledger.errors import BackofficeError, Conflict
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork


class PaperRefused(Conflict):
    """A loaded paper breaks a rule of the books; names its file and line."""

    code = "paper_refused"
    text = Text("{file} 第{line}行:{reason}", "{file}, line {line}: {reason}")

    def __init__(self, *, file: str, line: int, reason: Text | BackofficeError) -> None:
        self.reason = reason
        super().__init__(file=file, line=line)

    def message(self, language: Language) -> str:
        """Give place and reason."""
        reason = self.reason
        said = (
            reason.in_language(language) if isinstance(reason, Text) else reason.message(language)
        )
        return self.text.in_language(language).format(**self.facts, reason=said)


class PaperChanged(Conflict):
    """A paper number came again with other content."""

    code = "paper_changed"
    text = Text(
        "单号 {number} 已装入且内容不同。已入账的单据不可更改,请先冲销再录新单。",
        "Paper {number} was loaded before with other content. A posted document is never changed:"
        " reverse it and enter a new one.",
    )


def load_paper(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    paper_no: str,
    paper_date: dt.date,
    lines: Sequence[Line],
) -> Document | None:
    """Load one paper as a posted document; gives None when the same paper is here already.

    A paper dated before the books opened posts on the day they opened, as opening (期初). Raises
    PaperChanged and what `post` raises.
    """
    earlier = uow.session.scalar(
        select(Document).where(
            Document.hall_id == hall.id, Document.kind == kind, Document.paper_no == paper_no
        )
    )
    if earlier is not None:
        same = earlier.paper_date == paper_date and _contents(lines_of(uow, earlier)) == _contents(
            lines
        )
        if not same:
            raise PaperChanged(number=paper_no)
        return None
    book_date = max(paper_date, hall.books_open_on)
    open_days(uow, hall.id, [book_date])
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=kind,
        business_date=book_date,
        paper_no=paper_no,
        paper_date=paper_date,
    )
    return advance(uow, document, "load", lines=lines)


def _contents(lines: Sequence[Line]) -> list[tuple[object, ...]]:
    return [
        (
            line.commodity.id,
            line.debit.id,
            line.credit.id,
            line.quantity,
            line.serial,
            line.serial_to,
            line.unit_cost_fen,
        )
        for line in lines
    ]
