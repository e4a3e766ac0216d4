"""What is in hand, lent out, awaited and unsigned, read from the books on both databases."""

from __future__ import annotations

import datetime as dt

from ledger.accounts import register_commodity
from stock.custody import custody_of, own_holders
from stock.loans import loans_out
from stock.manifests import awaited_lines, expect_goods, receive_manifest
from stock.moves import MoveLine, submit_move
from stock.scan_sheets import find_sheet, open_sheet, take_scans
from stock.scan_verdicts import ScanRule
from stock.sheet_documents import make_document
from stock.signing import reverse_move, sign_move
from stock.transfers_shown import goods_awaited
from stock.waiting import is_asked, may_sign, signer_name, unsigned_documents
from tests.builders import DAY, OpenHall, move_phones, phone, receive_gifts, receive_phones

STORE = ScanRule(places=(("store", ""),))


def test_in_hand_is_opening_and_what_came_less_what_went(hall: OpenHall) -> None:
    phones = hall.serials(4)
    receive_phones(hall, phones)
    move_phones(hall, "draw", "store > clerk A01", phones[:3])
    move_phones(hall, "return", "clerk A01 > store", phones[:1])
    with hall.read("A01") as uow:
        assert own_holders(uow, hall.hall) == ["A01"]
        custody = custody_of(uow, hall.hall, "A01", DAY)
        assert custody.total("opening") == 0
        assert custody.total("drawn") == 3
        assert custody.total("returned") == 1
        assert custody.total("in_hand") == 2
        assert custody.pieces == {"P1": tuple(phones[1:3])}
        tomorrow = custody_of(uow, hall.hall, "A01", DAY + dt.timedelta(days=1))
        assert tomorrow.total("opening") == 2


def test_a_reversed_draw_is_no_draw(hall: OpenHall) -> None:
    phones = hall.serials(1)
    receive_phones(hall, phones)
    draw = move_phones(hall, "draw", "store > clerk A01", phones)
    with hall.work("M01") as uow:
        reverse_move(uow, hall=hall.hall, number=str(draw.number), reason="领错人")
    with hall.read() as uow:
        custody = custody_of(uow, hall.hall, "A01", DAY)
        assert custody.total("drawn") == 0
        assert custody.total("in_hand") == 0


def test_a_holder_of_nothing_holds_nothing(hall: OpenHall) -> None:
    with hall.read() as uow:
        assert custody_of(uow, hall.hall, "A02", DAY).items == ()


def test_loans_are_listed_by_their_due_day(hall: OpenHall) -> None:
    serials = hall.serials(3)
    with hall.work() as uow:
        register_commodity(
            uow, code="L1", name="备用机", category="loaner", tracking="serial", unit="台"
        )
    with hall.work() as uow:
        lines = [MoveLine("L1", 1, serial) for serial in serials]
        submit_move(uow, hall=hall.hall, kind="receipt", lines=lines)
    for serial, days in zip(serials, (5, 1), strict=False):
        with hall.work() as uow:
            facts = {
                "customer": "王女士",
                "condition": "完好",
                "due_on": str(DAY + dt.timedelta(days=days)),
            }
            lines = [MoveLine("L1", 1, serial)]
            submit_move(uow, hall=hall.hall, kind="lend", lines=lines, facts=facts)
    with hall.read() as uow:
        loans = loans_out(uow, hall.hall)
        assert [loan.serial for loan in loans] == [serials[1], serials[0]]
        assert loans[0].customer == "王女士"
        assert loans[0].days_late(DAY) == 0
        assert loans[0].days_late(DAY + dt.timedelta(days=4)) == 3


def test_what_is_unsigned_asks_the_one_it_names_and_nobody_else(hall: OpenHall) -> None:
    phones = hall.serials(1)
    receive_phones(hall, phones)
    move_phones(hall, "draw", "store > clerk A01", phones)
    with hall.work("A01") as uow:
        lines = [MoveLine("", 1, phones[0], holder="A01", to_holder="A02")]
        document = submit_move(uow, hall=hall.hall, kind="borrow", lines=lines)
        number = str(document.number)
    for who, asked in (("A01", False), ("A02", True), ("K01", False)):
        with hall.read(who) as uow:
            waiting = unsigned_documents(uow, hall.hall, ("stock", "custody"))
            assert [one.document.number for one in waiting] == [number]
            assert may_sign(uow, waiting[0]) is asked
            assert is_asked(uow, waiting[0], own_holders(uow, hall.hall)) is asked
            assert signer_name(waiting[0].signers[0], {"A02": "乙"}).zh == "A02 乙"
    with hall.work("A02") as uow:
        sign_move(uow, hall=hall.hall, number=number)
    with hall.read("A02") as uow:
        assert unsigned_documents(uow, hall.hall, ("stock", "custody")) == []
        assert custody_of(uow, hall.hall, "A02", DAY).total("other_in") == 1


def test_a_sheet_becomes_a_document_with_its_counted_goods_in_one_line(hall: OpenHall) -> None:
    phones = hall.serials(2)
    receive_phones(hall, phones)
    receive_gifts(hall, 9)
    with hall.work() as uow:
        sheet = open_sheet(uow, hall=hall.hall, kind="draw", facts={})
        take_scans(uow, hall.hall, sheet, [*phones, "G1*2", "G1", "nonsense"], STORE)
        facts = {"holder": "A01"}
        document = make_document(uow, hall.hall, sheet, facts, good_only=True)
        assert document.state == "posted"
        sheet_id = sheet.id
    with hall.read("K01") as uow:
        sheet = find_sheet(uow, hall.hall, sheet_id)
        assert (sheet.state, sheet.document_number) == ("made", document.number)
        custody = custody_of(uow, hall.hall, "A01", DAY)
        assert {item.code: item.in_hand for item in custody.items} == {"P1": 2, "G1": 3}


def test_what_is_awaited_shrinks_as_it_comes(hall: OpenHall) -> None:
    serials = hall.serials(2)
    with hall.work() as uow:
        item = phone(uow)
        lines = [(item.id, serial, 1, None) for serial in serials]
        number = expect_goods(uow, hall=hall.hall, source="supplier", lines=lines).id
    with hall.read() as uow:
        awaited = goods_awaited(uow, hall.hall)
        assert [(one.number, one.missing) for one in awaited] == [(number, 2)]
        assert not awaited[0].is_late(DAY, 3)
        assert awaited[0].is_late(DAY + dt.timedelta(days=4), 3)
    with hall.work() as uow:
        receive_manifest(uow, hall=hall.hall, number=number, lines=[MoveLine("P1", 1, serials[0])])
    with hall.read() as uow:
        assert goods_awaited(uow, hall.hall)[0].missing == 1
        assert [one.missing for one in awaited_lines(uow, hall.hall, number)] == [0, 1]
