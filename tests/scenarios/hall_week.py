"""A hall's week over HTTP alone: what each person does is a call with a token and password of hers.

Every answer is kept under who got it, so that what a clerk could know is searched afterwards.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine
from werkzeug.routing import BuildError
from werkzeug.test import TestResponse

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import Credential, make_token
from ledger.amount_words import amount_in_words
from ledger.cash.denominations import NOTES, write_denominations
from ledger.hall_rules import KNOWN_TENDERS
from ledger.money import show_yuan
from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import API, TESTER, Program
from tests.builders import PEOPLE, open_hall
from tests.scenarios.hall_at_work import Clock

HALL = f"{API}/halls/H001"
ACCOUNTS = (
    "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,tender_ref,"
    "invoice_no,invoice_waived"
)
INVOICES = "invoice_code,invoice_no,issued_at,clerk,amount,status,basis,txn_no,subscriber,period"
SETTLEMENTS = "tender,tender_ref,settled_at,amount,fee"
OTHER_TENDERS = [code for code in KNOWN_TENDERS if code != "cash"]
BOOK = "044001911205"
KEPT_FEN = 200_00
"""What each clerk keeps in her drawer from one shift to the next."""


def notes_of(fen: int) -> str:
    """Give a sum as the fewest notes and coins, as a clerk writes down what she counted."""
    pieces = {}
    for note in NOTES:
        pieces[note], fen = divmod(fen, note)
    return write_denominations(pieces)


def written_forms(fen: int) -> re.Pattern[str]:
    """Give a pattern of every way in which a sum might be written in an answer."""
    plain, grouped = show_yuan(fen), show_yuan(fen, separators=True)
    figures = {plain, grouped, plain.removesuffix("0"), grouped.replace(",", "\u00a0"), str(fen)}
    figures |= {grouped.replace(",", space) for space in (" ", "\u2009", "\u202f", "\uff0c")}
    words = re.escape(amount_in_words(fen))
    return re.compile(rf"(?<![0-9a-f])(?:{'|'.join(map(re.escape, figures))})(?![0-9a-f])|{words}")


def password_of(who: str) -> str:
    """Give the password that this person alone has."""
    return f"what only {who} knows"


@dataclass(slots=True)
class HallWeek:
    """The hall, its people by staff number at their programs, and all that was answered to each."""

    engine: Engine
    app: Flask
    clock: Clock
    programs: dict[str, Program]
    answered: dict[str, list[str]] = field(default_factory=dict)
    acts: int = 0

    def at(self, day: dt.date, time: str) -> None:
        """Let the hall's clock stand there."""
        self.clock.time = dt.datetime.combine(day, dt.time.fromisoformat(time), HALL_TIME)

    # The doors.

    def does(self, who: str, address: str, *, expect: int = 200, **body: Any) -> Any:
        """Act once, under a key and with one's own password where the address asks for it."""
        answer = self.tries(who, address, **body)
        assert answer.status_code == expect, f"{who} {address}: {answer.text}"
        return answer.json

    def tries(self, who: str, address: str, **body: Any) -> TestResponse:
        """Act, whatever comes of it."""
        self.acts += 1
        answer = self.programs[who].post(f"{HALL}{address}", body, key=f"act-{self.acts}")
        self._keep(who, answer)
        return answer

    def signs(self, who: str, address: str, *, expect: int = 200, **body: Any) -> Any:
        """Act with one's password again."""
        return self.does(who, address, expect=expect, password=password_of(who), **body)

    def is_refused(self, who: str, address: str, **body: Any) -> tuple[str, str]:
        """Act with one's password and be refused; gives the code and the words."""
        answer = self.tries(who, address, password=password_of(who), **body)
        assert answer.status_code in (403, 409), answer.text
        told: Any = answer.json
        return told["code"], told["detail"]

    def reads(self, who: str, address: str) -> Any:
        """Ask for what must be there."""
        answer = self.programs[who].get(f"{HALL}{address}")
        self._keep(who, answer)
        assert answer.status_code == 200, f"{who} {address}: {answer.text}"
        return answer.json

    def fetches(self, who: str, address: str) -> bytes:
        """Ask for a file that must be there."""
        answer = self.programs[who].get(f"{HALL}{address}")
        assert answer.status_code == 200, answer.text
        content: bytes = answer.data
        return content

    def looks_everywhere(self, who: str, day: dt.date) -> int:
        """Ask at every door that can be asked without knowing a number; gives how many opened."""
        opened = 0
        for address in self._doors(who, day):
            answer = self.programs[who].get(address)
            self._keep(who, answer)
            opened += answer.status_code == 200
        return opened

    def _doors(self, who: str, day: dt.date) -> Iterator[str]:
        known = {"hall": "H001", "date": day, "clerk": who, "month": f"{day:%Y-%m}", "batch": 1}
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            api = rule.rule.startswith(API) and "GET" in (rule.methods or ())
            if api and rule.arguments <= known.keys():
                try:
                    values = {name: known[name] for name in rule.arguments}
                    yield adapter.build(rule.endpoint, values, append_unknown=False)
                except (BuildError, ValueError):
                    continue

    def _keep(self, who: str, answer: TestResponse) -> None:
        coded = "utf-8" if (answer.mimetype or "").endswith("json") else "latin-1"
        text = answer.data.decode(coded)
        self.answered.setdefault(who, []).append(text)

    def told(self, who: str, fen: int) -> list[str]:
        """Give the answers to a person that hold a sum in whatever form."""
        pattern = written_forms(fen)
        return [one for one in self.answered.get(who, []) if pattern.search(one)]

    # Evidence.

    def brings(self, day: dt.date, name: str, header: str, rows: Sequence[str]) -> Any:
        """The auditor uploads a file for a day; gives what was read."""
        self.acts += 1
        answer = self.programs["J01"].upload(
            "\n".join((header, *rows, "")).encode(),
            name=f"{name}-{day}-{self.acts}.csv",
            key=f"act-{self.acts}",
            address=f"{HALL}/days/{day}/evidence",
        )
        self._keep("J01", answer)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    # Money.

    def opens_the_safe(self) -> None:
        """The keeper turns the key, the auditor the combination."""
        asked = self.does("K01", "/cash/safe-openings", expect=201, purpose="备用金与解款")
        self.signs("J01", f"/cash/documents/{asked['number']}/acts", act="approve")

    def moves(self, who: str, kind: str, fen: int, *, signer: str, **stated: Any) -> str:
        """Somebody moves money and the other end signs; gives the document's number."""
        made = self.does(
            who, "/cash/documents", expect=201, kind=kind, amount=show_yuan(fen), **stated
        )
        signed = self.signs(signer, f"/cash/documents/{made['number']}/acts", act="approve")
        assert signed["state"] == "posted", signed
        return str(signed["number"])

    def begins(self, clerk: str, fen: int = KEPT_FEN) -> None:
        """A clerk opens her shift with what is in the drawer."""
        shift = self.does(clerk, "/shifts", expect=201, clerk=clerk, notes=notes_of(fen))
        assert (shift["state"], shift["opening"]) == ("open", show_yuan(fen))

    def counts(self, clerk: str, cash: int, *, kept: int = KEPT_FEN, **others: int) -> Any:
        """A clerk declares what she counted; gives her shift."""
        return self.does(
            clerk,
            f"/shifts/{self.clock.date}/{clerk}/acts",
            act="declare",
            **counted(cash, kept, **others),
        )

    def hands_in(self, clerk: str, fen: int, *, by: str = "") -> str:
        """What is not kept goes into the safe; the keeper signs for it."""
        return self.moves(by or clerk, "hand_in", fen, signer="K01", clerk=clerk, receiver="K01")

    def takes_to_the_bank(self, fen: int, slip: str, covers: dt.date) -> None:
        """The keeper gives takings to the collector; the auditor keys the bank's receipt."""
        self.opens_the_safe()
        to_bank = {"receiver": "D01", "slip_no": slip, "covers": covers.isoformat()}
        number = self.moves("K01", "deposit", fen, signer="D01", **to_bank)
        paper = {"deposit": number, "receipt_no": f"HD-{slip}", "credited": show_yuan(fen)}
        self.does("J01", "/cash/bank-receipts", expect=201, **paper)

    def a_quiet_day(self, day: dt.date, clerk: str, *takings: int) -> int:
        """A clerk's day on which everything agrees, up to the hand-in; gives the takings."""
        taken = sum(takings)
        assert self.told(clerk, taken) == self.told(clerk, KEPT_FEN + taken) == []
        assert self.counts(clerk, KEPT_FEN + taken)["state"] == "closed"
        self.hands_in(clerk, taken)
        return taken

    def settles_a_case(self, day: dt.date, clerk: str, *, way: str, cause: str) -> None:
        """The auditor proposes what becomes of over or short; the tier of its amount signs."""
        case: dict[str, Any] = {
            "date": day.isoformat(),
            "clerk": clerk,
            "tender": "cash",
            "way": way,
        }
        paper = self.does("J01", "/cash/cases/decisions", expect=201, cause=cause, **case)
        assert paper["awaits"] == ["duty_manager"]
        signing = f"/cash/documents/{paper['number']}/acts"
        assert self.is_refused(clerk, signing, act="approve")[0] == "not_permitted"
        assert self.signs("D01", signing, act="approve")["state"] == "posted"

    # Invoice forms.

    def draws_a_book(self, clerk: str) -> None:
        """The custodian receives a book of BOOK and gives it out; the clerk signs for it."""
        line = {"invoice_code": BOOK, "first_no": "00000001", "last_no": "00000050", "count": 50}
        receipt: dict[str, Any] = {
            "kind": "invoice_receipt",
            "lines": [line],
            "facts": {"per_book": "50"},
        }
        self.does("V01", "/forms/documents", expect=201, **receipt)
        first = {"invoice_code": BOOK, "first_no": "00000001", "clerk": clerk}
        draw: dict[str, Any] = {"kind": "invoice_draw", "lines": [first]}
        number = self.does("V01", "/forms/documents", expect=201, **draw)["number"]
        signed = self.signs(clerk, f"/forms/documents/{number}/acts", act="sign")
        assert signed["state"] == "posted"

    # The audit.

    def audits(self, day: dt.date) -> dict[tuple[str, str], str]:
        """The auditor runs the checks; gives the state of each finding that stands."""
        self.does("J01", f"/days/{day}/audit")
        found = self.reads("J01", f"/days/{day}/findings")["findings"]
        return {
            (one["check"], one["subject"]): one["state"]
            for one in found
            if one["state"] != "recalculated"
        }

    def decides(
        self, who: str, day: dt.date, finding: tuple[str, str], act: str, reason: str = ""
    ) -> Any:
        """Somebody answers, accepts, returns or overrides a finding on the figures she sees."""
        check, subject = finding
        seen = self.reads(who, f"/days/{day}/finding?check={check}&subject={subject}")
        body: dict[str, Any] = {name: seen[name] for name in ("expected", "found")}
        body |= {"check": check, "subject": subject, "act": act, "reason": reason}
        return self.signs(who, f"/days/{day}/acts", **body)

    def may_not_override(self, who: str, day: dt.date, finding: tuple[str, str]) -> str:
        """Somebody tries to let a finding without figures stand; gives why she may not."""
        body: dict[str, Any] = {"act": "override", "expected": None, "found": None}
        body |= {"check": finding[0], "subject": finding[1], "reason": "找不到"}
        return self.is_refused(who, f"/days/{day}/acts", **body)[0]

    def closes(self, day: dt.date) -> str:
        """The auditor signs a day, the manager reads and signs the result; gives its hash."""
        signed = self.signs("J01", f"/days/{day}/signature", expect=201)
        assert signed["status"]["hall"] == "submitted"
        closed = self.signs("M01", f"/days/{day}/result/signature", expect=201)
        assert closed["status"]["hall"] == "closed"
        return str(self.reads("F01", f"/days/{day}/result")["snapshot"])

    # Correction slips.

    def sends(self, day: dt.date, clerk: str, *findings: tuple[str, str]) -> str:
        """The auditor sends findings to a clerk; gives the slip's number."""
        errors = [{"check": check, "subject": subject} for check, subject in findings]
        body = {"date": day.isoformat(), "clerk": clerk, "errors": errors}
        return str(self.does("J01", "/corrections", expect=201, **body)["number"])

    def answers(self, clerk: str, slip: str, **answer: Any) -> None:
        """A clerk answers a slip sent to her; her colleague may not."""
        acts = f"/corrections/{slip}/acts"
        other = "A01" if clerk == "A02" else "A02"
        assert self.tries(other, acts, act="answer", **answer).status_code == 403
        assert self.does(clerk, acts, act="answer", **answer)["state"] == "answered"

    def accepts(self, slip: str, who: str) -> str:
        """Somebody signs an answer; gives the slip's state."""
        return str(self.signs(who, f"/corrections/{slip}/acts", act="accept")["state"])

    def written(self, slip: str) -> list[tuple[str, str, bool]]:
        """Give tender, amount and whether it reverses, of each line a slip wrote."""
        rounds = self.reads("J01", f"/corrections/{slip}")["rounds"]
        return [
            (line["cells"]["tender"], line["cells"]["received"], line["reverses"])
            for line in rounds[-1]["lines"]
        ]

    def totals(self, day: dt.date) -> dict[tuple[str, str], str]:
        """Give what a day's totals say was taken, by clerk and tender."""
        totals = self.reads("F01", f"/days/{day}")["totals"]
        return {(one["clerk"], one["tender"]): one["computed"] for one in totals}

    # Finance.

    def makes_bundle(self, days: Sequence[dt.date]) -> Any:
        """The auditor makes the bundle of days that wait."""
        ends = {"first": str(days[0]), "last": str(days[-1])}
        made = self.does("J01", "/bundles", expect=201, **ends)
        assert [one["date"] for one in made["days"]] == [str(day) for day in days]
        return made

    def signs_bundle(self, number: str) -> dict[str, str]:
        """Finance signs a bundle; gives the hall status of each of its days."""
        assert self.signs("F01", f"/bundles/{number}/acts", act="sign")["state"] == "posted"
        days = [one["date"] for one in self.reads("F01", f"/bundles/{number}")["days"]]
        return {day: self.reads("F01", f"/days/{day}")["status"]["hall"] for day in days}


