"""Lists of cash to sign: petty cash of a month, a shift's day sheet, openings of the safe."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from backoffice.cash_copies import FINANCE, STUB, copy_names
from backoffice.form_lists import PORTRAIT, FormReport
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.sheets import CellKind
from backoffice.trade_words import tender_name
from ledger.actors import Person, names_of
from ledger.amount_words import amount_in_words
from ledger.approvals import Signature
from ledger.cash.denominations import note_name, read_denominations
from ledger.cash.kinds import OPENING
from ledger.cash.seen import PettyMonth, ShiftSeen, handed_in
from ledger.cash.tables import Shift
from ledger.documents import STATES, Document
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME, month_of
from ledger.work import UnitOfWork

CASH = Text("现金", "Cash")
PETTY = Text("厅费用月报", "Petty cash of the month")
DAY_SHEET = Text("日结单", "Day sheet of a shift")
SAFE_LOG = Text("开柜登记", "Openings of the safe")
AMOUNT = ListColumn("amount", Text("金额", "Amount"), CellKind.MONEY, total=True)
DATE = ListColumn("date", Text("日期", "Date"), CellKind.DATE)
NUMBER = ListColumn("document", Text("单号", "Number"))
MANAGER = Text("营业厅经理", "Hall manager")
AUDITOR = Text("稽核", "Auditor")
KEEPER = Text("库管", "Stock keeper")
HALL = Text("营业厅", "Hall")
IN_CAPITALS = Text("大写", "In capitals")


def petty_report(hall: Hall, sheet: PettyMonth) -> FormReport:
    """Give the month's sheet: opening + received - spent = closing, with room to sign."""
    columns = (
        *(DATE, NUMBER),
        ListColumn("kind", Text("类型", "Kind")),
        ListColumn("category", Text("类别", "Category")),
        ListColumn("purpose", Text("事由", "What for")),
        ListColumn("in", Text("拨入", "Received"), CellKind.MONEY, total=True),
        ListColumn("out", Text("支出", "Spent"), CellKind.MONEY, total=True),
        ListColumn("left", Text("结余", "Left"), CellKind.MONEY),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            *(one.date, one.number, one.kind, one.category or "", one.purpose),
            one.fen if one.fen > 0 else None,
            -one.fen if one.fen < 0 else None,
            one.left_fen,
        )
        for one in sheet.lines
    ]
    spent: list[tuple[Cell, ...]] = [(name, fen) for name, fen in sheet.by_category().items()]
    by_category = GoodsList(
        "categories",
        Text("按类别", "By category"),
        (ListColumn("category", Text("类别", "Category")), AMOUNT),
        spent,
    )
    return FormReport(
        "petty",
        PETTY,
        (
            GoodsList("petty", PETTY, columns, rows, empty=Text("本月没有厅费用。", "None.")),
            by_category,
        ),
        heading=(
            (HALL, f"{hall.code} {hall.name}"),
            (Text("期初", "Opening"), _yuan(sheet.opening_fen)),
            (Text("拨入", "Received"), _yuan(sheet.in_fen)),
            (Text("支出", "Spent"), _yuan(sheet.out_fen)),
            (Text("期末", "Closing"), _yuan(sheet.closing_fen)),
            (Text("期末大写", "Closing in capitals"), amount_in_words(sheet.closing_fen)),
            (Text("月份", "Month"), f"{sheet.month:%Y-%m}"),
        ),
        signers=(KEEPER, MANAGER, FINANCE),
        said=Text(
            "期初 + 拨入 - 支出 = 期末,与库存现金核对一致。",
            "Opening + received - spent = closing, and agrees with the cash in hand.",
        ),
        kicker=CASH,
        copies=copy_names((STUB, FINANCE)),
    )


