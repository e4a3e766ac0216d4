"""`verify`: recompute the chain, balances and units; the first difference is named."""

from __future__ import annotations

import re
from typing import Any

import click
from sqlalchemy import select

from backoffice.answers import Payload, difference_payload
from backoffice.cli.acting import CLI_ACTOR, hall_option
from backoffice.cli.commands import WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read
from ledger.errors import Conflict
from ledger.organisations import Hall, HallHead, find_hall
from ledger.text import Language, Text
from ledger.verify import Difference, verify_hall

EXPECTATION = re.compile(r"(\d{1,15}):([0-9a-f]{8,64})", re.ASCII)
MOST_SHOWN = 100
EXPECT_NEEDS_HALL = Text("须同时给出 --hall。", "Give --hall with it: a chain is one hall's.")


class BooksDiffer(Conflict):
    """What is in the books is not what was written; names the first difference."""

    code = "books_differ"
    text = Text(
        "营业厅 {hall} 的账簿与记事链不符,共 {count} 处;第一处:{first}。"
        "请停止记账,保留现场并从备份核对。",
        "The books of hall {hall} are not what was written; the first difference"
        " of {count}: {first}. Stop posting, keep everything as it is, and compare with a backup.",
    )


class Expectation(click.ParamType[tuple[int, str]]):
    """An event number and its hash as a paper prints them: `12:ab34...`."""

    name = "seq:hash"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        """Read `SEQ:HASH`, the hash at least eight digits long; raises WrongArgument."""
        if isinstance(value, tuple):
            return value
        found = EXPECTATION.fullmatch(value)
        if found:
            return int(found[1]), found[2]
        reason = Text(
            "应为 序号:哈希,如 128:9f86d081884c7d65。",
            "It is a number and a hash such as 128:9f86d081884c7d65.",
        )
        raise WrongArgument(name="--expect", reason=reason)


@command(
    "verify",
    Text(
        "重算记事链、余额与单件,逐行核对。",
        "Recompute chain, balances and units from every row.",
    ),
)
@hall_option(required=False)
@option(
    "--expect",
    type=Expectation(),
    metavar="SEQ:HASH",
    said=Text(
        "纸面所示的链头;可发现被截断的链。",
        "The chain head a paper shows; finds a chain that was cut short.",
    ),
)
@pass_console
def verify(console: Console, hall_code: str | None, expect: tuple[int, str] | None) -> None:
    """Recompute everything; raises BooksDiffer for the first hall that differs."""
    if expect is not None and hall_code is None:
        raise WrongArgument(name="--expect", reason=EXPECT_NEEDS_HALL)
    answers: list[Payload] = []
    lines: list[Text] = []
    refused: BooksDiffer | None = None
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        halls = (
            [find_hall(uow, hall_code)]
            if hall_code
            else list(uow.session.scalars(select(Hall).order_by(Hall.code)))
        )
        with console.progress(len(halls)) as step:
            for hall in halls:
                differences = verify_hall(uow, hall, expect)
                step(hall.code)
                head = uow.session.get_one(HallHead, hall.id)
                answers.append(_answer(hall, head, differences, console.language))
                lines += _lines(hall, head, differences)
                if differences and refused is None:
                    refused = BooksDiffer(
                        hall=hall.code,
                        event=differences[0].event_no,
                        first=differences[0].text,
                        count=len(differences),
                    )
    console.give(answers, *lines)
    if refused is not None:
        raise refused


def _answer(
    hall: Hall, head: HallHead, differences: list[Difference], language: Language
) -> Payload:
    return {
        "hall": hall.code,
        "chain": f"{head.last_event}:{head.head_hash}",
        "differences": [difference_payload(one, language) for one in differences],
    }


def _lines(hall: Hall, head: HallHead, differences: list[Difference]) -> list[Text]:
    chain = f"{head.last_event}:{head.head_hash}"
    if not differences:
        return [Text(f"{hall.code} 无误,链头 {chain}", f"{hall.code} is sound, chain head {chain}")]
    return [
        Text(f"{hall.code} {one.text.zh}", f"{hall.code} {one.text.en}")
        for one in differences[:MOST_SHOWN]
    ]
