"""What the form of a void or a loss prints beside its frozen facts: the ticks, and the clock."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.trade_words import show_moment, typeset
from invoices.loss_cases import STATES, show_loss
from invoices.losses import KIND as LOSS
from invoices.losses import find_loss
from invoices.open_voids import KIND as VOID
from invoices.voids import ticks_of
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

MOST_TICKS = 60
LATE = Text("逾期报告", "reported late")


def further_facts(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> list[tuple[str, str]]:
    """Give name and value of what was ticked of a void, or of how a loss stands; else nothing."""
    facts: Iterator[tuple[Text, Text]] = iter(())
    if document.kind == VOID:
        facts = _ticks(uow, document)
    elif document.kind == LOSS:
        facts = _clock(uow, hall, document, language)
    return [(_said(name, language), _said(value, language)) for name, value in facts]


def _ticks(uow: UnitOfWork, document: Document) -> Iterator[tuple[Text, Text]]:
    ticks = ticks_of(uow, document)
    for tick in ticks[:MOST_TICKS]:
        copies = f"{tick.invoice_no}: {tick.ticked or '–'} / {tick.copies}"
        stamped = tick.copies_stamped == tick.copies
        yield (
            Text("收回联次", "Copies back"),
            Text(
                f"{copies}{' 已盖章' if stamped else ''}",
                f"{copies}{' stamped' if stamped else ''}",
            ),
        )


def _clock(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> Iterator[tuple[Text, Text]]:
    view = show_loss(uow, find_loss(uow, hall, document.number or "")[1])
    yield Text("报告期限", "Report due"), _plain(show_moment(view.due_at, language))
    if view.logged_at is not None:
        said = f"{view.report_no} {view.reported_by} {show_moment(view.logged_at, language)}"
        yield Text("书面报告", "Written report"), _plain(said)
    if view.late:
        yield Text("时限", "In time"), LATE
    yield Text("状态", "Case"), STATES[view.state]
    if view.result:
        yield Text("结果", "Result"), _plain(view.result)


def _plain(value: str) -> Text:
    return Text(value, value)


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
