"""R · the checks of refunds, waivers and gift credits, in reading order (CHECKS R01 to R09)."""

from __future__ import annotations

from ledger.audit.check import register_checks
from refunds.approval_checks import APPROVAL_QUESTIONS
from refunds.payout_checks import PAYOUT_QUESTIONS

REFUND_QUESTIONS = (*APPROVAL_QUESTIONS, *PAYOUT_QUESTIONS)

register_checks(REFUND_QUESTIONS)
