"""Statements of banks, each by its profile: amounts signed, balances followed, parties masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from ledger.errors import BadInput, Problem
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.account_lines import (
    balance_note,
    joined,
    line_refs,
    masked_memos,
    masked_parties,
)
from ledger.evidence.vendors.bank_profiles import PROFILES, BankProfile
from ledger.evidence.vendors.layouts import (
    NOTHING,
    PAYER_MASKED,
    ColumnOfRows,
    Layout,
    Statement,
    fen_sum,
    incomplete,
    make_statement,
    tie_amount,
    typed_reading,
    yuan_cells,
)
from ledger.masking import mask_card
from ledger.money import read_exact_yuan
from ledger.text import Text

_TOTALS = ("人民币合计", "合计金额", "合计")
_YUAN = frozenset({"", "人民币", "人民币元", "cny", "rmb", "156"})
_ACCOUNT = re.compile(r"(?:卡号|账号|账户)\s*[:\uff1a,]?\s*([\d*]{8,32})")
_BARE_CLOCK = re.compile(r"^(\d{2})(\d{2})(\d{2})$", re.ASCII)
_COLONS = r"\1:\2:\3"


def _recognises(source: Source, *, profile: BankProfile) -> bool:
    return source.find_header(*profile.header) is not None


def _read(source: Source, *, profile: BankProfile) -> Reading:
    account, header, records = _cut(source, profile)
    details, totals = _split_totals(records)
    statement, skipped = _sound_rows(make_statement(header, details, may_be_short=True), profile)
    amounts = _amounts(statement, profile)
    balances = _balances(statement, profile)
    statement.refuse_problems()
    if totals is not None:
        _tie(statement, profile, make_statement(header, [totals], may_be_short=True))
    notes = [PAYER_MASKED, *skipped, *_balance_notes(statement, amounts, balances)]
    return typed_reading(
        "bank_lines",
        f"{profile.bank}_statement",
        lines=statement.lines,
        columns=_columns(statement, profile, amounts, balances, account),
        notes=notes,
        sums={
            "rows": len(amounts),
            "in": fen_sum(amount for amount in amounts if amount > 0),
            "out": -fen_sum(amount for amount in amounts if amount < 0),
        },
    )


def _cut(source: Source, profile: BankProfile) -> tuple[str, list[str], Iterator[Record]]:
    """Give the account of the preamble, masked, the header, and the records below it."""
    wanted = {plain_name(name) for name in profile.header}
    account = ""
    records = source.vendor_lines()
    for _, cells in records:
        if wanted <= {plain_name(cell) for cell in cells}:
            return account, cells, records
        found = _ACCOUNT.search(",".join(cell.strip() for cell in cells))
        if found and not account:
            account = mask_card(found.group(1))
    raise incomplete()


def _split_totals(records: Iterator[Record]) -> tuple[list[Record], Record | None]:
    details: list[Record] = []
    for line, cells in records:
        if plain_name(cells[0]) in _TOTALS:
            return details, (line, cells)
        details.append((line, cells))
    return details, None


def _sound_rows(statement: Statement, profile: BankProfile) -> tuple[Statement, list[Text]]:
    """Leave out rows of other currencies and rows that failed, with a note of each sort."""
    currencies = statement.texts(*profile.currency) if profile.currency else []
    foreign = {place for place, name in enumerate(currencies) if plain_name(name) not in _YUAN}
    states = statement.texts(profile.status) if profile.status else []
    failed = {place for place, state in enumerate(states) if profile.sound not in state}
    notes = []
    if foreign:
        notes.append(
            Text(
                f"{len(foreign)} 行外币未导入。",
                f"{len(foreign)} lines in other currencies were left out.",
            )
        )
    if failed:
        notes.append(
            Text(
                f"{len(failed)} 行交易未成功,未导入。",
                f"{len(failed)} lines did not succeed and were left out.",
            )
        )
    kept = [p for p in range(len(statement.lines)) if p not in foreign and p not in failed]
    return (
        Statement(
            statement.names,
            [statement.lines[place] for place in kept],
            [statement.cells[place] for place in kept],
            statement.problems,
        ),
        notes,
    )


def _amounts(statement: Statement, profile: BankProfile) -> list[Decimal]:
    if profile.signed:
        return statement.yuan(profile.signed)
    if profile.came_in:
        came, went = statement.yuan(profile.came_in), statement.yuan(profile.went_out)
        return [plus - minus for plus, minus in zip(came, went, strict=True)]
    sizes, words = statement.yuan(profile.size), statement.texts(profile.direction)
    return [
        -abs(size) if any(mark in word for mark in profile.outward) else size
        for size, word in zip(sizes, words, strict=True)
    ]


def _balances(statement: Statement, profile: BankProfile) -> list[Decimal | None]:
    """Give the balances that can be read: they may have been blacked out by whoever sent it."""
    balances: list[Decimal | None] = []
    for text in statement.texts(*profile.balance):
        try:
            balances.append(read_exact_yuan(text))
        except ValueError:
            balances.append(None)
    return balances


def _balance_notes(
    statement: Statement, amounts: list[Decimal], balances: list[Decimal | None]
) -> list[Text]:
    note = balance_note(statement.lines, amounts, balances)
    unread = sum(balance is None for balance in balances)
    notes = [note] if note else []
    if unread and any(statement.texts("余额", "本次余额", "联机余额")):
        notes.append(
            Text(f"{unread} 行的余额无法读取。", f"The balance of {unread} lines cannot be read.")
        )
    return notes


def _tie(statement: Statement, profile: BankProfile, totals: Statement) -> None:
    """Hold the totals at the foot to the rows; raises BadInput naming what differs."""
    totals.refuse_problems()
    found: list[Problem] = []
    for name in (profile.came_in, profile.went_out, profile.signed):
        if name and totals.texts(name)[0]:
            exact = sum(statement.yuan(name), NOTHING)
            problem = tie_amount(name, totals.texts(name)[0], exact)
            found.extend([problem] if problem else [])
    if found:
        raise BadInput(found)


def _columns(
    statement: Statement,
    profile: BankProfile,
    amounts: list[Decimal],
    balances: list[Decimal | None],
    account: str,
) -> dict[str, ColumnOfRows]:
    names = statement.texts(*profile.party)
    numbers = (
        statement.texts(*profile.party_account) if profile.party_account else [""] * len(names)
    )
    memos = joined(*(statement.texts(*memo) for memo in profile.memos))
    accounts = statement.texts(*profile.account) if profile.account else [account] * len(names)
    booked = statement.texts(*profile.booked)
    balance_cells = ["" if balance is None else format(balance, "f") for balance in balances]
    moments = _moments(statement, profile)
    orders = statement.texts(*profile.order) if profile.order else [""] * len(names)
    refs = line_refs(
        list(
            zip(
                booked, moments, map(str, amounts), balance_cells, names, memos, orders, strict=True
            )
        )
    )
    return {
        "bank": ColumnOfRows([profile.bank] * len(names), "银行"),
        "account": ColumnOfRows([_masked_account(number) for number in accounts], "账户"),
        "line_ref": ColumnOfRows(refs, "明细流水"),
        "booked_on": ColumnOfRows(booked, profile.booked[0]),
        "at": ColumnOfRows(moments, (profile.clock or profile.booked)[0]),
        "amount": yuan_cells(amounts, profile.signed or profile.came_in or profile.size),
        "balance": ColumnOfRows(balance_cells, profile.balance[0]),
        "counterparty": ColumnOfRows(masked_parties(names, numbers), "对方"),
        "memo": ColumnOfRows(masked_memos(memos, names), "摘要"),
        "order_no": ColumnOfRows(orders, "业务单号"),
    }


def _moments(statement: Statement, profile: BankProfile) -> list[str]:
    """Join date and clock where a bank prints both; '' where it prints no clock time."""
    if profile.at:
        return [text if ":" in text else "" for text in statement.texts(*profile.at)]
    if not profile.clock:
        return [""] * len(statement.lines)
    days, clocks = statement.texts(*profile.booked), statement.texts(*profile.clock)
    return [
        f"{day} {_BARE_CLOCK.sub(_COLONS, clock)}" if clock else ""
        for day, clock in zip(days, clocks, strict=True)
    ]


def _masked_account(number: str) -> str:
    return number if len(number) <= 4 else mask_card(number)


LAYOUTS = tuple(
    Layout(
        f"{profile.bank}_statement",
        profile.title,
        partial(_recognises, profile=profile),
        partial(_read, profile=profile),
    )
    for profile in PROFILES
)
