"""The hand-over (移交单) as a report, the same at every door: days, totals, cases, the voucher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from backoffice.bundle_words import account_name, case_words, line_words
from backoffice.form_lists import FormReport, report_values
from backoffice.goods_lists import GoodsList, ListColumn
from backoffice.printing import render_paper
from backoffice.sheets import CellKind, Value
from backoffice.stock_papers import signatures_on
from backoffice.trade_words import tender_name
from ledger.accounts import CATEGORIES
from ledger.actors import ROLES
from ledger.approvals import Signature
from ledger.audit.wording import subject_text
from ledger.cash.tables import CASE_STATES
from ledger.documents import STATES, Document, facts_of
from ledger.events import Event
from ledger.finance.seen import PREVIOUS, REVERSED_BY, Part, returned_lines
from ledger.finance.tables import LEVELS, BundleDay, BundleReturn
from ledger.masking import mask_numbers
from ledger.organisations import Hall
from ledger.text import LANGUAGES, Language, Text
from ledger.work import UnitOfWork

TITLE = Text("财务移交单", "Hand-over to finance")
KICKER = Text("日终移交", "End of day")
SAID = Text(
    "所列营业日账、票、款已稽核并关账,差异与核准随单移交;凭证为建议,由财务审核入账。",
    "The days listed are audited and closed; gaps and overrides travel with them. The voucher is a"
    " proposal that finance checks and books.",
)
SIGNERS = (
    Text("移交人(营业厅)", "Handed over (hall)"),
    Text("接收人(财务)", "Taken over (finance)"),
)
MONEY = CellKind.MONEY
COST = Text(
    "按串号、卡号管理的商品计其入库成本;其余商品的成本以当月进销存为准。成本不在记账凭证建议中。",
    "Goods told apart by serial are taken at what each cost; what others cost is in the month's"
    " stock report. Cost is not in the voucher proposed.",
)
DATE = ListColumn("date", Text("营业日", "Day"))
CLERK = ListColumn("clerk", Text("工号", "Clerk"))
TENDER = ListColumn("tender", Text("支付方式", "Tender"))
CHECK = ListColumn("code", Text("规则", "Check"))
SUBJECT = ListColumn("subject", Text("对象", "Subject"))
OVERRIDES = Text("已核准差异", "Overrides")
SETTLED = Text("违规已定责", "Violations with liability")


def bundle_report(uow: UnitOfWork, hall: Hall, document: Document, part: Part) -> FormReport:
    """Give the bundle as tables: one part of it, with who signed it so far."""
    return FormReport(
        name="bundle",
        title=TITLE,
        tables=(
            _days(uow, document, part),
            _totals(part),
            _cases(part),
            _findings("overrides", OVERRIDES, part, by=Text("核准人", "Allowed by")),
            _findings("settled", SETTLED, part, by=Text("定责人", "Settled by")),
            _grants(part),
            _findings("missing", Text("缺失资料", "Papers missing"), part),
            _voucher(part),
            _goods(part),
            _returned(returned_lines(uow, document)),
        ),
        heading=_heading(uow, hall, document, part),
        signers=SIGNERS,
        said=SAID,
        kicker=KICKER,
    )


def bundle_paper(
    uow: UnitOfWork, hall: Hall, document: Document, part: Part, *, language: Language
) -> bytes:
    """Give the hand-over as PDF with its signatures as they stand, printed by who reads."""
    return render_paper(
        "form_report.html",
        report_values(bundle_report(uow, hall, document, part), language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def sealed_paper(
    uow: UnitOfWork, hall: Hall, document: Document, part: Part, *, language: Language
) -> bytes:
    """Give the hand-over as the sealed file carries it: as it was when that part came to be."""
    report = bundle_report(uow, hall, document, part)
    event = uow.session.get_one(Event, (hall.id, part.event_no))
    return render_paper(
        "form_report.html",
        report_values(sealed(report), language),
        language=language,
        printed_at=event.at,
        printed_by=event.actor,
    )


def sealed(report: FormReport) -> FormReport:
    """Take out of a report what changes after the bundle was made: its state, later signatures."""
    return FormReport(
        name=report.name,
        title=report.title,
        tables=report.tables[:-1],
        heading=tuple(pair for pair in report.heading if pair[0] not in CHANGING),
        signers=report.signers,
        said=report.said,
        kicker=report.kicker,
    )


STATE = Text("状态", "State")
TAKEN = Text("签收", "Signed")
CHANGING = (STATE, TAKEN)


def _heading(
    uow: UnitOfWork, hall: Hall, document: Document, part: Part
) -> tuple[tuple[Text, Value], ...]:
    facts = facts_of(uow, document)
    by_language = [signatures_on(uow, document, language) for language in LANGUAGES]
    made, *later = [
        Text(f"{zh[1]} {zh[2]}", f"{en[1]} {en[2]}") for zh, en in zip(*by_language, strict=True)
    ] or [Text("系统", "System")]
    if not _made_by_person(uow, document):
        made, later = Text("系统", "System"), [*([made] if by_language[0] else []), *later]
    rest: list[tuple[Text, Value]] = []
    if PREVIOUS in facts:
        rest = [
            (Text("冲销", "Reverses"), f"{facts[PREVIOUS]} ({facts[REVERSED_BY]})"),
            (Text("原因", "Reason"), facts["reason"]),
        ]
    return (
        (Text("营业厅", "Hall"), f"{part.statement['hall_name']} {hall.code}"),
        (Text("版次", "Version"), f"{facts['version']}.{part.number}"),
        *rest,
        (STATE, STATES[document.state]),
        (Text("制单", "Made"), made),
        *((TAKEN, one) for one in later),
        (Text("链首", "Chain head"), f"{part.event_no}:{part.event_hash[:16]}"),
        (Text("营业日", "Days"), _span(part)),
        (Text("单号", "Number"), document.number or ""),
    )


def _made_by_person(uow: UnitOfWork, document: Document) -> bool:
    return bool(
        uow.session.scalar(
            select(Signature.id).where(
                Signature.hall_id == document.hall_id,
                Signature.document_id == document.id,
                Signature.step == "submit",
            )
        )
    )


def _span(part: Part) -> str:
    dates = [day["date"] for day in part.statement["days"]]
    if not dates:
        return "–"
    return dates[0] if len(dates) == 1 else f"{dates[0]} – {dates[-1]}"


def _days(uow: UnitOfWork, document: Document, part: Part) -> GoodsList:
    versions = {
        one.business_date.isoformat(): one.version
        for one in uow.session.scalars(
            select(BundleDay).where(
                BundleDay.hall_id == document.hall_id, BundleDay.document_id == document.id
            )
        )
    }
    rows = [
        (
            day["date"],
            versions[day["date"]],
            f"{day['signed_event']}",
            day["hash"],
            Text("默认", "default") if day["mapping"] == "default" else day["mapping"],
        )
        for day in part.statement["days"]
    ]
    columns = (
        DATE,
        ListColumn("version", Text("版本", "Version"), CellKind.INTEGER),
        ListColumn("event", Text("签字记事", "Signed at event")),
        ListColumn("hash", Text("内容摘要", "Content hash")),
        ListColumn("mapping", Text("科目对照", "Mapping")),
    )
    return _list("days", Text("移交的营业日", "Days handed over"), columns, rows)


def _totals(part: Part) -> GoodsList:
    columns = (
        DATE,
        TENDER,
        *(
            ListColumn(key, name, MONEY, total=True)
            for key, name in (
                ("computed", Text("应有", "Computed")),
                ("declared", Text("申报", "Declared")),
                ("over", Text("长款", "Over")),
                ("short", Text("短款", "Short")),
            )
        ),
        ListColumn("undeclared", Text("未申报", "Not declared"), MONEY),
    )
    rows = [
        (
            one["date"],
            tender_name(one["tender"]),
            *(one[key] for key in ("computed", "declared", "over", "short")),
            one["undeclared"] or None,
        )
        for one in part.statement["totals"]
    ]
    return _list("totals", Text("收款合计", "Totals by tender"), columns, rows)


def _cases(part: Part) -> GoodsList:
    columns = (
        DATE,
        CLERK,
        TENDER,
        ListColumn("amount", Text("金额", "Amount"), MONEY),
        ListColumn("state", STATE),
        ListColumn("what", Text("原因与处理", "Cause and decision")),
        ListColumn("entries", Text("建议分录", "Entries proposed")),
    )
    rows = [
        (
            one["date"],
            one["clerk"],
            tender_name(one["tender"]),
            one["fen"],
            CASE_STATES[one["state"]],
            case_words(one),
            _entries(one["entries"]),
        )
        for one in part.statement["cases"]
    ]
    return _list("cases", Text("长短款案", "Cases of over and short"), columns, rows)


def _entries(entries: Sequence[dict[str, Any]]) -> Text:
    return Text(
        ";".join(
            f"借 {one['debit']} {one['debit_name']} / 贷 {one['credit']} {one['credit_name']}"
            for one in entries
        ),
        "; ".join(
            f"Dr {one['debit']} {one.get('debit_name_en', '')}".rstrip()
            + f" / Cr {one['credit']} {one.get('credit_name_en', '')}".rstrip()
            for one in entries
        ),
    )


def _findings(name: str, title: Text, part: Part, *, by: Text | None = None) -> GoodsList:
    columns = (
        DATE,
        CHECK,
        ListColumn("name", Text("名称", "Name")),
        CLERK,
        SUBJECT,
        ListColumn("difference", Text("差额(元)", "Gap, yuan"), MONEY),
        ListColumn("pieces", Text("差数(件)", "Gap, pieces"), CellKind.INTEGER),
        *((ListColumn("by", by), ListColumn("reason", Text("理由", "Reason"))) if by else ()),
    )
    rows: list[tuple[Value, ...]] = []
    for one in part.statement[name]:
        gap, in_pieces = one["difference"], one["in_pieces"]
        row: tuple[Value, ...] = (
            one["date"],
            one["check"],
            Text(one["name"], one["name_en"]),
            one["clerk"],
            subject_text(mask_numbers(one["subject"])),
            None if in_pieces else gap,
            gap if in_pieces else None,
        )
        if by:
            row += (_allowed_by(one), mask_numbers(one.get("reason", "")))
        rows.append(row)
    return _list(name, title, columns, rows)


def _allowed_by(finding: dict[str, Any]) -> Text:
    name, role = finding.get("by", ""), ROLES.get(finding.get("role", ""))
    return Text(name, name) if role is None else Text(f"{name} {role.zh}", f"{name} {role.en}")


def _grants(part: Part) -> GoodsList:
    columns = (
        DATE,
        ListColumn("document", Text("单号", "Document")),
        ListColumn("what", Text("授权", "Grant")),
    )
    rows = [
        (one["date"], one["number"], Text(one["zh"], one["en"])) for one in part.statement["grants"]
    ]
    return _list("grants", Text("有效授权", "Grants in force"), columns, rows)


def _voucher(part: Part) -> GoodsList:
    columns = (
        DATE,
        ListColumn("what", Text("摘要", "Summary")),
        ListColumn("account", Text("科目", "Account")),
        ListColumn("name", Text("科目名称", "Name of the account")),
        ListColumn("debit", Text("借方", "Debit"), MONEY, total=True),
        ListColumn("credit", Text("贷方", "Credit"), MONEY, total=True),
    )
    rows = [
        (
            line["date"],
            line_words(line),
            line["account"],
            account_name(line),
            line["debit"] or None,
            line["credit"] or None,
        )
        for line in part.statement["voucher"]
    ]
    return _list("voucher", Text("记账凭证建议", "Voucher proposed"), columns, rows)


def _goods(part: Part) -> GoodsList:
    columns = (
        DATE,
        ListColumn("category", Text("品类", "Category")),
        ListColumn("pieces", Text("件数", "Pieces"), CellKind.INTEGER, total=True),
        ListColumn("cost", Text("已知成本", "Known cost"), MONEY, total=True),
        ListColumn("uncosted", Text("未计成本件数", "Not costed"), CellKind.INTEGER, total=True),
    )
    rows = [
        (
            one["date"],
            CATEGORIES.get(one["category"], Text(one["category"], one["category"])),
            *(one[key] for key in ("pieces", "fen", "uncosted")),
        )
        for one in part.statement.get("goods", ())
    ]
    listed = _list("goods", Text("销售商品成本", "Cost of goods sold"), columns, rows)
    return replace(listed, notes=(COST,))


def _returned(lines: Sequence[BundleReturn]) -> GoodsList:
    columns = (
        DATE,
        ListColumn("level", Text("退回方", "Returned by")),
        CHECK,
        SUBJECT,
        CLERK,
        ListColumn("reason", Text("原因", "Reason")),
        ListColumn("document", Text("更正单", "Correction slip")),
    )
    rows = [
        (
            one.business_date.isoformat(),
            LEVELS[one.level],
            one.check_code,
            subject_text(mask_numbers(one.subject)),
            one.clerk,
            mask_numbers(one.reason),
            one.slip,
        )
        for one in lines
    ]
    return _list("returned", Text("退回记录", "Lines returned"), columns, rows)


def _list(
    name: str, title: Text, columns: tuple[ListColumn, ...], rows: Sequence[tuple[Value, ...]]
) -> GoodsList:
    return GoodsList(name, title, columns, list(rows), empty=Text("没有。", "None."))
