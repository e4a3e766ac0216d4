"""R · the checks of refunds, waivers and gift credits, in reading order (CHECKS R01 to R09)."""

from __future__ import annotations

import refunds.models  # noqa: F401  who is designated to carry out is kept with the runs
from ledger.audit.check import register_checks
from ledger.audit.settings import keep_with_runs
from refunds.approval_checks import APPROVAL_QUESTIONS
from refunds.payout_checks import PAYOUT_QUESTIONS

REFUND_QUESTIONS = (*APPROVAL_QUESTIONS, *PAYOUT_QUESTIONS)

keep_with_runs("refund_handlers")
register_checks(REFUND_QUESTIONS)
