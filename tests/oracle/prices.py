"""What a thing costs on a date, and whether a campaign is in force for an item or a business."""

from __future__ import annotations

from tests.oracle.books import Books
from tests.oracle.reading import Row, read_fen


def price_of(books: Books, item: str, *, campaign: str, date: str) -> int | None:
    """Give the price in force in fen: the campaign's, else the item's, else the list's, if any."""
    for wanted in (campaign, "") if campaign else ("",):
        rows = [row for row in _in_force(books, item, date) if row.get("campaign", "") == wanted]
        if rows:
            return read_fen(max(rows, key=lambda row: row["valid_from"][:10])["price"])
    listed = [row["price"] for row in books.evidence.of("items") if row["code"] == item]
    return read_fen(listed[-1]) if listed and listed[-1] else None


def campaign_is_in_force(books: Books, line: Row, date: str) -> bool:
    """True if the line's campaign has a price on `date` for its item or its business."""
    campaign = line.get("campaign", "")
    return bool(campaign) and any(
        row.get("campaign") == campaign
        for name in {line.get("item", ""), line["business"]} - {""}
        for row in _in_force(books, name, date)
    )


def _in_force(books: Books, item: str, date: str) -> list[Row]:
    """The rows of an item in force on a date, of the same beginning the last that was read."""
    latest: dict[tuple[str, str], Row] = {}
    for row in books.evidence.of("prices"):
        if row["item"] == item:
            latest[row.get("campaign", ""), row["valid_from"][:10]] = row
    return [
        row
        for row in latest.values()
        if row["valid_from"][:10] <= date and (not row.get("valid_to") or date <= row["valid_to"])
    ]
