"""Writing down what the program itself did wrong, without anybody's number in it (RET-03)."""

from __future__ import annotations

import logging
import traceback

from ledger.masking import mask_numbers


def write_failure(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log what failed and the traceback of why, numbers of people masked in both."""
    told = "".join(traceback.format_exception(error)).rstrip()
    log.error("%s\n%s", mask_numbers(what), mask_numbers(told))