def sold(day: dt.date, number: int, clerk: str, yuan: str, **cells: str) -> str:
    """Give an account line in cash whose invoice the customer did not ask for."""
    cells = {"tender": "cash", "ref": "", "invoice": "", "waived": "1", **cells}
    return (
        f"T{day:%d}{number},1,{day} 10:{number:02d}:00,{clerk},缴费,,{yuan},{yuan},"
        f"{cells['tender']},{cells['ref']},{cells['invoice']},{cells['waived']}"
    )


def bill(day: dt.date, number: int) -> str:
    """Give the invoice of a subscriber's month, which belongs to no transaction."""
    no = f"264400000000000{day:%d}{number:03d}"
    return f",{no},{day} 09:00:00,A01,30.00,issued,month_bill,,1860000{day:%d}{number:02d},2026-09"


def counted(cash: int, kept: int, **others: int) -> dict[str, Any]:
    """Give the body of a count: notes, every other tender, and the float kept."""
    amounts: Mapping[str, int] = {**dict.fromkeys(OTHER_TENDERS, 0), **others}
    return {
        "notes": notes_of(cash),
        "amounts": {name: show_yuan(fen) for name, fen in amounts.items()},
        "kept": show_yuan(kept),
    }


def open_week(engine: Engine, clock: Clock, state: Path) -> HallWeek:
    """Enrol the hall on the clock's day; each of its people has a token and a password."""
    books = open_hall(engine, "H001", days=(), opened_on=clock.date)
    config = Config(database_url=str(engine.url), secret_key="test", state_folder=str(state))
    app = create_app(config, engine=engine)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    programs = {}
    with begin_work(engine, TESTER) as uow:
        for number in PEOPLE:
            person = books.people[number].person_id
            digest = hasher.hash(password_of(number))
            uow.session.add(Credential(person_id=person, password_hash=digest, changed_at=uow.now))
            programs[number] = Program(app, make_token(uow, person_id=person, name="test"))
    return HallWeek(engine, app, clock, programs)
