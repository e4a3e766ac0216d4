"""The month of a hall gathered from every desk into one pack: what three roles sign.

The same books give the same text, whoever asks and whenever: what became of a difference counts
only where it was decided within the month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text

from backoffice.form_asked import FormsAsked
from backoffice.form_lists import FormReport
from backoffice.form_month_lists import month_report
from backoffice.frozen_reports import freeze_report, thaw_report
from backoffice.goods_asked import Asked
from backoffice.goods_ledgers import month as month_of_goods
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.month_gates import MONTH_GATES, as_gatherer
from backoffice.refund_statistics import month_tables
from backoffice.sheets import CellKind
from backoffice.trade_words import tender_name
from ledger.actors import names_of
from ledger.approvals import signatures_of
from ledger.audit.check import known_check
from ledger.cash.cases import CAUSES, WAYS
from ledger.closing.kinds import RESULT
from ledger.documents import Document
from ledger.duties.grants import grants_in_force
from ledger.hall_days import HALL_STATUSES
from ledger.months.gates import Blocker, Gate, standing_of
from ledger.months.kinds import PACK_AREA, SIGNERS
from ledger.months.packs import make_pack, pack_of, require_ready, sign_pack, standing_pack
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import plain
from ledger.text import Text
from ledger.times import HALL_TIME, month_of
from ledger.work import UnitOfWork

TITLE = Text("月结单", "Month pack")
KICKER = Text("月末关账", "Month end")
SAID = Text(
    "经核对,帐、票、款相符,帐、实、单相符。本月锁定后,更正记入开放的营业日。",
    "Compared: account, invoice and cash agree; books, goods and slips agree. Once the month is"
    " locked, corrections are dated on open days.",
)
PENDING = Text("月末待处理", "Pending at the month's end")

# One row a day: the result that stands, and when and by whom its audit was signed.
_DAYS = """
SELECT d.business_date, d.hall_status, r.number,
       (SELECT f.value FROM document_facts f WHERE f.hall_id = r.hall_id AND f.document_id = r.id
           AND f.revision = r.revision AND f.name = 'errors') AS errors,
       (SELECT f.value FROM document_facts f WHERE f.hall_id = r.hall_id AND f.document_id = r.id
           AND f.revision = r.revision AND f.name = 'overrides') AS overrides,
       (SELECT f.value FROM document_facts f WHERE f.hall_id = r.hall_id AND f.document_id = r.id
           AND f.revision = r.revision AND f.name = 'over_fen') AS over_fen,
       (SELECT f.value FROM document_facts f WHERE f.hall_id = r.hall_id AND f.document_id = r.id
           AND f.revision = r.revision AND f.name = 'short_fen') AS short_fen,
       (SELECT f.value FROM document_facts f WHERE f.hall_id = r.hall_id AND f.document_id = r.id
           AND f.revision = r.revision AND f.name = 'snapshot') AS snapshot
  FROM hall_days d
  JOIN documents r ON r.hall_id = d.hall_id AND r.business_date = d.business_date
       AND r.kind = :result AND r.state IN ('submitted', 'approved', 'posted')
 WHERE d.hall_id = :hall AND d.business_date BETWEEN :first AND :last
 ORDER BY d.business_date, r.id
"""
_FINDINGS = """
SELECT f.check_code, COUNT(*), SUM(CASE WHEN f.state = 'overridden' THEN 1 ELSE 0 END),
       SUM(CASE WHEN f.state = 'settled' THEN 1 ELSE 0 END)
  FROM findings f
 WHERE f.hall_id = :hall AND f.business_date BETWEEN :first AND :last
   AND f.state <> 'recalculated'
 GROUP BY f.check_code
 ORDER BY f.check_code
"""
_CASES = """
SELECT c.business_date, c.clerk, c.tender, c.found_fen + c.passed_fen, c.cause,
       CASE WHEN d.state = 'posted' AND d.business_date <= :last THEN c.way ELSE '' END, d.number
  FROM over_short_cases c
  LEFT JOIN documents d ON d.hall_id = c.hall_id AND d.id = c.document_id
 WHERE c.hall_id = :hall AND c.business_date BETWEEN :first AND :last AND c.state <> 'vanished'
 ORDER BY c.business_date, c.clerk, c.tender
