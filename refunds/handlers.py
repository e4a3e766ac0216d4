"""What a hall's file says for refunds: who is designated (专人办理), whose numbers are whose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from ledger.actors import END_OF_TIME, Employment
from ledger.enrolment import HallFile
from ledger.errors import BadInput, Problem
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from refunds.models import PersonNumber, RefundHandler


def take_hall_file(uow: UnitOfWork, hall: Hall, file: HallFile, file_name: str) -> None:
    """Keep what the file says of designated persons and of their own and relatives' numbers.

    The same file again changes nothing. Raises BadInput for a handler who is not on the staff.
    """
    persons = dict(
        uow.session.execute(
            select(Employment.number, Employment.person_id).where(Employment.hall_id == hall.id)
        ).all()
    )
    for member in file.staff:
        person = persons[member.number]
        numbers = dict.fromkeys(member.relatives_numbers, "relative")
        for subscriber, relation in (numbers | dict.fromkeys(member.own_numbers, "own")).items():
            uow.session.merge(
                PersonNumber(person_id=person, subscriber=subscriber, relation=relation)
            )
    if file.refund_handlers is None:
        return
    unknown = sorted(set(file.refund_handlers) - persons.keys())
    if unknown:
        wording = Text(
            "退费专人 {numbers} 不是本厅工号", "{numbers}: not a staff number of this hall"
        )
        problem = wording.format(numbers=", ".join(unknown))
        raise BadInput([Problem(problem, file=file_name, column="refund_handlers")])
    designate(uow, hall, file.refund_handlers, file.business_date)


def designate(uow: UnitOfWork, hall: Hall, numbers: Sequence[str], on: dt.date) -> None:
    """Let just these numbers carry out refunds from a date on.

    What files of later days settled stays, also when that of an earlier day comes again.
    """
    known = uow.session.scalars(select(RefundHandler).where(RefundHandler.hall_id == hall.id)).all()
    held = [one for one in known if one.valid_from <= on <= one.valid_to]
    for number in sorted(set(numbers) - {one.number for one in held}):
        later = [one.valid_from for one in known if one.number == number and one.valid_from > on]
        uow.session.add(
            RefundHandler(
                hall_id=hall.id,
                number=number,
                valid_from=on,
                valid_to=min(later) - A_DAY if later else END_OF_TIME,
            )
        )
    for one in held:
        if one.number not in numbers and one.valid_from < on:
            one.valid_to = on - A_DAY
    uow.session.flush()
