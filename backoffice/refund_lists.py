"""The list of cases as a workbook: exactly the rows the desk shows, numbers masked."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.goods_lists import GoodsList, ListColumn
from backoffice.refund_answers import masked
from backoffice.sheets import CellKind
from ledger.actors import ROLES
from ledger.documents import STATES
from ledger.text import Text
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.seen import CaseSeen

CASES = Text("退减赠单据", "Refunds, waivers and credits")
COLUMNS = (
    ListColumn("number", Text("单号", "Number")),
    ListColumn("kind", Text("类型", "Kind")),
    ListColumn("state", Text("状态", "State")),
    ListColumn("date", Text("申请日", "Asked on"), CellKind.DATE),
    ListColumn("amount", Text("金额", "Amount"), CellKind.MONEY, total=True),
    ListColumn("reason", Text("原因", "Reason")),
    ListColumn("subscriber", Text("用户号码", "Subscriber")),
    ListColumn("requester", Text("申请人", "Asked by")),
    ListColumn("awaits", Text("待谁", "Awaits")),
    ListColumn("executor", Text("执行人", "Carried out by")),
    ListColumn("missing", Text("缺单据", "Papers missing"), CellKind.INTEGER),
)


def case_list(cases: Sequence[CaseSeen]) -> GoodsList:
    """Give the cases as a list."""
    return GoodsList(
        name="refunds",
        title=CASES,
        columns=COLUMNS,
        rows=[
            (
                case.document.number,
                INSTRUMENTS[case.document.kind].text,
                STATES[case.document.state],
                case.document.business_date,
                case.document.amount_fen,
                REASONS[case.facts["reason"]],
                masked(case.subscriber),
                case.facts.get("requester", ""),
                awaited_words(case),
                case.execution.executor if case.execution else "",
                len(case.missing),
            )
            for case in cases
        ],
        empty=Text("没有符合的单据。", "There is no such case."),
    )


def awaited_words(case: CaseSeen) -> Text:
    """Give whose signature a case asks for; nothing once it has them all."""
    asked = case.document.required_roles if case.document.state == "submitted" else ""
    roles = [ROLES[role] for role in asked.split(",") if role in ROLES]
    return Text("、".join(one.zh for one in roles), ", ".join(one.en for one in roles))
