"""The printed form of a document of invoice forms, in three copies, each with its runs of numbers.

A read of the frozen revision: the same document prints the same for ever. None is titled as an
invoice (DOMAIN INV-11).
"""

from __future__ import annotations

from backoffice.mark_papers import further_facts
from backoffice.printing import render_paper
from backoffice.stock_papers import FITS_A_THIRD, paper_values
from invoices.form_signing import find_form_document
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

COPIES: tuple[Text, ...] = (
    Text("第一联 存根", "Copy 1 · kept by the custodian"),
    Text("第二联 对方", "Copy 2 · for the other side"),
    Text("第三联 稽核", "Copy 3 · for the audit"),
)


def form_paper(
    uow: UnitOfWork, hall: Hall, number: str, *, language: Language, form: str = "a4"
) -> bytes:
    """Give the form as PDF: `a4`, or `form` for continuous paper 241 mm wide.

    Raises UnknownDocument, UnknownFormKind and NotPermitted.
    """
    require(uow, hall.id, "forms", "view")
    document = find_form_document(uow, hall, number)
    values = paper_values(uow, hall, document, language=language, form=form, copies=COPIES)
    stated: tuple[tuple[str, str], ...] = values["facts"]  # type: ignore[assignment]
    further = further_facts(uow, hall, document, language)
    values["facts"] = (*stated, *further)
    # Three copies stand on one sheet only while little is stated.
    values["abreast"] = bool(values["abreast"]) and len(further) <= FITS_A_THIRD
    return render_paper(
        "stock.html",
        values,
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )
