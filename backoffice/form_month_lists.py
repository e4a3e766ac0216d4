"""The month's 领用存 of forms: by code and by keeper, and the income without an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backoffice.form_asked import FormsAsked
from backoffice.form_lists import FormReport
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.halls_asked import scope_of
from backoffice.sheets import CellKind
from invoices.form_keepers import GIVEN, TAKEN, KeptForms, kept_forms
from invoices.form_months import CAME, CLOSING, PUT_BACK, WENT, FormMonth, months_of_forms
from invoices.form_proofs import prove_closing
from invoices.income_without_form import WaivedIncome, waived_income
from invoices.number_runs import NumberRuns
from invoices.number_states import EARLIER, USED_WORDS
from invoices.report_errors import CodeNotNamed, UnknownFormCode
from ledger.actors import names_of
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

CODE = ListColumn("code", Text("发票代码", "Invoice code"))
HALL = ListColumn("hall", Text("营业厅", "Hall"))
KEEPER = ListColumn("clerk", Text("保管人", "Keeper"))
HEADING = ListColumn("heading", Text("项目", "Heading"))
FIRST = ListColumn("first", Text("起号", "First"))
LAST = ListColumn("last", Text("止号", "Last"))
COUNT = ListColumn("count", Text("份数", "Count"), CellKind.INTEGER)
SAFE = Text("票据保险柜", "Invoice safe")
TITLE = Text("发票领用存月报", "Use of invoice forms in the month")
KEEPERS_TITLE = Text("发票领用存(按保管人)", "Use of invoice forms by keeper")
NOTHING = Text("当期没有票据,也没有领用。", "There were no forms and none moved.")
EQUATION = Text(
    "期初 + 入库(+ 冲回)= 开具 + 红字 + 作废 + 丢失 + 缴销 + 期末;每一号码恰在一处,号段首尾相接。",
    "Opening + received (+ put back) = issued + red + void + lost + returned blank + closing;"
    " each number stands once, the segments tile.",
)
KEEPERS_EQUATION = Text(
    "期初 + 领入(+ 冲回)= 开具 + 红字 + 作废 + 丢失 + 退回转出 + 结存。",
    "Opening + drawn (+ put back) = issued + red + void + lost + given up + closing.",
)
CHANGED = Text("以前月份号码的变化", "Changes of earlier months' numbers")
NOT_INVOICED = Text("未开票收入(未索票)", "Income for which no invoice was asked")
MONTH_SIGNERS = (
    Text("票据管理员", "Invoice custodian"),
    Text("稽核", "Auditor"),
    Text("营业厅经理", "Hall manager"),
)


def month_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give one hall's month; raises FormsCountedOtherwise for a closing that is not the books'."""
    return group_report(uow, [hall], asked)


def group_report(uow: UnitOfWork, halls: Sequence[Hall], asked: FormsAsked) -> FormReport:
    """Give the month of any set of halls; of one hall also by keeper.

    Raises FormsDoNotTile, FormHasNoState, FormsCountedOtherwise, CodeNotNamed, UnknownFormCode.
    """
    first, last = asked.period
    months = [
        one
        for one in months_of_forms(uow, halls, first, last)
        if asked.code in (None, one.invoice_code)
    ]
    _compare(months, asked)
    many = len(halls) != 1
    tables = [
        _counts(months, many=many),
        _runs(months, many=many),
        _changes(months, many=many),
    ]
    if not many:
        kept = [
            one
            for one in kept_forms(uow, halls, first, last)
            if asked.code in (None, one.invoice_code)
        ]
        tables.append(_keepers(kept, names_of(uow, halls[0].id)))
    tables.append(_waived(uow, waived_income(uow, halls, first, last), many=many))
    return FormReport(
        name="month",
        title=TITLE,
        tables=tuple(tables),
        heading=_heading(halls, f"{first:%Y-%m}"),
        notes=(EQUATION,),
        signers=MONTH_SIGNERS,
    )


def keepers_report(uow: UnitOfWork, hall: Hall, asked: FormsAsked) -> FormReport:
    """Give the month by keeper, the safe and each clerk, with the segments of each heading."""
    first, last = asked.period
    kept = [
        one
        for one in kept_forms(uow, [hall], first, last, clerk=asked.clerk)
        if asked.code in (None, one.invoice_code) and (asked.own is None or one.clerk in asked.own)
    ]
    names = names_of(uow, hall.id)
    rows: list[tuple[Cell, ...]] = []
    for one in kept:
        for name, text in (TAKEN | GIVEN).items():
            rows += [
                (keeper_words(one.clerk, names), one.code_text, text, *run)
                for run in run_rows(one.parts[name])
            ]
    return FormReport(
        name="keepers",
        title=KEEPERS_TITLE,
        tables=(
            _keepers(kept, names),
            GoodsList(
                "runs",
                Text("号段", "Segments"),
                (KEEPER, CODE, HEADING, FIRST, LAST, COUNT),
                rows,
                empty=NOTHING,
            ),
        ),
        heading=_heading([hall], f"{first:%Y-%m}"),
        notes=(KEEPERS_EQUATION,),
        signers=MONTH_SIGNERS[:2],
    )


