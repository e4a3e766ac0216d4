"""Reasonable stock (合理库存): how much to ask for, from demand and delivery (DOMAIN STK-13).

Pure rules in exact fractions; the one square root is taken in decimals. Nothing is guessed: a
proposal carries every figure it was made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces sold a day over some days, days without a sale included."""

    mean: Fraction
    variance: Fraction
    days: int
    selling_days: int
    pieces: int

    @property
    def deviation(self) -> Decimal:
        """The standard deviation of a day's pieces."""
        return _root(self.variance)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How goods come: lead time and its deviation, and how often one orders, in days."""

    lead_days: int
    lead_deviation_days: int
    review_days: int
    service_factor: Fraction


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is: on hand, on its way here, promised away; and how many come in a pack."""

    on_hand: int
    in_transit: int = 0
    reserved: int = 0
    pack_size: int = 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """What follows: safety stock, reorder point, target, and how many pieces to ask for."""

    safety: Decimal
    reorder_point: Decimal
    target: Decimal
    quantity: int
    rests: bool
    """Nothing was sold in all the days, or on so few that only the display is kept."""

    @property
    def reorder_at(self) -> int:
        """The reorder point in whole pieces, rounded up."""
        return ceiling(self.reorder_point)


def measure_demand(sold: Sequence[int], days: int) -> Demand:
    """Give mean and deviation a day; `sold` holds the pieces of the days that sold any.

    The variance is that of a sample: divided by one less than the days.
    """
    days = max(days, 1)
    total, squares = sum(sold), sum(pieces * pieces for pieces in sold)
    spread = Fraction(squares) - Fraction(total * total, days)
    variance = spread / (days - 1) if days > 1 else Fraction(0)
    selling = sum(1 for pieces in sold if pieces > 0)
    return Demand(Fraction(total, days), variance, days, selling, total)


def safety_stock(demand: Demand, delivery: Delivery, days: int | None = None) -> Decimal:
    """Give z * sqrt(L * sd_d^2 + d^2 * sd_L^2) over the lead time, or over other days."""
    over = delivery.lead_days if days is None else days
    variance = over * demand.variance + demand.mean**2 * delivery.lead_deviation_days**2
    return _EXACT.multiply(_decimal(delivery.service_factor), _root(variance))


def propose_reorder(
    demand: Demand,
    delivery: Delivery,
    stock: Stock,
    *,
    few_selling_days: int = 0,
    display_minimum: int = 0,
) -> Proposal:
    """Give the proposal, rounded up to whole packs, never below nothing.

    What sold nothing is not asked for. What sold on few days only keeps the display minimum.
    """
    exposure = delivery.lead_days + delivery.review_days
    safety = safety_stock(demand, delivery)
    reorder_point = _EXACT.add(_decimal(demand.mean * delivery.lead_days), safety)
    target = _EXACT.add(_decimal(demand.mean * exposure), safety_stock(demand, delivery, exposure))
    unsold = demand.pieces <= 0
    rests = unsold or demand.selling_days <= few_selling_days
    if rests:
        target = Decimal(0 if unsold else display_minimum)
    missing = ceiling(target) - stock.on_hand - stock.in_transit + stock.reserved
    packs = -(-max(missing, 0) // stock.pack_size)
    quantity = 0 if unsold else packs * stock.pack_size
    return Proposal(safety, reorder_point, target, quantity, rests)


def ceiling(value: Decimal) -> int:
    """Give the smallest whole number that is not below the value."""
    return int(value.to_integral_value(rounding=ROUND_CEILING))


def show_hundredths(value: Decimal | Fraction) -> Decimal:
    """Round a figure to two decimals for the eye."""
    exact = _decimal(value) if isinstance(value, Fraction) else value
    return exact.quantize(_HUNDREDTH, context=_EXACT)


def _decimal(value: Fraction) -> Decimal:
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _root(value: Fraction) -> Decimal:
    return _EXACT.sqrt(_decimal(value))
