"""The register of forms, a clerk's daily sheet, books that are not done with, papers to keep."""

from __future__ import annotations

from backoffice.form_asked import FormsAsked
from backoffice.form_lists import PORTRAIT, FormReport
from backoffice.form_month_lists import (
    CODE,
    COUNT,
    FIRST,
    HEADING,
    KEEPERS_EQUATION,
    LAST,
    keeper_words,
    run_rows,
)
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.sheets import CellKind, Value
from backoffice.trade_words import show_moment
from invoices.book_lists import UnknownBook
from invoices.books_due import STANDINGS, BookDue, list_books_due
from invoices.day_sheets import sheet_facts, signed_sheets
from invoices.form_keepers import GIVEN, TAKEN, KeptForms, kept_forms
from invoices.form_months import CLOSING, OPENING, months_of_forms
from invoices.form_proofs import code_text, prove_closing
from invoices.form_register import (
    RegisterLine,
    Signer,
    register_of_book,
    register_of_period,
    signers_of,
)
from invoices.kinds import CARRIERS
from invoices.models import InvoiceBook
from invoices.number_runs import NumberRun
from invoices.ranges import find_book, only_book
from invoices.report_errors import CodeNotNamed
from invoices.retention import RULES, Kept, retention_calendar
from ledger.actors import ROLES, names_of
from ledger.documents import DOCUMENT_KINDS, STATES, facts_of
from ledger.organisations import Hall
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.place_words import place_words

REGISTER_TITLE = Text("发票用存登记簿", "Register of invoice forms")
SHEET_TITLE = Text("营业员票据日清单", "Daily sheet of a clerk's forms")
RETENTION_TITLE = Text("票据存根保管期限表", "Retention calendar of stubs")
DUE_TITLE = Text("未用完与逾期票本", "Unfinished and overdue books")
CLERK_NAME = Text("营业员", "Clerk")
CUSTODIAN = Text("票据管理员", "Invoice custodian")
AUDITOR = Text("稽核", "Auditor")
SHEET_WORDS: dict[str, Text] = {
    **TAKEN,
    OPENING: Text("领用起讫(日初)", "Opened with"),
    **GIVEN,
    CLOSING: Text("应交回(日终结存)", "Must return"),
}
UNDONE = Text("(冲销)", " (reversed)")
NOBODY = ""


def register_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give a book's whole life, or what happened to a code, or to all, in a month.

    Raises UnknownBook, FormsDoNotTile and FormHasNoState.
    """
    if asked.book:
        book = _book(uow, hall, asked)
        lines = register_of_book(uow, hall, book)
        scope = (
            Text("票本", "Book"),
            f"{book.invoice_code} {NumberRun.of(book.first_no, book.last_no)}".strip(),
        )
    else:
        first, last = asked.period
        months = months_of_forms(uow, [hall], first, last)
        opening = {one.invoice_code: one.count(OPENING) for one in months}
        lines = register_of_period(uow, hall, first, last, invoice_code=asked.code, opening=opening)
        scope = (Text("月份", "Month"), f"{first:%Y-%m}")
    names = names_of(uow, hall.id)
    return FormReport(
        name="register",
        title=REGISTER_TITLE,
        tables=(
            GoodsList(
                "register",
                REGISTER_TITLE,
                (
                    ListColumn("date", Text("日期", "Date"), CellKind.DATE),
                    ListColumn("kind", Text("摘要", "Movement")),
                    CODE,
                    FIRST,
                    LAST,
                    COUNT,
                    ListColumn("left", Text("空白结存", "Blank left"), CellKind.INTEGER),
                    ListColumn("from", Text("发出", "Handed out by")),
                    ListColumn("to", Text("接收", "Received by")),
                    ListColumn("signed", Text("签字", "Signed by")),
                    ListColumn("document", Text("单号", "Document")),
                ),
                [row for line in lines for row in _register_rows(line, names)],
                empty=Text("没有票据收发。", "No forms came, moved or went."),
            ),
        ),
        heading=((Text("营业厅", "Hall"), f"{hall.name} {hall.code}"), scope),
        signers=(CUSTODIAN, AUDITOR),
    )


def sheet_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give what a clerk opened the day with, what became of it, and what he must return.

    Where no clerk is named it is the first who had forms; whoever sees no others' gets his own. A
    count given is held against the books. Raises NotPermitted, FormsCountedOtherwise, CodeNotNamed.
    """
    if asked.own is not None and asked.clerk and asked.clerk not in asked.own:
        raise NotPermitted(actor=uow.actor.label, action="oversee", area="forms")
    held = [
        one
        for one in kept_forms(uow, [hall], asked.on, asked.on, clerk=asked.clerk)
        if one.clerk
        and asked.code in (None, one.invoice_code)
        and (asked.own is None or one.clerk in asked.own)
    ]
    clerk = asked.clerk or min((one.clerk for one in held), default="")
    day = [one for one in held if one.clerk == clerk]
    if asked.closing is not None:
        _compare_sheet(day, asked.closing)
    rows: list[tuple[Cell, ...]] = []
    for one in day:
        for name, text in SHEET_WORDS.items():
            rows += [(one.code_text, text, *run) for run in run_rows(one.parts[name])]
            if name in (OPENING, CLOSING) and not one.parts[name]:
                rows.append((one.code_text, text, "", "", 0))
    return FormReport(
        name="sheet",
        title=SHEET_TITLE,
        tables=(
            GoodsList(
                "sheet",
                SHEET_TITLE,
                (CODE, HEADING, FIRST, LAST, COUNT),
                rows,
                empty=Text("当日没有票据。", "There were no forms on the day."),
            ),
            _signed_sheets(uow, hall, clerk, asked, day),
        ),
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (CLERK_NAME, keeper_words(clerk, names_of(uow, hall.id)) if clerk else NOBODY),
            (Text("日期", "Date"), asked.on),
        ),
        notes=(KEEPERS_EQUATION,),
        signers=(CLERK_NAME, CUSTODIAN),
        said=Text(
            "双方逐号清点空白票据与存根,与本单一致;实点 ______ 份。",
            "Both counted the blank forms and the stubs number by number and agree with this"
            " sheet; counted ______.",
        ),
        form=PORTRAIT,
    )