def keeper_words(clerk: str, names: Mapping[str, str]) -> Text:
    """Give a keeper as people call him: the safe, or number and name."""
    if not clerk:
        return SAFE
    word = f"{clerk} {names.get(clerk, '')}".strip()
    return Text(word, word)


def run_rows(runs: NumberRuns) -> list[tuple[str, str, int]]:
    """Give first number, last number and count of each run."""
    return [(run.first_no, run.last_no, run.count) for run in runs]


def _compare(months: list[FormMonth], asked: FormsAsked) -> None:
    if asked.code is not None and not months:
        raise UnknownFormCode(invoice_code=asked.code)
    if asked.closing is None:
        return
    if len(months) != 1:
        raise CodeNotNamed
    prove_closing(months[0].invoice_code, months[0].parts[CLOSING], asked.closing)


def _heading(halls: Sequence[Hall], month: str) -> tuple[tuple[Text, str | Text], ...]:
    return ((Text("营业厅", "Hall"), scope_of(halls)), (Text("月份", "Month"), month))


def _shown(words: Mapping[str, Text], counted: Iterable[Mapping[str, int]]) -> list[str]:
    """Give the headings to show: what was put back stands only where something was."""
    found = list(counted)
    return [name for name in words if name != PUT_BACK or any(one[name] for one in found)]


def _counts(months: Sequence[FormMonth], *, many: bool) -> GoodsList:
    words = CAME | WENT
    names = _shown(words, ({name: one.count(name) for name in words} for one in months))
    columns = [HALL] * many + [CODE]
    columns += [ListColumn(name, words[name], CellKind.INTEGER, total=True) for name in names]
    return GoodsList(
        "codes",
        Text("按发票代码", "By code"),
        tuple(columns),
        [
            (*([one.hall.code] * many), one.code_text, *(one.count(name) for name in names))
            for one in months
        ],
        empty=NOTHING,
    )


def _runs(months: Sequence[FormMonth], *, many: bool) -> GoodsList:
    rows: list[tuple[Cell, ...]] = []
    for one in months:
        front: tuple[Cell, ...] = (*([one.hall.code] * many), one.code_text)
        for name, text in (CAME | WENT).items():
            rows += [(*front, text, *run) for run in run_rows(one.parts[name])]
        rows += [(*front, USED_WORDS[EARLIER], *run) for run in run_rows(one.earlier)]
    return GoodsList(
        "runs",
        Text("号段", "Segments"),
        (*([HALL] * many), CODE, HEADING, FIRST, LAST, COUNT),
        rows,
        empty=NOTHING,
    )


def _changes(months: Sequence[FormMonth], *, many: bool) -> GoodsList:
    rows: list[tuple[Cell, ...]] = []
    for one in months:
        front: tuple[Cell, ...] = (*([one.hall.code] * many), one.code_text)
        for change in one.changes:
            states = (USED_WORDS[change.was], USED_WORDS[change.became])
            rows += [(*front, *states, *run) for run in run_rows(change.runs)]
    return GoodsList(
        "changes",
        CHANGED,
        (
            *([HALL] * many),
            CODE,
            ListColumn("was", Text("原状态", "Was")),
            ListColumn("became", Text("现状态", "Became")),
            FIRST,
            LAST,
            COUNT,
        ),
        rows,
        notes=(
            Text(
                "以前月份已用的号码,本月改变状态,不计入上表等式。",
                "Numbers used in earlier months that changed in this one; they are not in the"
                " equation above.",
            ),
        ),
    )


def _keepers(kept: Sequence[KeptForms], staff: Mapping[str, str]) -> GoodsList:
    words = TAKEN | GIVEN
    names = _shown(words, ({name: one.count(name) for name in words} for one in kept))
    return GoodsList(
        "keepers",
        Text("按保管人", "By keeper"),
        (
            KEEPER,
            CODE,
            *(ListColumn(name, words[name], CellKind.INTEGER) for name in names),
        ),
        [
            (keeper_words(one.clerk, staff), one.code_text, *(one.count(name) for name in names))
            for one in kept
        ],
        empty=NOTHING,
    )


def _waived(uow: UnitOfWork, income: Sequence[WaivedIncome], *, many: bool) -> GoodsList:
    staff: dict[int, Mapping[str, str]] = {}
    if not many:
        staff = {one.hall.id: names_of(uow, one.hall.id) for one in income[:1]}
    return GoodsList(
        "not_invoiced",
        NOT_INVOICED,
        (
            *([HALL] * many),
            ListColumn("clerk", Text("工号", "Clerk")),
            ListColumn("transactions", Text("笔数", "Transactions"), CellKind.INTEGER, total=True),
            ListColumn("amount", Text("实收", "Received"), CellKind.MONEY, total=True),
        ),
        [
            (
                *([one.hall.code] * many),
                keeper_words(one.clerk, staff.get(one.hall.id, {})),
                one.transactions,
                one.fen,
            )
            for one in income
        ],
    )
