"""The printed cover of a book (封面作废登记): every void number, by version; never titled 发票."""

from __future__ import annotations

from backoffice.printing import render_paper
from backoffice.trade_words import show_moment, typeset
from invoices.covers import Cover
from invoices.kinds import CARRIERS
from invoices.ranges import ranges_of
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

REPLACED = Text(
    "本版已由第 {latest} 版替代,仅供查阅,不得贴用。",
    "Replaced by version {latest}. For reading only, not for the cover.",
)


def cover_paper(uow: UnitOfWork, hall: Hall, cover: Cover, *, language: Language) -> bytes:
    """Give one version of a cover as PDF, A4; an old one says by which version it is replaced."""
    return render_paper(
        "cover.html",
        cover_values(uow, hall, cover, language=language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def cover_values(
    uow: UnitOfWork, hall: Hall, cover: Cover, *, language: Language
) -> dict[str, object]:
    """Give everything the template prints, in one language."""
    book = cover.book
    holders = sorted({held.clerk for held in ranges_of(uow, book) if held.clerk})
    return {
        "hall": hall.code,
        "hall_name": hall.name,
        "invoice_code": book.invoice_code,
        "first_no": book.first_no,
        "last_no": book.last_no,
        "count": book.last_number - book.first_number + 1,
        "carrier": _said(dict(CARRIERS)[book.carrier], language),
        "form_kind": book.form_kind,
        "received_on": book.received_on.isoformat(),
        "holders": ", ".join(holders),
        "version": cover.version,
        "version_name": _said(Text(f"第 {cover.version} 版", f"Version {cover.version}"), language),
        "replaced": _said(REPLACED.format(latest=cover.latest), language)
        if cover.version != cover.latest
        else "",
        "made_at": show_moment(cover.made_at, language),
        "made_by": cover.made_by,
        "void_count": len(cover.lines),
        "lines": tuple(
            {
                "place": place,
                "invoice_no": line.invoice_no,
                "void_on": line.void_on.isoformat(),
                "clerk": line.clerk,
                "reason": line.reason,
                "copies": "" if line.copies is None else str(line.copies),
                "recovered": "" if line.copies_recovered is None else str(line.copies_recovered),
            }
            for place, line in enumerate(cover.lines, 1)
        ),
    }


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