"""


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month: what is not done, its pack where one stands, and what the pack says.

    `report` is frozen with the pack, or gathered now where nothing stands in the way, else None.
    """

    first: dt.date
    gates: list[tuple[Gate, list[Blocker]]]
    pack: Document | None
    report: FormReport | None

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(standing for _, standing in self.gates)


def make_month_pack(uow: UnitOfWork, hall: Hall, first: dt.date) -> Document:
    """Make and sign the month's pack as its auditor; raises what `make_pack` raises."""
    return make_pack(uow, hall=hall, first=first, gather=_content, gates=MONTH_GATES)


def sign_month_pack(uow: UnitOfWork, hall: Hall, first: dt.date) -> Document:
    """Sign the pack that waits; raises what `sign_pack` raises."""
    return sign_pack(uow, hall=hall, first=first, gather=_content, gates=MONTH_GATES)


def show_month(uow: UnitOfWork, hall: Hall, first: dt.date) -> MonthShown:
    """Give a month as far as it is; raises NotPermitted."""
    require(uow, hall.id, PACK_AREA, "view")
    gates = standing_of(uow, hall, first, MONTH_GATES)
    pack = standing_pack(uow, hall, first)
    if pack is not None:
        return MonthShown(first, gates, pack, packed_report(uow, pack))
    ready = not any(standing for _, standing in gates)
    return MonthShown(first, gates, None, gather_month(uow, hall, first) if ready else None)


def month_report_of(shown: MonthShown) -> FormReport:
    """Give what the month's pack says, or would say; raises MonthNotReady."""
    require_ready(shown.first, shown.gates if shown.pack is None else [])
    assert shown.report is not None
    return shown.report


def packed_report(uow: UnitOfWork, pack: Document) -> FormReport:
    """Give what a pack says as it was frozen, with its number, its hash and who signed it."""
    kept = pack_of(uow, pack)
    report = thaw_report(kept.content)
    heading = (
        *report.heading[:-1],
        (Text("单号", "Number"), pack.number or ""),
        (Text("摘要", "Hash"), kept.hash[:16]),
        report.heading[-1],
    )
    return replace(report, heading=heading, signers=tuple(_signers(uow, pack)))


def gather_month(uow: UnitOfWork, hall: Hall, first: dt.date) -> FormReport:
    """Gather the month from every desk."""
    first, last = month_of(first)
    reader, month = as_gatherer(uow), f"{first:%Y-%m}"
    goods = month_of_goods(reader, hall, Asked(on=last, month=month))
    forms = month_report(reader, hall, FormsAsked(on=last, month=month))
    names = names_of(uow, hall.id)
    asked = {"hall": hall.id, "first": first.isoformat(), "last": last.isoformat()}
    tables = (
        _days(uow, asked),
        _findings(uow, asked),
        goods,
        *_titled(Text("领用存", "Invoice forms"), forms.tables),
        *_titled(Text("退减赠", "Refunds"), month_tables(reader, hall, first)),
        _cases(uow, asked, names),
    )
    return FormReport(
        name="month-pack",
        title=TITLE,
        tables=tables,
        heading=(
            (Text("营业厅", "Hall"), f"{hall.code} {hall.name}"),
            (Text("月份", "Month"), month),
        ),
        notes=(*_nothing_of(tables), *(one.text for one in grants_in_force(uow, hall.id, last))),
        kicker=KICKER,
        said=SAID,
    )


def _nothing_of(tables: Sequence[GoodsList]) -> list[Text]:
    """Say of which parts there was nothing: what is not printed was not forgotten."""
    empty = [table.title for table in tables if not table.rows]
    if not empty:
        return []
    zh, en = "、".join(one.zh for one in empty), "; ".join(one.en for one in empty)
    return [Text(f"本月没有:{zh}。", f"None this month: {en}.")]


def _content(uow: UnitOfWork, hall: Hall, first: dt.date) -> str:
    return freeze_report(gather_month(uow, hall, first))


def _titled(part: Text, tables: tuple[GoodsList, ...] | list[GoodsList]) -> list[GoodsList]:
    return [
        replace(table, title=Text(f"{part.zh}:{table.title.zh}", f"{part.en}: {table.title.en}"))
        for table in tables
    ]


