"""The checks of goods, in reading order: counts, custody, price, gift, loans, sales, cards."""

from __future__ import annotations

from stock.activation_checks import CARDS_ACTIVATED
from stock.charge_checks import DISCOUNT_QUESTIONS, GIFT_WITHOUT_FORM, OFF_PRICE
from stock.count_checks import COUNT_DIFFERS, NOT_COUNTED
from stock.custody_checks import LOAN_OVERDUE, NOT_FOR_SALE, NOT_IN_HAND, SOLD_TWICE

GOODS_QUESTIONS = (
    COUNT_DIFFERS,
    NOT_IN_HAND,
    SOLD_TWICE,
    OFF_PRICE,
    GIFT_WITHOUT_FORM,
    LOAN_OVERDUE,
    NOT_COUNTED,
    NOT_FOR_SALE,
    CARDS_ACTIVATED,
)

__all__ = ["DISCOUNT_QUESTIONS", "GOODS_QUESTIONS"]