def _signed_sheets(
    uow: UnitOfWork, hall: Hall, clerk: str, asked: FormsAsked, day: list[KeptForms]
) -> GoodsList:
    """Give the day's signed sheet, who signed it, and whether the books still say the same."""
    rows: list[tuple[Cell, ...]] = []
    for sheet in signed_sheets(uow, hall, clerk, asked.on):
        same = asked.code is not None or facts_of(uow, sheet) == sheet_facts(clerk, day)
        signers = signers_of(uow, hall, [sheet.id]).get(sheet.id, ())
        rows.append(
            (
                sheet.number or "",
                STATES[sheet.state],
                _signed(signers),
                Text("与账一致", "as the books") if same else Text("签后有变动", "changed since"),
            )
        )
    return GoodsList(
        "signed",
        Text("签字记录", "Signatures"),
        (
            ListColumn("document", Text("单号", "Document")),
            ListColumn("state", Text("状态", "State")),
            ListColumn("signed", Text("签字", "Signed by")),
            ListColumn("standing", Text("现账", "Books now")),
        ),
        rows,
    )


def due_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give the books with blanks left and those that owe their stubs, the overdue first."""
    names = names_of(uow, hall.id)
    due = [
        one
        for one in list_books_due(uow, hall, asked.on)
        if asked.code in (None, one.book.invoice_code)
        and (asked.own is None or set(one.clerks) & asked.own)
    ]
    return FormReport(
        name="due",
        title=DUE_TITLE,
        tables=(
            GoodsList(
                "due",
                DUE_TITLE,
                (
                    ListColumn("standing", Text("状态", "Standing")),
                    CODE,
                    FIRST,
                    LAST,
                    ListColumn("carrier", Text("形式", "Carrier")),
                    ListColumn("keeper", Text("保管人", "Keeper")),
                    ListColumn("left", Text("空白", "Blank"), CellKind.INTEGER, total=True),
                    ListColumn("blanks", Text("空白号段", "Blank segments")),
                    ListColumn("since", Text("领用日", "Drawn"), CellKind.DATE),
                    ListColumn("finished", Text("用完日", "Finished"), CellKind.DATE),
                    ListColumn("due_on", Text("应交存根", "Stubs due"), CellKind.DATE),
                    ListColumn("days", Text("天数", "Days"), CellKind.INTEGER),
                ),
                [_due_row(one, names) for one in due],
                empty=Text(
                    "没有未用完的票本,存根也已交清。",
                    "No book is unfinished, and all stubs were delivered.",
                ),
            ),
        ),
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("日期", "Date"), asked.on),
        ),
        notes=(
            Text(
                "天数:逾期为超过应交日的天数,其余为领用(入库)以来的天数。",
                "Days: how long overdue; otherwise since it was drawn or received.",
            ),
        ),
        signers=(CUSTODIAN,),
        said=Text("逾期的请于当日交清。", "What is overdue is to be delivered today."),
    )


def retention_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give every finished book's papers: until when they are kept, and by which rule (INV-10)."""
    kept = [
        one for one in retention_calendar(uow, hall) if asked.code in (None, one.book.invoice_code)
    ]
    return FormReport(
        name="retention",
        title=RETENTION_TITLE,
        tables=(
            GoodsList(
                "retention",
                RETENTION_TITLE,
                (
                    ListColumn("due_on", Text("保管期满", "Kept until"), CellKind.DATE),
                    CODE,
                    FIRST,
                    LAST,
                    ListColumn("last_on", Text("最后票据日", "Last paper"), CellKind.DATE),
                    ListColumn("stubs", Text("存根交存日", "Stubs delivered"), CellKind.DATE),
                    ListColumn("years", Text("年限", "Years"), CellKind.INTEGER),
                    ListColumn("rule", Text("依据", "Rule")),
                    ListColumn("standing", Text("状态", "Standing")),
                ),
                [_kept_row(one, asked) for one in kept],
                empty=Text(
                    "还没有用完的票本,没有存根需要保管。",
                    "No book is finished yet, so there are no stubs to keep.",
                ),
            ),
        ),
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("日期", "Date"), asked.on),
        ),
        notes=(
            Text(
                "自最后票据所在年度终了起算满年,取最长者;期满后凭双人审批的销毁单销毁,登记永久保留。",
                "Full years from the end of the year of the last paper, the longest rule; destroyed"
                " after that by a document two sign, and the register stays for ever.",
            ),
        ),
        signers=(CUSTODIAN, Text("营业厅经理", "Hall manager")),
    )


