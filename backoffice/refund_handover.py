"""The day's hand-over list of papers (当日资料交接清单), the same at every door.

Without a list's number it shows how papers stand now; with it, what was signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from backoffice.answers import Payload
from backoffice.form_lists import FormReport, report_payload
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.refund_answers import masked
from backoffice.refund_statistics import KICKER
from backoffice.sheets import CellKind, Value
from backoffice.stock_papers import signatures_on
from backoffice.trade_words import show_moment
from ledger.documents import STATES, Document, facts_of
from ledger.organisations import Hall
from ledger.text import LANGUAGES, Language, Text
from ledger.work import UnitOfWork
from refunds.handing_over import PaperList, find_list, listed_cases, papers_on
from refunds.instruments import INSTRUMENTS
from refunds.papers import PapersDue, due_papers
from refunds.policy import PAPERS
from refunds.seen import see_case

TITLE = Text("当日资料交接清单", "Papers handed over to the auditor")
COLUMNS = (
    ListColumn("case", Text("单号", "Case")),
    ListColumn("kind", Text("类型", "Kind")),
    ListColumn("state", Text("状态", "State")),
    ListColumn("held", Text("已有资料", "Papers there")),
    ListColumn("missing", Text("所缺资料", "Papers missing")),
    ListColumn("due", Text("应交时间", "Due")),
    ListColumn("subscriber", Text("用户号码", "Subscriber")),
    ListColumn("amount", Text("金额", "Amount"), CellKind.MONEY, total=True),
    ListColumn("executor", Text("执行人", "Carried out by")),
    ListColumn("carried_out", Text("执行时间", "Carried out at")),
)
RECEIVED = Text("稽核已收", "with the auditor")
WHOLE = Text("齐全待交", "complete, to be given")
SHORT = Text("缺件", "papers missing")
LATE = Text("逾期", "late")
TO_MANAGER = Text("逾三日,报经理", "over three days: the manager is told")
HANDED = Text("已交", "given")
NOTHING = Text("没有。", "None.")
SIGNERS = (Text("交出人", "Given by"), Text("接收人(稽核)", "Taken by (auditor)"))
SAID = Text(
    "所列“已有资料”当面点交,所缺资料按应交时间补交。",
    "The papers named as there were handed over face to face; those missing follow by the"
    " time they are due.",
)


def handover_report(uow: UnitOfWork, hall: Hall, on: dt.date, *, number: str = "") -> FormReport:
    """Give the day's papers as they stand, or with `number` the list that was signed.

    Raises UnknownDocument, NotYours, NotPermitted.
    """
    where: tuple[Text, Value] = (Text("营业厅", "Hall"), f"{hall.name} {hall.code}")
    if number:
        document = find_list(uow, hall, number)
        return _report((where, *_heading(uow, document)), [_signed_table(uow, hall, document)])
    told = papers_on(uow, hall, on)
    tables = [
        _table("today", Text("当日执行", "Carried out that day"), told.today),
        _table("earlier", Text("以前执行、尚未交齐", "Earlier, still awaited"), told.earlier),
    ]
    return _report((where, (Text("日期", "Date"), told.on)), tables)


def handover_payload(
    uow: UnitOfWork, hall: Hall, on: dt.date, number: str, language: Language
) -> Payload:
    """Give the list as JSON, with the lists made for the day."""
    report = handover_report(uow, hall, on, number=number)
    told = papers_on(uow, hall, on)
    return {
        "hall": hall.code,
        "date": on.isoformat(),
        **report_payload(report, language),
        "lists": [list_payload(uow, one, language) for one in told.documents],
    }


def list_payload(uow: UnitOfWork, document: Document, language: Language) -> Payload:
    """Give a list that was made: its state and the cases on it."""
    return {
        "number": document.number,
        "date": facts_of(uow, document)["on"],
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "cases": [
            {
                "number": one.number,
                "papers": list(one.held),
                "papers_missing": list(one.missing),
            }
            for one in listed_cases(uow, document)
        ],
    }


def state_of(due: PapersDue) -> Text:
    """Give how the papers of a case stand, the gravest word first."""
    if due.case.handed_at is not None:
        return RECEIVED
    if due.to_manager:
        return TO_MANAGER
    if due.late:
        return LATE
    return SHORT if due.case.missing else WHOLE


def summary_of(told: PaperList) -> Mapping[str, int]:
    """Give how many cases are with the auditor, complete, lacking papers, and late."""
    whole = [one for one in told.awaited if not one.case.missing]
    return {
        "received": sum(one.case.handed_at is not None for one in told.today),
        "whole": len(whole),
        "short": len(told.awaited) - len(whole),
        "late": sum(one.late for one in told.awaited),
    }


def _report(heading: tuple[tuple[Text, Value], ...], tables: Sequence[GoodsList]) -> FormReport:
    return FormReport(
        name="refund-papers",
        title=TITLE,
        tables=tuple(tables),
        heading=heading,
        signers=SIGNERS,
        said=SAID,
        kicker=KICKER,
    )


def _heading(uow: UnitOfWork, document: Document) -> list[tuple[Text, Value]]:
    """Give what stands above a signed list: its number, who signed it and the hash they signed."""
    by_language = [signatures_on(uow, document, language) for language in LANGUAGES]
    signed: list[tuple[Text, Value]] = []
    for place, (zh, en) in enumerate(zip(*by_language, strict=True)):
        signed.append((SIGNERS[min(place, 1)], Text(f"{zh[1]} {zh[2]}", f"{en[1]} {en[2]}")))
        if place == 0:
            signed.append((Text("所签哈希", "Hash signed"), zh[3]))
    return [
        (Text("清单号", "List"), document.number),
        (Text("状态", "State"), STATES[document.state]),
        *signed,
        (Text("日期", "Date"), facts_of(uow, document)["on"]),
    ]


def _signed_table(uow: UnitOfWork, hall: Hall, document: Document) -> GoodsList:
    rows = []
    for listed in listed_cases(uow, document):
        (due,) = due_papers(uow, [see_case(uow, hall, listed.number)])
        rows.append(_row(due, listed.held, listed.missing, SHORT if listed.missing else HANDED))
    return GoodsList("signed", Text("清单所列", "On the list"), COLUMNS, rows, empty=NOTHING)


def _table(name: str, title: Text, cases: Iterable[PapersDue]) -> GoodsList:
    rows = [_row(one, one.case.papers, one.case.missing, state_of(one)) for one in cases]
    return GoodsList(name, title, COLUMNS, rows, empty=NOTHING)


def _row(
    due: PapersDue, held: Sequence[str], missing: Sequence[str], state: Text
) -> tuple[Cell, ...]:
    case = due.case
    done = case.execution
    assert done is not None, "papers are of cases that were carried out"
    return (
        case.document.number,
        INSTRUMENTS[case.document.kind].text,
        state,
        _names(held),
        _names(missing),
        show_moment(due.due_at, "zh"),
        masked(case.subscriber),
        case.document.amount_fen,
        done.executor,
        show_moment(done.at, "zh"),
    )


def _names(papers: Sequence[str]) -> Text:
    return Text(
        "、".join(PAPERS[one].zh for one in papers), ", ".join(PAPERS[one].en for one in papers)
    )
