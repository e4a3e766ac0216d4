"""The documents of a day's end: the daily result that the manager signs, and its reopening.

They move nothing, so that they can be about a day that takes no posting any more.
"""

from __future__ import annotations

from ledger.documents import DocumentKind, register_kind
from ledger.text import Text

RESULT, REOPENING = "day_result", "day_reopening"
RESULT_AREA, REOPENING_AREA = "day_results", "day_reopenings"

for _name, _letters, _text, _area in (
    (RESULT, "RG", Text("日稽核结果", "Daily result"), RESULT_AREA),
    (REOPENING, "CQ", Text("营业日重开单", "Reopening of a day"), REOPENING_AREA),
):
    register_kind(
        DocumentKind(
            _name,
            _letters,
            _text,
            _area,
            posts_when_signed=True,
            moves_nothing=True,
        )
    )
