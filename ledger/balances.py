"""How much of a commodity each account holds; kept by `post()` and never below its normal side."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.work import UnitOfWork


class Balance(Base):
    """Debits less credits of one commodity in one account; `side` is copied from the account."""

    __tablename__ = "balances"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True)
    commodity_id: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[int]
    amount: Mapped[int]

    __table_args__ = (CheckConstraint("side * amount >= 0", name="never_below_zero"),)


def balance_of(uow: UnitOfWork, hall_id: int, account_id: int, commodity_id: int) -> int:
    """Give what the account holds: pieces, or fen for money; 0 when it never held any."""
    amount = uow.session.scalar(
        select(Balance.amount).where(
            Balance.hall_id == hall_id,
            Balance.account_id == account_id,
            Balance.commodity_id == commodity_id,
        )
    )
    return amount or 0
