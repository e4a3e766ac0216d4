"""The tables of claims from files in the statistics of refunds: by kind, and by hall of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from backoffice.goods_lists import Cell as Value
from backoffice.goods_lists import GoodsList, ListColumn
from backoffice.sheets import CellKind
from ledger.text import Text
from refunds.claim_statistics import ClaimCell
from refunds.instruments import INSTRUMENTS
from refunds.statistics import RefundStatistics

TITLE = Text("来自文件的单据,按{}", "Claims from files, by {}")
NOTHING = Text("本月没有来自文件的单据。", "No claim came by file this month.")
NOTE = Text(
    "“来自文件的单据”是导入的凭证,单独列示,不计入其他各表;“凭证实给”为账目与调账中写明该单号的金额。",
    "“Claims from files” are imported evidence, listed apart and in none of the other tables;"
    " “given by evidence” is what payments and adjustments that name the claim say.",
)
COLUMNS = (
    ListColumn("claims", Text("笔数", "Claims"), CellKind.INTEGER, total=True),
    ListColumn("claimed", Text("单据金额", "Claimed"), CellKind.MONEY, total=True),
    ListColumn("carried_out", Text("其中已执行", "Carried out"), CellKind.INTEGER, total=True),
    ListColumn("given", Text("凭证实给", "Given by evidence"), CellKind.MONEY, total=True),
    ListColumn("difference", Text("差额", "Difference"), CellKind.MONEY, total=True),
    ListColumn(
        "before", Text("上月单据金额", "Claimed the month before"), CellKind.MONEY, total=True
    ),
)


def claim_tables(told: RefundStatistics) -> Sequence[GoodsList]:
    """Give the tables of claims from files."""
    halls = {hall.id: Text(f"{hall.code} {hall.name}", f"{hall.code} {hall.name}")
             for hall in told.halls}  # fmt: skip
    kinds = _table(
        told,
        "claims",
        Text("类型", "Kind"),
        lambda cell: cell.kind,
        lambda cell: INSTRUMENTS[cell.kind].text,
    )
    if len(told.halls) == 1:
        return [kinds]
    by_hall = _table(
        told,
        "claim_halls",
        Text("营业厅", "Hall"),
        lambda cell: cell.hall_id,
        lambda cell: halls[cell.hall_id],
    )
    return [kinds, by_hall]


def _table(
    told: RefundStatistics,
    name: str,
    by: Text,
    key_of: Callable[[ClaimCell], object],
    words_of: Callable[[ClaimCell], Text],
) -> GoodsList:
    words: dict[object, Text] = {}
    sums: dict[str, Counter[object]] = {
        one: Counter() for one in ("claims", "claimed", "carried_out", "given", "before")
    }
    for cell in told.claims:
        key = key_of(cell)
        words[key] = words_of(cell)
        if cell.month == told.month:
            sums["claims"][key] += cell.claims
            sums["claimed"][key] += cell.fen
            sums["carried_out"][key] += cell.carried_out
            sums["given"][key] += cell.given_fen
        elif cell.month == told.before:
            sums["before"][key] += cell.fen
    rows: list[tuple[Value, ...]] = [
        (
            words[key],
            sums["claims"][key],
            sums["claimed"][key],
            sums["carried_out"][key],
            sums["given"][key],
            sums["given"][key] - sums["claimed"][key],
            sums["before"][key],
        )
        for key in sorted(words, key=lambda one: (-sums["claimed"][one], words[one].zh))
    ]
    title = Text(TITLE.zh.format(by.zh), TITLE.en.format(by.en.lower()))
    return GoodsList(name, title, (ListColumn(name, by), *COLUMNS), rows, empty=NOTHING)
