"""The documents of the hand-over: the bundle, the reversal of one, and a change of the mapping.

None moves goods or money: what is handed over is answerability.
"""

from __future__ import annotations

from ledger.documents import DocumentKind, register_kind
from ledger.text import Text

BUNDLE, REVERSAL, MAPPING_CHANGE = "finance_bundle", "finance_reversal", "voucher_mapping"
BUNDLE_AREA, MAPPING_AREA = "bundle", "voucher_mapping"
FINANCE_AREAS = (BUNDLE_AREA, MAPPING_AREA)


for _name, _letters, _text, _area in (
    (BUNDLE, "YJ", Text("移交单", "Hand-over to finance"), BUNDLE_AREA),
    (REVERSAL, "YC", Text("移交冲销单", "Reversal of a hand-over"), BUNDLE_AREA),
    (MAPPING_CHANGE, "KM", Text("科目对照调整单", "Change of the account mapping"), MAPPING_AREA),
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
