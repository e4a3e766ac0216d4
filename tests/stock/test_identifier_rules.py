"""The rules of identifiers and documents, STK-01 to STK-05 and STK-10, each as it is written."""

from __future__ import annotations

import datetime as dt

from ledger.accounts import Commodity
from ledger.hall_days import HallDay, HallDayClosed
from ledger.posting_errors import IdentifierTaken, UnitCountMismatch, UnitElsewhere
from stock.goods_lines import GoodsLine, judge_lines
from stock.moves import MoveLine, submit_move
from stock.runs import runs_of
from stock.scan_reading import read_code
from stock.scan_verdicts import ScanRule, judge_scans
from stock.serials import CheckDigitProposed, SerialRefused
from stock.signing import reverse_move
from tests.builders import DAY, OpenHall
from tests.observing import held, refused, whereabouts
from tests.stock.moving import campaign, facts, know_goods, move, new_iccid, new_imei, stock


def test_stk_01_an_imei_is_valid_refused_or_has_its_check_digit_proposed(hall: OpenHall) -> None:
    know_goods(hall)
    whole = new_imei()
    wrong = whole[:-1] + str((int(whole[-1]) + 1) % 10)
    with refused(hall, SerialRefused):
        move(hall, "receipt", MoveLine("P1", 1, wrong))
    with refused(hall, CheckDigitProposed) as refusal:
        move(hall, "receipt", MoveLine("P1", 1, whole[:14]))
    assert refusal.value.facts["value"] == whole
    # Sixteen digits are the IMEI and two of its software.
    move(hall, "receipt", MoveLine("P1", 1, whole[:14] + "07"))
    assert whereabouts(hall)[whole] == "store"
    with refused(hall, IdentifierTaken):
        move(hall, "receipt", MoveLine("P1", 1, whole))


def test_stk_01_a_type_code_of_another_model_is_a_warning(hall: OpenHall) -> None:
    tac, fresh = f"8699{hall.id:04d}", f"8698{hall.id:04d}"
    stock(hall, "P1", [new_imei(tac)])
    with hall.read("K01") as uow:
        lines = [
            GoodsLine(2, "P2", new_imei(tac)),
            GoodsLine(3, "P1", new_imei(tac)),
            # The loan handset of a model is an item of its own.
            GoodsLine(4, "L1", new_imei(tac)),
            GoodsLine(5, "P1", new_imei(fresh)),
            GoodsLine(6, "P2", new_imei(fresh)),
        ]
        judged = judge_lines(uow, hall=hall.hall, lines=lines)
    assert {one.verdict for one in judged} == {"good"}
    doubted = {one.line_no: one.reason.en for one in judged if one.reason is not None}
    assert list(doubted) == [2, 6]
    assert "P1, not P2" in doubted[2]


def test_stk_01_a_plain_receipt_names_the_odd_type_codes_and_scans_say_the_same(
    hall: OpenHall,
) -> None:
    tac = f"8697{hall.id:04d}"
    serials = [new_imei(tac) for _ in range(3)]
    stock(hall, "P1", serials[:1])
    lines = [MoveLine("P2", 1, serials[1]), MoveLine("P1", 1, serials[2])]
    received = move(hall, "receipt", *lines)
    assert facts(hall, received.number) == {"type_codes": f"{serials[1]} (P2 ≠ P1)"}
    rule = ScanRule(brings=True, item="P2")
    with hall.read("K01") as uow:
        (one,) = judge_scans(uow, hall.hall, [read_code(new_imei(tac))], rule)
    assert (one.verdict, one.note is not None) == ("good", True)


def test_stk_02_every_name_of_a_handset_is_the_one_unit(hall: OpenHall) -> None:
    know_goods(hall)
    first, second, other = new_imei(), new_imei(), new_imei()
    meid = f"a1{hall.id:012d}"
    names = (("imei", second), ("meid", meid), ("sn", "SN-1"))
    move(hall, "receipt", MoveLine("P1", 1, first, names=names))
    with refused(hall, SerialRefused):
        move(hall, "receipt", MoveLine("P1", 1, other, names=(("meid", "1A000012345678"),)))
    with refused(hall, IdentifierTaken):
        move(hall, "receipt", MoveLine("P1", 1, second))
    for name in (second, meid.upper(), "SN-1", first):
        move(hall, "draw", MoveLine("", 0, name, holder="A01"))
        assert whereabouts(hall)[first] == "clerk A01"
        move(hall, "return", MoveLine("", 0, name))
    move(hall, "draw", MoveLine("", 0, second, holder="A01"))
    code = campaign(hall, "DUAL", 5)
    move(hall, "gift", MoveLine("", 0, second), form_no="1", campaign=code, recipient="1")
    assert whereabouts(hall)[first] == "customer"
    with refused(hall, UnitElsewhere):
        move(hall, "draw", MoveLine("", 0, first, holder="A02"))


