"""What keeps papers from being destroyed."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid
from ledger.text import Text


class KeptStill(Conflict):
    """The papers' time is not over (INV-10)."""

    code = "papers_kept_still"
    text = Text(
        "票本 {book} 最后一张为 {last},按“{rule}”自年末起保管 {years} 个整年,至 {date},不得销毁。",
        "Book {book}: its last paper is of {last}; by “{rule}” it is kept {years} full years from"
        " the end of that year, until {date}, and not destroyed before.",
    )


class PapersAtWork(Conflict):
    """A book in use has no end of its time yet."""

    code = "papers_at_work"
    text = Text(
        "票本 {book} 尚未用完或未交存根,没有保管期满日。",
        "Book {book} is not finished and its stubs are not delivered: its time has not begun.",
    )


class DestroyedAlready(Conflict):
    """The papers are gone."""

    code = "papers_destroyed_already"
    text = Text("票本 {book} 已于 {date} 销毁。", "Book {book} was destroyed on {date}.")


class NotADestruction(Invalid):
    """The document destroys nothing."""

    code = "not_a_destruction"
    text = Text("{number} 不是票据销毁单。", "{number} is no destruction of kept forms.")
