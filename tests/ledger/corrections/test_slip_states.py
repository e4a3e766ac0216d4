"""Who may do what with a slip in which state: every state, act and person, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from ledger.corrections.known import Answer, find_slip
from ledger.corrections.slips import answer_slip, return_slip, sign_slip, withdraw_slip
from ledger.errors import BackofficeError
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from tests.builders import OpenHall
from tests.ledger.corrections.slip_days import (
    RIGHT_AMOUNT,
    give_back,
    reply,
    send,
    sign,
    state_of,
    take_back,
    wrong_sale,
)

# The clerk it was sent to, another clerk, the auditor, duty and hall manager, department, finance,
# stock keeper. A cell is the state an act leads to, - where it is refused. Money changes in the
# answer, so one who accepts it leaves it answered until the other has signed.
PEOPLE = ("A01", "A02", "J01", "D01", "M01", "S01", "F01", "K01")
TABLE = """
state     act      A01 A02 J01 D01 M01 S01 F01 K01
open      answer   a   -   -   -   -   -   -   -
open      accept   -   -   -   -   -   -   -   -
open      return   -   -   -   -   -   -   -   -
open      withdraw -   -   w   w   w   w   w   -
returned  answer   a   -   -   -   -   -   -   -
returned  accept   -   -   -   -   -   -   -   -
returned  return   -   -   -   -   -   -   -   -
returned  withdraw -   -   w   w   w   w   w   -
answered  answer   -   -   -   -   -   -   -   -
answered  accept   -   -   a   a   a   a   -   -
answered  return   -   -   r   r   r   r   r   -
answered  withdraw -   -   w   w   w   w   w   -
accepted  answer   -   -   -   -   -   -   -   -
accepted  accept   -   -   -   -   -   -   -   -
accepted  return   -   -   -   -   -   -   -   -
accepted  withdraw -   -   -   -   -   -   -   -
withdrawn answer   -   -   -   -   -   -   -   -
withdrawn accept   -   -   -   -   -   -   -   -
withdrawn return   -   -   -   -   -   -   -   -
withdrawn withdraw -   -   -   -   -   -   -   -
"""
STATES = {"-": "-", "a": "answered", "r": "returned", "w": "withdrawn"}
ACTS: dict[str, Callable[[UnitOfWork, Hall, str], object]] = {
    "answer": lambda uow, hall, number: answer_slip(uow, hall, number=number, answer=RIGHT_AMOUNT),
    "accept": lambda uow, hall, number: sign_slip(uow, hall, number=number),
    "return": lambda uow, hall, number: return_slip(uow, hall, number=number, reason="x"),
    "withdraw": lambda uow, hall, number: withdraw_slip(uow, hall, number=number, reason="x"),
}


class TakenBack(Exception):
    """Ends a unit of work so that nothing of it stays."""


def brought_to(hall: OpenHall, state: str) -> str:
    """Give the number of a slip in a state."""
    number = send(wrong_sale(hall))
    if state == "withdrawn":
        take_back(hall, number)
    if state in ("answered", "returned", "accepted"):
        explains = Answer("explain", "已说明") if state == "accepted" else RIGHT_AMOUNT
        reply(hall, number, explains)
    if state == "returned":
        give_back(hall, number)
    if state == "accepted":
        sign(hall, number)
    assert state_of(hall, number)[1] == state
    return number


def rows_of(state: str) -> dict[tuple[str, str], str]:
    """Give (act, who) -> cell of the table's rows of a state."""
    _, *rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        (act, who): cell
        for of, act, *cells in rows
        for who, cell in zip(PEOPLE, cells, strict=True)
        if of == state
    }


@pytest.mark.parametrize("state", ["open", "answered", "returned", "accepted", "withdrawn"])
def test_each_act_leads_where_the_table_says_or_is_refused(hall: OpenHall, state: str) -> None:
    number = brought_to(hall, state)
    before = state_of(hall, number)
    expected = rows_of(state)
    assert len(expected) == len(ACTS) * len(PEOPLE)
    found = {(act, who): led_to(hall, number, act, who) for act, who in expected}
    assert found == {cell: STATES[to] for cell, to in expected.items()}
    assert state_of(hall, number) == before


def led_to(hall: OpenHall, number: str, act: str, who: str) -> str:
    """Do an act and let nothing of it stay; give the state it led to, '-' where it is refused."""
    state = "-"
    try:
        with hall.work(who) as uow:
            ACTS[act](uow, hall.hall, number)
            state = find_slip(uow, hall.hall, number)[1].state
            take_back_all()
    except TakenBack:
        return state
    except BackofficeError:
        return "-"


def take_back_all() -> NoReturn:
    """Let nothing of the unit of work stay."""
    raise TakenBack
