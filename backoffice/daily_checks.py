"""The checks of the daily audit, in reading order.

Money, settlement, numbers, account, goods, refunds, the day.
"""

from __future__ import annotations

import invoices.range_uses
import invoices.then_forms  # noqa: F401  a replay reads forms as they were
import ledger.corrections.seen
import ledger.corrections.then_slips  # noqa: F401  a replay reads slips as they were
import stock.then_counts  # noqa: F401  a replay reads counts as they were
from invoices.book_checks import BOOK_QUESTIONS
from invoices.checks import LINK_QUESTIONS
from invoices.double_checks import DOUBLE_QUESTIONS
from invoices.number_checks import NUMBER_QUESTIONS
from ledger.audit.charge_checks import CHARGE_QUESTIONS
from ledger.audit.check import Question
from ledger.audit.day_checks import DAY_QUESTIONS
from ledger.audit.move_checks import MOVE_QUESTIONS
from ledger.audit.settlement_checks import SETTLEMENT_QUESTIONS
from ledger.audit.shift_checks import SHIFT_QUESTIONS
from ledger.corrections.checks import CORRECTION_QUESTIONS
from ledger.duties.checks import DUTY_QUESTIONS
from refunds.checks import REFUND_QUESTIONS
from stock.checks import DISCOUNT_QUESTIONS, GOODS_QUESTIONS

DAILY_CHECKS: tuple[Question, ...] = (
    *SHIFT_QUESTIONS,
    *MOVE_QUESTIONS,
    *SETTLEMENT_QUESTIONS,
    *NUMBER_QUESTIONS,
    *BOOK_QUESTIONS,
    *DOUBLE_QUESTIONS,
    *LINK_QUESTIONS,
    *CHARGE_QUESTIONS,
    *DISCOUNT_QUESTIONS,
    *GOODS_QUESTIONS,
    *REFUND_QUESTIONS,
    *DAY_QUESTIONS,
    *DUTY_QUESTIONS,
    *CORRECTION_QUESTIONS,
)