def test_stk_03_other_carriers_cards_are_refused_and_wrong_check_digits_kept(
    hall: OpenHall,
) -> None:
    know_goods(hall)
    card = new_iccid()
    with refused(hall, SerialRefused):
        move(hall, "receipt", MoveLine("S1", 1, "89860012345678901234"))
    with refused(hall, CheckDigitProposed) as refusal:
        move(hall, "receipt", MoveLine("S1", 1, card[:19]))
    assert refusal.value.facts["value"] == card
    doubtful = card[:19] + str((int(card[19]) + 1) % 10)
    move(hall, "receipt", MoveLine("S1", 1, doubtful))
    assert whereabouts(hall)[doubtful] == "store"


def test_stk_04_runs_split_and_join_on_their_bodies(hall: OpenHall) -> None:
    know_goods(hall)
    body = 8986019_000000000000 + hall.id * 1_000

    def run(first: int, last: int, holder: str = "") -> MoveLine:
        ends = (f"{body + first:019d}", f"{body + last:019d}")
        return MoveLine("S1", last - first + 1, *ends, holder)

    def runs(place: str) -> list[tuple[int, int]]:
        serials = [one for one, where in whereabouts(hall).items() if where == place]
        with hall.read() as uow:
            item = uow.session.query(Commodity).filter_by(code="S1").one()
            found = runs_of(item, serials)
        return [(int(first[:19]) - body, int(last[:19]) - body) for first, last, _ in found]

    move(hall, "receipt", run(100, 199))
    move(hall, "draw", run(120, 139, "A01"))
    assert (runs("store"), runs("clerk A01")) == ([(100, 119), (140, 199)], [(120, 139)])
    move(hall, "return", run(130, 139, "A01"))
    assert (runs("store"), runs("clerk A01")) == ([(100, 119), (130, 199)], [(120, 129)])
    short = run(100, 109, "A01")
    with refused(hall, UnitCountMismatch):
        move(hall, "draw", MoveLine("S1", 9, short.serial, short.serial_to, "A01"))
    with refused(hall, UnitElsewhere):
        move(hall, "draw", run(115, 125, "A02"))


def test_stk_05_recharge_cards_are_moved_by_their_serials_and_never_fewer(
    hall: OpenHall,
) -> None:
    know_goods(hall)
    move(hall, "receipt", MoveLine("C50", 20, "60001000", "60001019"))
    with refused(hall, UnitCountMismatch):
        move(hall, "draw", MoveLine("C50", 20, "60001000", "60001018", "A01"))
    with refused(hall, UnitCountMismatch):
        move(hall, "draw", MoveLine("C50", 20, holder="A01"))
    move(hall, "draw", MoveLine("C50", 20, "60001000", "60001019", "A01"))
    assert held(hall)["clerk A01", "C50"] == 20


def test_stk_10_a_reversed_slip_keeps_its_number_and_nothing_is_dated_on_a_closed_day(
    hall: OpenHall,
) -> None:
    serial = new_imei()
    stock(hall, "P1", [serial])
    line = MoveLine("", 0, serial, holder="A01")
    drawn = move(hall, "draw", line)
    with hall.work("M01") as uow:
        reverse_move(uow, hall=hall.hall, number=drawn.number or "", reason="错单")
    assert whereabouts(hall)[serial] == "store"
    again = move(hall, "draw", line)
    assert int((again.number or "")[-6:]) == int((drawn.number or "")[-6:]) + 1
    yesterday = DAY - dt.timedelta(days=1)
    with refused(hall, HallDayClosed), hall.work() as uow:
        back = [MoveLine("", 0, serial)]
        submit_move(uow, hall=hall.hall, kind="return", lines=back, on=yesterday)
    with hall.work() as uow:
        day = uow.session.get_one(HallDay, (hall.id, DAY))
        day.hall_status = "submitted"
    with refused(hall, HallDayClosed):
        move(hall, "return", MoveLine("", 0, serial))