def _days(uow: UnitOfWork, asked: dict[str, object]) -> GoodsList:
    rows: list[tuple[Cell, ...]] = []
    for row in uow.session.execute(text(_DAYS), {**asked, "result": RESULT}):
        date, status, number, errors, overrides, over, short, snapshot = row
        rows.append(
            (
                dt.date.fromisoformat(str(plain(date))),
                HALL_STATUSES[status],
                number,
                int(errors),
                int(overrides),
                int(over),
                -int(short),
                snapshot[:12],
            )
        )
    return GoodsList(
        "days",
        Text("逐日稽核结果", "Audit results by day"),
        (
            ListColumn("date", Text("营业日", "Day"), CellKind.DATE),
            ListColumn("status", Text("状态", "Status")),
            ListColumn("document", Text("结果单", "Result")),
            ListColumn("errors", Text("差异", "Findings"), CellKind.INTEGER, total=True),
            ListColumn("overrides", Text("放行", "Overrides"), CellKind.INTEGER, total=True),
            ListColumn("over", Text("长款", "Over"), CellKind.MONEY, total=True),
            ListColumn("short", Text("短款", "Short"), CellKind.MONEY, total=True),
            ListColumn("hash", Text("签字摘要", "Signed hash")),
        ),
        rows,
        empty=Text("本月没有营业日。", "No day of business in this month."),
    )


def _findings(uow: UnitOfWork, asked: dict[str, object]) -> GoodsList:
    rows: list[tuple[Cell, ...]] = []
    for code, count, overridden, settled in uow.session.execute(text(_FINDINGS), asked):
        check = known_check(code)
        name = check.name if check else Text(code, code)
        rows.append((code, name, int(count), int(overridden), int(settled)))
    return GoodsList(
        "findings",
        Text("稽核差异汇总", "Findings by check"),
        (
            ListColumn("check", Text("规则", "Check")),
            ListColumn("name", Text("名称", "Name")),
            ListColumn("count", Text("条数", "Findings"), CellKind.INTEGER, total=True),
            ListColumn("overridden", Text("放行", "Overridden"), CellKind.INTEGER, total=True),
            ListColumn("settled", Text("定责", "With liability"), CellKind.INTEGER, total=True),
        ),
        rows,
    )


def _cases(uow: UnitOfWork, asked: dict[str, object], names: dict[str, str]) -> GoodsList:
    rows: list[tuple[Cell, ...]] = []
    for date, clerk, tender, fen, cause, way, number in uow.session.execute(text(_CASES), asked):
        rows.append(
            (
                dt.date.fromisoformat(str(plain(date))),
                f"{clerk} {names.get(clerk, '')}".strip(),
                tender_name(tender),
                fen,
                CAUSES.get(cause, ""),
                WAYS[way].text if way else PENDING,
                number if way else "",
            )
        )
    return GoodsList(
        "cases",
        Text("长短款", "Over and short"),
        (
            ListColumn("date", Text("营业日", "Day"), CellKind.DATE),
            ListColumn("clerk", Text("营业员", "Clerk")),
            ListColumn("tender", Text("支付方式", "Tender")),
            ListColumn("amount", Text("金额", "Amount"), CellKind.MONEY),
            ListColumn("cause", Text("原因", "Cause")),
            ListColumn("way", Text("处理", "Decision")),
            ListColumn("document", Text("处理单", "Document")),
        ),
        rows,
        notes=(
            Text(
                "长款与短款逐笔列示,不相抵。",
                "Every over and short stands for itself, never netted.",
            ),
        ),
    )


def _signers(uow: UnitOfWork, pack: Document) -> list[Text]:
    """Give each role with who signed for it and when; a line to sign on where nobody has."""
    signed = {
        "auditor" if one.step == "submit" else one.role: (name, one.at)
        for one, name in signatures_of(uow, pack)
    }
    lines = []
    for role, said in SIGNERS.items():
        name, at = signed.get(role, ("", None))
        when = f"{at.astimezone(HALL_TIME):%Y-%m-%d %H:%M}" if at else ""
        added = f" {name} {when}" if name else ""
        lines.append(Text(said.zh + added, said.en + added))
    return lines
