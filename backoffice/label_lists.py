"""What a round of the labels found, as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.sheets import CellKind, Column, Sheet, table_workbook
from ledger.organisations import Hall
from ledger.text import Language, Text
from stock.label_rounds import VERDICTS, LabelResult
from stock.label_tables import LabelRound


def round_workbook(
    hall: Hall, one: LabelRound, results: Sequence[LabelResult], *, language: Language
) -> bytes:
    """Give each position with the price due, the one on its label and the verdict, as xlsx."""
    columns = (
        Column(Text("价签位", "Position")),
        Column(Text("位置", "Place")),
        Column(Text("物品", "Items")),
        Column(Text("应标价", "Price due"), CellKind.MONEY),
        Column(Text("签上价", "On the label"), CellKind.MONEY),
        Column(Text("结果", "Result")),
    )
    rows = [
        (r.position, r.place, " ".join(r.items), r.due_fen, r.found_fen, VERDICTS[r.verdict])
        for r in results
    ]
    heading = (
        (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
        (Text("巡检", "Round"), f"{one.id} {one.begun_on}"),
    )
    title = Text("签价巡检", "Round of labels")
    return table_workbook([Sheet(title, columns, rows, heading)], language=language)