def day_sheet(uow: UnitOfWork, hall: Hall, seen: ShiftSeen) -> FormReport:
    """Give a shift's day sheet; what was expected stands on it only once the shift is closed."""
    shift = seen.shift
    names = names_of(uow, hall.id)
    compared = shift.state == "closed" and shift.is_compared
    columns = [
        ListColumn("tender", Text("支付方式", "Tender")),
        ListColumn("first", Text("首次申报", "First count"), CellKind.MONEY, total=True),
        ListColumn("declared", Text("申报", "Declared"), CellKind.MONEY, total=True),
    ]
    if compared:
        columns += [
            ListColumn("expected", Text("应有", "Expected"), CellKind.MONEY, total=True),
            # Over and short are never netted across tenders.
            ListColumn("difference", Text("长短款", "Over or short"), CellKind.MONEY),
        ]
    tenders: list[tuple[Cell, ...]] = [
        (
            *(tender_name(one.tender), one.counted[0], one.counted[-1]),
            *((one.expected_fen, one.difference_fen) if compared else ()),
        )
        for one in seen.tenders
    ]
    cash = next((one for one in seen.tenders if one.tender == "cash"), None)
    pieces = read_denominations(cash.notes[-1]) if cash is not None else {}
    notes: list[tuple[Cell, ...]] = [
        (f"¥{note_name(fen)}", count, fen * count) for fen, count in pieces.items()
    ]
    said = [] if compared else [Text("账目未比对,本单不列应有数。", "Not compared yet.")]
    return FormReport(
        "day-sheet",
        DAY_SHEET,
        (
            GoodsList("tenders", Text("申报", "Declared"), tuple(columns), tenders),
            GoodsList(
                "notes",
                Text("券别", "Notes and coins"),
                (
                    ListColumn("note", Text("面额", "Of")),
                    ListColumn("pieces", Text("张(枚)", "Pieces"), CellKind.INTEGER),
                    AMOUNT,
                ),
                notes,
            ),
            _handed(uow, hall, shift),
        ),
        heading=(
            (HALL, f"{hall.code} {hall.name}"),
            (Text("营业员", "Clerk"), f"{shift.clerk} {names.get(shift.clerk, '')}".strip()),
            (Text("开班备用金", "Float at opening"), _yuan(shift.opening_fen)),
            (Text("留存备用金", "Float kept"), _yuan(shift.kept_fen)),
            (
                Text("现金大写", "Cash in capitals"),
                amount_in_words(cash.counted[-1] if cash is not None else 0),
            ),
            (Text("日期", "Date"), shift.business_date.isoformat()),
        ),
        notes=tuple(said),
        signers=(Text("营业员", "Clerk"), Text("值班经理", "Duty manager"), AUDITOR),
        said=Text("逐种清点无误。", "Counted tender by tender."),
        form=PORTRAIT,
        kicker=CASH,
        copies=copy_names((Text("营业员", "Clerk"), STUB)),
    )


def _handed(uow: UnitOfWork, hall: Hall, shift: Shift) -> GoodsList:
    rows: list[tuple[Cell, ...]] = [
        (one.number, STATES[one.state], one.amount_fen) for one in handed_in(uow, hall, shift)
    ]
    columns = (NUMBER, ListColumn("state", Text("状态", "State")), AMOUNT)
    return GoodsList("handed", Text("交款", "Handed in"), columns, rows)


def safe_log(uow: UnitOfWork, hall: Hall, month: dt.date) -> FormReport:
    """Give the openings of the safe in a month: what for, and which two opened it (REC-07)."""
    first, last = month_of(month)
    rows = uow.session.execute(
        select(Document, Signature.step, Signature.at, Person.name)
        .join(
            Signature,
            (Signature.hall_id == Document.hall_id) & (Signature.document_id == Document.id),
        )
        .join(Person, Person.id == Signature.person_id)
        .where(
            Document.hall_id == hall.id,
            Document.kind == OPENING,
            Document.business_date >= first,
            Document.business_date <= last,
        )
        .order_by(Document.id, Signature.id)
    )
    openings: dict[str, tuple[Document, dict[str, tuple[dt.datetime, str]]]] = {}
    for document, step, at, name in rows:
        openings.setdefault(document.number or "", (document, {}))[1][step] = (at, name)
    lines: list[tuple[Cell, ...]] = [
        (
            *(document.business_date, number, document.remark, STATES[document.state]),
            *_by_whom(signed.get("submit")),
            *_by_whom(signed.get("approve")),
        )
        for number, (document, signed) in openings.items()
    ]
    return FormReport(
        "safe-log",
        SAFE_LOG,
        (
            GoodsList(
                "openings",
                SAFE_LOG,
                (
                    *(DATE, NUMBER),
                    ListColumn("purpose", Text("事由", "What for")),
                    ListColumn("state", Text("状态", "State")),
                    ListColumn("first_person", Text("申请人", "Asked by")),
                    ListColumn("asked_at", Text("申请时间", "Asked at")),
                    ListColumn("second_person", Text("同开人", "Opened with")),
                    ListColumn("opened_at", Text("开柜时间", "Opened at")),
                ),
                lines,
                empty=Text("本月没有开柜。", "The safe was not opened this month."),
            ),
        ),
        heading=((HALL, f"{hall.code} {hall.name}"), (Text("月份", "Month"), f"{first:%Y-%m}")),
        signers=(KEEPER, AUDITOR, MANAGER),
        said=Text("两人到场开启,钥匙与密码分管。", "Opened by two, key and combination apart."),
        kicker=CASH,
    )


def _by_whom(signed: tuple[dt.datetime, str] | None) -> tuple[str, str]:
    if signed is None:
        return "", ""
    at, name = signed
    return name, f"{at.astimezone(HALL_TIME):%Y-%m-%d %H:%M}"


def _yuan(fen: int) -> str:
    return show_yuan(fen, separators=True)
