"""What a hall has settled for its reports on goods, each with a default (DOMAIN STK-12, STK-13)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from ledger.hall_rules import HallLimit
from ledger.organisations import Hall
from ledger.work import UnitOfWork

DEFAULTS: dict[str, int] = {
    "stock_age_band_1": 30,
    "stock_age_band_2": 60,
    "stock_age_band_3": 90,
    "slow_mover_days": 60,
    "demand_days": 60,
    "lead_time_days": 3,
    "lead_time_deviation_days": 1,
    "review_interval_days": 7,
    "service_z_hundredths": 165,
    "few_selling_days": 2,
    "display_minimum": 1,
}
"""Name in `hall_limits` -> what holds where the hall says nothing. z 1.65 serves 95 of 100 days."""


@dataclass(frozen=True, slots=True)
class StockLimits:
    """The limits of one hall, by the names above."""

    amounts: dict[str, int]

    def __getitem__(self, name: str) -> int:
        """Give one limit."""
        return self.amounts[name]

    @property
    def bands(self) -> tuple[int, ...]:
        """The upper ends of the age bands in days, rising; what is older makes one band more."""
        ends = {self.amounts[f"stock_age_band_{number}"] for number in (1, 2, 3)}
        return tuple(sorted(ends))

    @property
    def service_factor(self) -> Fraction:
        """The factor z of safety stock."""
        return Fraction(self.amounts["service_z_hundredths"], 100)


def stock_limits(uow: UnitOfWork, hall: Hall) -> StockLimits:
    """Give the hall's limits, the default where it set none."""
    rows = uow.session.execute(
        select(HallLimit.name, HallLimit.amount).where(
            HallLimit.hall_id == hall.id, HallLimit.name.in_(DEFAULTS)
        )
    )
    return StockLimits({**DEFAULTS, **dict(rows.all())})
