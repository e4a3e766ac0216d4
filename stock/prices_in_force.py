"""The price of an item in force on a day, as SQL that any question can ask."""

from __future__ import annotations


def price_in_force(hall: str, item: str, campaign: str, date: str) -> str:
    """Give the SQL of the price in fen, NULL where none is in force; the arguments are SQL too."""
    return f"""(SELECT q.price_fen FROM prices q
         WHERE q.hall_id = {hall} AND q.item = {item} AND q.campaign = {campaign}
           AND q.valid_from <= {date} AND (q.valid_to IS NULL OR q.valid_to >= {date})
         ORDER BY q.valid_from DESC LIMIT 1)"""
