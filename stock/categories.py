"""What each category of goods is: how it is counted, which names it carries, what may be done.

This is the one table; receiving, selling, lending, giving, scrapping and counting all ask it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.accounts import CATEGORIES
from ledger.text import Text

PHONE_NAMES = ("imei", "meid", "sn")
CARD_NAMES = ("iccid",)


@dataclass(frozen=True, slots=True)
class Category:
    """The rules of one category of goods.

    `tracking` is how its items are counted (an item may say otherwise); `identifiers` the kinds of
    name its units carry, the leading one first. `saleable`: may leave against money; `gift`: may
    leave without; `lendable`: may leave to come back. `needs_form`: leaves to a customer only under
    the number of his form. `deactivated_on_scrap`: is scrapped only with proof that it is worth
    nothing any more (DOMAIN STK-11b). `in_care_only`: stands in our custody and is never our stock.
    """

    text: Text
    tracking: str
    identifiers: tuple[str, ...] = ("sn",)
    saleable: bool = False
    gift: bool = False
    lendable: bool = False
    needs_form: bool = False
    deactivated_on_scrap: bool = False
    in_care_only: bool = False


GOODS: dict[str, Category] = {
    "handset": Category(
        CATEGORIES["handset"], "serial", PHONE_NAMES, saleable=True, gift=True, lendable=True
    ),
    "sim": Category(CATEGORIES["sim"], "serial", CARD_NAMES, saleable=True, gift=True),
    "recharge_card": Category(
        CATEGORIES["recharge_card"],
        "serial",
        ("card",),
        saleable=True,
        gift=True,
        deactivated_on_scrap=True,
    ),
    "gift": Category(CATEGORIES["gift"], "quantity", gift=True, needs_form=True),
    "accessory": Category(CATEGORIES["accessory"], "quantity", saleable=True, gift=True),
    "test_card": Category(CATEGORIES["test_card"], "serial", CARD_NAMES, lendable=True),
    "loaner": Category(CATEGORIES["loaner"], "serial", PHONE_NAMES, lendable=True),
    "spare_part": Category(CATEGORIES["spare_part"], "quantity"),
    "promotional": Category(CATEGORIES["promotional"], "quantity", gift=True),
    "roaming_card": Category(
        CATEGORIES["roaming_card"], "serial", CARD_NAMES, saleable=True, gift=True, needs_form=True
    ),
    "customer_handset": Category(
        CATEGORIES["customer_handset"], "serial", PHONE_NAMES, in_care_only=True
    ),
}
"""Every category of goods; money and invoice forms are no goods."""


def categories_where(rule: str) -> tuple[str, ...]:
    """Give the names of the categories for which the named rule of `Category` holds."""
    return tuple(name for name, category in GOODS.items() if getattr(category, rule))


def categories_named_by(identifier: str) -> frozenset[str]:
    """Give the categories whose units carry that kind of name, such as `iccid`."""
    return frozenset(name for name, one in GOODS.items() if identifier in one.identifiers)
