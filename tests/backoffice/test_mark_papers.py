"""Printed covers, voids, losses and destructions: internal slips, never titled as invoices."""

from __future__ import annotations

from typing import Any

import pytest

from backoffice.cover_papers import cover_values
from backoffice.form_papers import COPIES, form_paper
from backoffice.mark_papers import further_facts
from backoffice.printing import lay_out_paper
from backoffice.stock_papers import paper_values
from invoices.covers import print_cover, read_cover
from invoices.retention import submit_destruction
from ledger.documents import Document, find_document
from ledger.text import LANGUAGES, Language
from tests.backoffice.test_printing import FOOTERS, boxes, words
from tests.builders import NOW, OpenHall
from tests.halls import hall, shared_engine
from tests.invoices.form_days import code_of, receive, used
from tests.invoices.marking import LATER, A, B, C, ask, lose, sign, tick
from tests.invoices.test_retention import FREE, finished
from tests.ledger.audit.evidence_days import put

__all__ = ["hall", "shared_engine"]

TITLES = {
    "cover": {"zh": "封面作废登记", "en": "Cover: void numbers"},
    "invoice_void": {"zh": "作废单", "en": "Void of forms"},
    "invoice_loss": {"zh": "丢失单", "en": "Loss of forms"},
    "invoice_destruction": {"zh": "票据销毁单", "en": "Destruction of kept forms"},
}


@pytest.fixture(scope="module")
def shared_url(databases: Any) -> Any:
    """Give one database: what is printed does not depend on its kind."""
    with databases.fresh("sqlite") as url:
        yield url


def lay_out(hall: OpenHall, template: str, values: dict[str, object], language: Language) -> Any:
    return lay_out_paper(
        template, values, language=language, printed_at=NOW, printed_by="员工A01 A01"
    )


def slip(hall: OpenHall, document: Document, language: Language) -> Any:
    with hall.read() as uow:
        found = find_document(uow, hall.id, document.number or "")
        values = paper_values(uow, hall.hall, found, language=language, form="a4", copies=COPIES)
    return lay_out(hall, "stock.html", values, language)


def cover(hall: OpenHall, language: Language, version: int | None = None) -> Any:
    with hall.work("A01", now=LATER) as uow:
        print_cover(uow, hall=hall.hall, code=code_of(hall), no=A)
    with hall.read() as uow:
        one = read_cover(uow, hall=hall.hall, code=code_of(hall), no=A, version=version)
        values = cover_values(uow, hall.hall, one, language=language)
    return lay_out(hall, "cover.html", values, language)


def is_internal(document: Any, kind: str, language: Language) -> bool:
    """Tell whether it is titled as its kind, never as an invoice, with the footer on each page."""
    largest = max(boxes(document.pages[0]), key=lambda box: box.style["font_size"])
    said = words(document).replace(" ", "")
    assert TITLES[kind][language].replace(" ", "") in said
    for page in document.pages:
        text = "".join(box.text for box in boxes(page))
        assert FOOTERS[language] in text
    return "发票" not in largest.text and "invoice" not in largest.text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_inv_11_every_slip_is_internal_and_none_is_titled_an_invoice(
    hall: OpenHall, language: Language
) -> None:
    receive(hall, A, "00100008", "A01")
    finished(hall, "00200001", "00200002")
    put(hall, "invoices", used(hall, A))
    void = ask(hall, B)
    sign(hall, void, tick(B))
    with hall.read() as uow:
        lost_id = lose(hall, C).document_id
        lost = uow.session.get_one(Document, (hall.id, lost_id))
        uow.session.expunge(lost)
    with hall.work("V01", now=FREE) as uow:
        name = f"{code_of(hall)}/00200001"
        gone = submit_destruction(uow, hall=hall.hall, books=[name], reason="保管期满")
        uow.session.flush()
        uow.session.expunge(gone)
    assert is_internal(cover(hall, language), "cover", language)
    for kind, document in {
        "invoice_void": void,
        "invoice_loss": lost,
        "invoice_destruction": gone,
    }.items():
        assert is_internal(slip(hall, document, language), kind, language), kind


def test_a_void_prints_what_was_ticked_and_a_loss_its_clock(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    void = ask(hall, B)
    sign(hall, void, tick(B, (1, 3)))
    lost_id = lose(hall, C).document_id
    with hall.read("J01") as uow:
        ticked = further_facts(
            uow, hall.hall, uow.session.get_one(Document, (hall.id, void.id)), "en"
        )
        lost = uow.session.get_one(Document, (hall.id, lost_id))
        clock = dict(further_facts(uow, hall.hall, lost, "en"))
        assert form_paper(uow, hall.hall, lost.number or "", language="zh").startswith(b"%PDF")
    assert ticked == [("Copies back", "00100002: 1,3 / 3")]
    assert clock == {"Report due": "2026-11-21 00:00", "Case": "report due"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cover_lists_its_voids_and_an_old_version_says_it_is_replaced(
    hall: OpenHall, language: Language
) -> None:
    receive(hall, A, "00100008", "A01")
    first = words(cover(hall, language))
    assert B not in first
    sign(hall, ask(hall, B, reason="客户名称错"), tick(B))
    second = words(cover(hall, language))
    for told in (B, "客户名称错", "3 / 3", "2026-11-20", "A01"):
        assert told in second, told
    replaced = {"zh": "本版已由第", "en": "Replaced by version"}[language]
    assert replaced not in second
    old = words(cover(hall, language, 1))
    assert replaced in old
    assert B not in old
