"""What a gift is given for, marketing (促销) or points exchanged (积分兑奖) (STK-06).

The campaign says it. A gift slip and a daily sales document freeze it as a fact, so that changing a
campaign later changes no month that was reported.
"""

from __future__ import annotations

from sqlalchemy import and_, func, literal_column
from sqlalchemy.orm import aliased

from ledger.documents import Document, DocumentFact
from ledger.text import Text

PURPOSE = "purpose"
MARKETING, POINTS = "marketing", "points"
PURPOSES: dict[str, Text] = {
    MARKETING: Text("促销", "Marketing"),
    POINTS: Text("积分兑奖", "Points exchange"),
}

_STATED = aliased(DocumentFact)
STATED_PURPOSE = func.coalesce(_STATED.value, literal_column("''"))
"""The purpose a document states, '' for none, in a query that joins `PURPOSE_JOIN`."""
PURPOSE_JOIN = (
    _STATED,
    and_(
        _STATED.hall_id == Document.hall_id,
        _STATED.document_id == Document.id,
        _STATED.revision == Document.revision,
        _STATED.name == PURPOSE,
    ),
)
"""What to outer-join a query of documents with, so that it can ask for their purpose."""