def _kept_row(one: Kept, asked: FormsAsked) -> tuple[Cell, ...]:
    if one.destroyed_on is not None:
        day = one.destroyed_on.isoformat()
        standing = Text(f"已于 {day} 销毁", f"Destroyed on {day}")
    elif one.kept_until < asked.on:
        standing = Text("期满,可申请销毁", "Over, may be destroyed")
    else:
        standing = Text("保管中", "Kept")
    book = one.book
    return (
        one.kept_until,
        code_text(book.invoice_code),
        book.first_no,
        book.last_no,
        one.last_on,
        book.stubs_on,
        one.years,
        RULES.get(one.rule, Text(one.rule, one.rule)),
        standing,
    )


def _book(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> InvoiceBook:
    book = (
        only_book(uow, hall, asked.book)
        if asked.code is None
        else find_book(uow, hall, asked.code, asked.book)
    )
    if book is None:
        raise UnknownBook(number=f"{asked.code or ''} {asked.book}".strip())
    return book


def _register_rows(line: RegisterLine, names: dict[str, str]) -> list[tuple[Cell, ...]]:
    """Give a row for each run; what stands for the whole movement is on the first alone."""
    kind = DOCUMENT_KINDS[line.document.kind].text
    if line.undone:
        kind = Text(kind.zh + UNDONE.zh, kind.en + UNDONE.en)
    front: tuple[Value, ...] = (line.on, kind, code_text(line.invoice_code))
    back: tuple[Value, ...] = (
        NOBODY if line.origin is None else place_words(line.origin, names),
        NOBODY if line.goal is None else place_words(line.goal, names),
        _signed(line.signers),
        line.document.paper_no or line.document.number or "",
    )
    last = len(line.runs) - 1
    return [
        (*front, *run, line.left if place == last else None, *back)
        for place, run in enumerate(run_rows(line.runs))
    ]


def _signed(signers: tuple[Signer, ...]) -> Text:
    """Give the signatures as role, name and time; a loaded paper has none."""
    said = [(_role(signer.role), signer.name, show_moment(signer.at, "zh")) for signer in signers]
    return Text(
        ";".join(f"{role.zh} {name} {at}" for role, name, at in said),
        "; ".join(f"{role.en} {name} {at}" for role, name, at in said),
    )


def _role(role: str) -> Text:
    if role.startswith("number:"):
        number = role.removeprefix("number:")
        return Text(f"对方 {number}", f"Confirmed by {number}")
    return ROLES.get(role, Text("经办", "Made by"))


def _compare_sheet(day: list[KeptForms], counted: int) -> None:
    if len(day) == 1:
        prove_closing(day[0].invoice_code, day[0].parts[CLOSING], counted)
    elif not day:
        prove_closing("", (), counted)
    else:
        raise CodeNotNamed


def _due_row(one: BookDue, names: dict[str, str]) -> tuple[Cell, ...]:
    book = one.book
    return (
        STANDINGS[one.standing],
        code_text(book.invoice_code),
        book.first_no,
        book.last_no,
        dict(CARRIERS)[book.carrier],
        "、".join(f"{clerk} {names.get(clerk, '')}".strip() for clerk in one.clerks),
        one.view.left,
        ", ".join(str(run) for run in one.blanks),
        one.since,
        book.finished_on,
        one.view.due_on,
        one.days,
    )
