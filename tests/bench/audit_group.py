"""One day of 1,000 halls of 1,000 account lines, all checks: ours against bare SQL."""

from __future__ import annotations
