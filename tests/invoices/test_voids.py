"""Voids: asked by the clerk, ticked copy by copy and signed by the auditor (DOMAIN INV-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from invoices.covers import covers_due, print_cover
from invoices.form_signing import cancel_forms, reject_forms, reverse_forms
from invoices.later_invoices import NewForm, register_reissue
from invoices.mark_errors import (
    CopiesUnreadable,
    DigitalNotVoidable,
    NotAVoid,
    NotStamped,
    NotYourForm,
    NumberSettled,
    NumberUnknown,
    NumberUnreadable,
    SpecialVoidTooLate,
    TicksMissing,
    VoidAskedAlready,
    VoidReplaced,
)
from invoices.mark_tables import VoidTick
from invoices.open_voids import OpenVoid, open_voids
from invoices.register import standing_of
from invoices.void_rules import copies_of_code, require_voidable
from ledger.audit.findings import Finding
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.events import Event
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.work import Actor
from stock.errors import FactMissing
from tests.builders import DAY, LOADER, OpenHall
from tests.invoices.form_days import code_of, post, receive, used
from tests.invoices.marking import (
    DIGITAL,
    LATER,
    A,
    B,
    C,
    D,
    ask,
    clock,
    red,
    sign,
    tick,
)
from tests.ledger.audit.evidence_days import at, of, put, run
from tests.observing import refused, whereabouts


def drawn(hall: OpenHall) -> None:
    """A01 holds eight numbers; three are registered as issued, and posted as such."""
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", used(hall, A), used(hall, B), used(hall, C, txn_no="T3"))
    post(hall, DAY)


def waiting(hall: OpenHall, *, on: dt.date = DAY) -> list[OpenVoid]:
    with hall.read() as uow:
        return open_voids(uow, [hall.id], on=on)


def test_inv_06_all_copies_and_the_stamp_make_it_void(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, B)
    assert (document.state, document.required_roles) == ("submitted", "auditor")
    assert whereabouts(hall)[B] == "invoice_issued"
    signed = sign(hall, document, tick(B))
    assert not signed.refused
    assert whereabouts(hall)[B] == "invoice_void"
    with hall.read() as uow:
        assert uow.session.get_one(Document, (hall.id, document.id)).state == "posted"
        standing = standing_of(uow, hall.hall, code_of(hall), B)
        assert standing is not None
        assert (standing.status, standing.clerk, standing.amount_fen) == ("void", "A01", 5800)
    assert of(run(hall), "P03") == {}
    assert waiting(hall) == []


def test_inv_06_a_missing_copy_refuses_the_void_and_leaves_the_red_letter(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, A, B)
    signed = sign(hall, document, tick(A), tick(B, (1, 3)))
    assert signed.missing == {B: (2,)}
    assert whereabouts(hall)[B] == "invoice_issued"
    with hall.read() as uow:
        kept = uow.session.get_one(Document, (hall.id, document.id))
        ticks = uow.session.scalars(select(VoidTick.ticked).where(VoidTick.hall_id == hall.id))
        assert (kept.state, sorted(ticks)) == ("rejected", ["1,2,3", "1,3"])
        reasons = uow.session.scalars(select(Event.facts).where(Event.act == "document.rejected"))
        assert any("联次不全" in reason for reason in reasons)
        assert standing_of(uow, hall.hall, code_of(hall), B).status == "issued"  # type: ignore[union-attr]
    (left,) = waiting(hall)
    assert (left.invoice_no, left.missing, left.unrecovered) == (B, (2,), True)
    red(hall, D, -5800, B)
    assert waiting(hall) == []


def test_inv_06_a_void_open_at_the_day_s_end_is_not_recovered(hall: OpenHall) -> None:
    drawn(hall)
    ask(hall, B)
    assert [(v.invoice_no, v.unrecovered) for v in waiting(hall)] == [(B, False)]
    tomorrow = waiting(hall, on=DAY + dt.timedelta(days=1))
    assert [(v.invoice_no, v.unrecovered, v.days) for v in tomorrow] == [(B, True, 1)]


def test_inv_06_a_special_invoice_is_void_in_the_month_of_its_issue_alone() -> None:
    special, march, april = "4300171130", dt.date(2025, 3, 31), dt.date(2025, 4, 1)
    require_voidable(special, "02550485", issued_on=march, on=march)
    with pytest.raises(SpecialVoidTooLate):
        require_voidable(special, "02550485", issued_on=march, on=april)
    require_voidable("044001911204", "02550485", issued_on=march, on=april)
    require_voidable(special, "02550485", issued_on=None, on=april)


def test_inv_06_a_special_void_asked_on_the_last_day_is_not_signed_in_the_next_month(
    hall: OpenHall,
) -> None:
    code, day = f"430017{hall.id:04d}", dt.date(2026, 11, 30)
    receive(hall, A, B, "A01", invoice_code=code)
    put(hall, "invoices", used(hall, A, invoice_code=code), date=DAY)
    document = ask(hall, A, code=code, now=clock("20:00", date=day))
    with refused(hall, SpecialVoidTooLate):
        sign(hall, document, tick(A), now=clock("09:00", date=dt.date(2026, 12, 1)))
    sign(hall, document, tick(A), now=clock("21:00", date=day))
    assert whereabouts(hall)[A] == "invoice_void"


def test_inv_07_a_digital_invoice_is_never_void(hall: OpenHall) -> None:
    put(hall, "invoices", used(hall, DIGITAL, invoice_code=""))
    with refused(hall, DigitalNotVoidable) as told:
        ask(hall, DIGITAL, code="")
    assert "数电票不得作废,请开红字" in told.value.message("zh")


def test_a_spoiled_blank_is_void_and_nobody_s_use(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, "00100004-00100005")
    sign(hall, document, tick("00100004"), tick("00100005"))
    places = whereabouts(hall)
    assert (places["00100004"], places["00100005"]) == ("invoice_void", "invoice_void")
    assert of(run(hall), "P01", "P03", "P05") == {}
    assert post(hall, DAY) == 0


def test_a_use_registered_while_the_void_waits_leaves_the_number_to_its_signature(
    hall: OpenHall,
) -> None:
    receive(hall, A, "00100008", "A01")
    document = ask(hall, A)
    put(hall, "invoices", used(hall, A))
    assert post(hall, DAY) == 0
    sign(hall, document, tick(A))
    assert whereabouts(hall)[A] == "invoice_void"


@pytest.mark.parametrize("who", ["A02", "K01", "J01", "M01"])
def test_a_clerk_voids_his_own_forms_and_the_custodian_anybody_s(hall: OpenHall, who: str) -> None:
    drawn(hall)
    expected: type[BackofficeError] = NotYourForm if who == "A02" else NotPermitted
    with refused(hall, expected):
        ask(hall, B, who=who)
    assert ask(hall, B, who="V01").state == "submitted"


@pytest.mark.parametrize("who", ["A01", "A02", "V01", "M01", "S01"])
def test_the_auditor_alone_ticks_and_never_whose_void_it_is(hall: OpenHall, who: str) -> None:
    drawn(hall)
    document = ask(hall, B)
    with refused(hall, NotPermitted):
        sign(hall, document, tick(B), who=who)


def test_an_auditor_who_issued_it_signs_no_void_of_it(hall: OpenHall) -> None:
    drawn(hall)
    put(hall, "invoices", used(hall, D, clerk="J01"))
    document = ask(hall, D, who="V01")
    with refused(hall, MakerIsChecker):
        sign(hall, document, tick(D))


def test_every_number_is_ticked_with_copies_that_exist_and_a_stamp(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, A, B)
    with refused(hall, TicksMissing):
        sign(hall, document, tick(A))
    with refused(hall, TicksMissing):
        sign(hall, document, tick(A), tick(B), tick(C))
    with refused(hall, CopiesUnreadable):
        sign(hall, document, tick(A), tick(B, (1, 2, 4)))
    with refused(hall, CopiesUnreadable):
        sign(hall, document, tick(A), tick(B, (1, 1, 2)))
    with refused(hall, NotStamped):
        sign(hall, document, tick(A), tick(B, stamped=False))


def test_a_number_is_asked_once_and_a_withdrawn_void_frees_it(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, B)
    with refused(hall, VoidAskedAlready):
        ask(hall, "00100001-00100003")
    with hall.work("A01", now=LATER) as uow:
        cancel_forms(uow, hall=hall.hall, number=document.number or "", reason="号码写错")
    second = ask(hall, B)
    with hall.work("J01", now=LATER) as uow:
        reject_forms(uow, hall=hall.hall, number=second.number or "", reason="没有必要")
    with refused(hall, NotAVoid):
        sign(hall, second, tick(B))
    assert not sign(hall, ask(hall, B), tick(B)).refused
    with refused(hall, NumberSettled):
        ask(hall, B)


def test_what_is_no_number_of_this_hall_is_refused(hall: OpenHall) -> None:
    drawn(hall)
    with refused(hall, NumberUnknown):
        ask(hall, "00999999")
    for entry in ("", "12a", "00100005-00100001", "00100001-100008", "00100001,00100001"):
        with refused(hall, NumberUnreadable):
            ask(hall, entry)
    with refused(hall, FactMissing):
        ask(hall, B, reason="  ")
    for copies in (0, 21):
        with refused(hall, CopiesUnreadable):
            ask(hall, B, copies=copies)


def test_a_void_answers_nothing_of_the_register_s_own_file(hall: OpenHall) -> None:
    drawn(hall)
    sign(hall, ask(hall, D), tick(D))
    with hall.read() as uow:
        sources = uow.session.execute(
            text("SELECT DISTINCT source FROM intake_sources WHERE hall_id = :h ORDER BY source"),
            {"h": hall.id},
        ).scalars()
        assert "invoices:act" in set(sources)
    with hall.work(LOADER) as uow:
        assert uow.session.scalars(select(Finding).where(Finding.hall_id == hall.id)).all() == []


@pytest.mark.parametrize(
    ("code", "copies"),
    [
        ("044001911204", 2),
        ("044001911205", 5),
        ("044001911211", None),
        ("4300171130", 3),
        ("231000940123", None),
        ("收据", None),
    ],
)
def test_a_code_says_how_many_copies_its_forms_have(code: str, copies: int | None) -> None:
    assert copies_of_code(code) == copies


def test_times_of_a_void_are_of_its_signature(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, B, now=clock("11:00"))
    sign(hall, document, tick(B), now=clock("17:30"))
    with hall.read() as uow:
        issued_at = uow.session.execute(
            text(
                "SELECT issued_at FROM evidence_invoices WHERE hall_id = :h AND status = 'void'"
                " AND invoice_no = :no"
            ),
            {"h": hall.id, "no": B},
        ).scalar_one()
    assert issued_at == at("17:30")


def undo(hall: OpenHall, document: Document, who: str | Actor = "M01") -> Document:
    """Undo a posted void as a manager."""
    with hall.work(who, now=LATER) as uow:
        return reverse_forms(
            uow, hall=hall.hall, number=document.number or "", reason="错把在用票勾为作废"
        )


def test_inv_06_a_void_that_was_wrong_is_undone_by_a_manager_and_its_cover_printed_anew(
    hall: OpenHall,
) -> None:
    drawn(hall)
    document = ask(hall, B, D)
    sign(hall, document, tick(B), tick(D))
    assert (whereabouts(hall)[B], whereabouts(hall)[D]) == ("invoice_void", "invoice_void")
    with hall.work("A01", now=LATER) as uow:
        print_cover(uow, hall=hall.hall, code=code_of(hall), no=A)
    for who, error in (("A01", NotPermitted), ("J01", NotPermitted), ("A02", NotPermitted)):
        with refused(hall, error):
            undo(hall, document, who)
    assert undo(hall, document).state == "reversed"
    assert (whereabouts(hall)[B], whereabouts(hall)[D]) == ("invoice_issued", "invoice_clerk A01")
    with hall.read() as uow:
        standing = standing_of(uow, hall.hall, code_of(hall), B)
        assert standing is not None
        assert (standing.status, standing.amount_fen) == ("issued", 5800)
        assert standing_of(uow, hall.hall, code_of(hall), D) is None
        (due,) = covers_due(uow, hall.hall)
        assert (due.missing, due.lifted) == ((), (B, D))
    with hall.work("A01", now=LATER) as uow:
        cover = print_cover(uow, hall=hall.hall, code=code_of(hall), no=A)
        assert (cover.version, cover.lines, cover.covers_all) == (2, (), True)
    assert of(run(hall), "P03") == {}
    sign(hall, ask(hall, B), tick(B))
    assert whereabouts(hall)[B] == "invoice_void"


def test_inv_06_nobody_undoes_a_void_he_had_part_in_or_one_whose_number_was_reissued(
    hall: OpenHall,
) -> None:
    drawn(hall)
    document = ask(hall, B)
    sign(hall, document, tick(B))
    auditor = hall.people["J01"]
    leads = replace(auditor, roles={hall.id: frozenset({"auditor", "hall_manager"})})
    with refused(hall, MakerIsChecker):
        undo(hall, document, leads)
    with hall.work("A01", now=LATER) as uow:
        register_reissue(
            uow,
            hall=hall.hall,
            form=NewForm("A01", code_of(hall), D),
            original_code=code_of(hall),
            original_no=B,
        )
    with refused(hall, VoidReplaced):
        undo(hall, document)


def test_inv_06_a_void_taken_back_before_its_signature_is_no_finding(hall: OpenHall) -> None:
    drawn(hall)
    document = ask(hall, B)
    assert set(of(run(hall), "P03")) == {("P03", f"invoice:{code_of(hall)}/{B}")}
    with hall.work("A01", now=LATER) as uow:
        cancel_forms(uow, hall=hall.hall, number=document.number or "", reason="不作废了")
    assert of(run(hall), "P03") == {}
