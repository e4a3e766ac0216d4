"""The state of one recharge card (DOMAIN STK-05): where the books have it, and whether activated.

未激活 or 已激活 comes from the lists of what was activated; 在厅, 已售, 作废, 丢失 from the books.
Both are told, since a card activated in the drawer or sold and not activated is what goes wrong.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.activation_stage import CARD
from stock.unit_lives import HallLife, UnitLife

WHEREABOUTS: dict[str, Text] = {
    "in_hall": Text("在厅", "In the hall"),
    "on_the_way": Text("在途", "On its way"),
    "agent": Text("代理商处", "With an agent"),
    "sold": Text("已售", "Sold"),
    "handed_up": Text("已退回", "Given back"),
    "void": Text("作废", "Void"),
    "lost": Text("丢失", "Lost"),
    "elsewhere": Text("在其他营业厅", "In another hall"),
}
ACTIVATED, NOT_ACTIVATED = Text("已激活", "Activated"), Text("未激活", "Not activated")
_OF_PLACE = {
    "transit": "on_the_way",
    "agent": "agent",
    "customer": "sold",
    "supplier": "handed_up",
    "department": "handed_up",
    "opening": "handed_up",
    "other_hall": "elsewhere",
    "loss": "void",
    "difference": "lost",
}

_FIRST = text(
    "SELECT a.activated_at, a.clerk, a.business_date FROM evidence_activations a"
    " WHERE a.hall_id = :hall AND a.item = :item AND a.serial <= CAST(:serial AS TEXT)"
    " AND CASE a.serial_to WHEN '' THEN a.serial ELSE a.serial_to END >= CAST(:serial AS TEXT)"
    f" AND length(a.serial) = length(CAST(:serial AS TEXT)) AND {CURRENT.format('a')}"
    " ORDER BY a.activated_at, a.business_date LIMIT 1"
)
_LOST_ON_THE_WAY = text(
    "SELECT 1 FROM document_facts f WHERE f.hall_id = :hall AND f.document_id = :document"
    " AND f.name = 'dispatch'"
)


@dataclass(frozen=True, slots=True)
class CardLife:
    """A card's state: `whereabouts` of WHEREABOUTS; when, where and by whom it was activated.

    `clerk` is a staff number or ''. `is_odd`: activated though nobody has taken it from us.
    """

    whereabouts: str
    is_activated: bool
    activated_at: dt.datetime | None
    clerk: str
    is_odd: bool

    @property
    def text(self) -> Text:
        """Give both sides of its state as words."""
        side = ACTIVATED if self.is_activated else NOT_ACTIVATED
        place = WHEREABOUTS[self.whereabouts]
        return Text(f"{side.zh} · {place.zh}", f"{side.en} · {place.en.lower()}")


def card_life(uow: UnitOfWork, story: UnitLife) -> CardLife | None:
    """Give the state of a recharge card from its story; None for any other goods.

    Only the lists of halls that the reader may see are asked.
    """
    known = [life for life in story.lives if life.unit is not None]
    if not known or known[-1].item is None or known[-1].item.category != CARD:
        return None
    first = None
    for life in known:
        first = first or _activation(uow, life)
    now = story.now
    place = "elsewhere" if now.place is None else _whereabouts(uow, now)
    kept = place in ("in_hall", "on_the_way")
    at, clerk = first or (None, "")
    return CardLife(place, first is not None, at, clerk, first is not None and kept)


def _activation(uow: UnitOfWork, life: HallLife) -> tuple[dt.datetime | None, str] | None:
    assert life.unit is not None
    assert life.item is not None
    row = uow.session.execute(
        _FIRST,
        {"hall": life.unit.hall_id, "item": life.item.code, "serial": life.unit.serial},
    ).first()
    if row is None:
        return None
    at = None if row.activated_at is None else EPOCH + row.activated_at * MICROSECOND
    return at, row.clerk


def _whereabouts(uow: UnitOfWork, life: HallLife) -> str:
    assert life.place is not None
    last = life.steps[-1].document if life.steps else None
    if life.place.kind == "loss" and last is not None:
        found = uow.session.execute(_LOST_ON_THE_WAY, {"hall": last.hall_id, "document": last.id})
        return "void" if found.first() is None else "lost"
    return _OF_PLACE.get(life.place.kind, "in_hall")
