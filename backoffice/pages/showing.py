"""How values look on a page: the two languages, money, dates, numbers, states with their icons."""

from __future__ import annotations

import datetime as dt
import functools
import secrets
from collections import Counter
from decimal import Decimal
from urllib.parse import urlencode

from flask import Flask, Request, g, has_request_context, request, url_for
from markupsafe import Markup, escape

from backoffice.pages.door import allowed, hall
from backoffice.pages.icons import icon_address
from backoffice.pages.rows import column_name, columns_worth, facts_of
from backoffice.trade_words import (
    ARRIVALS,
    measure,
    number_kind_name,
    show_notes,
    singular,
    tender_name,
    typeset,
    weekday_name,
)
from ledger.accounts import ACCOUNT_KINDS
from ledger.actors import ROLES
from ledger.audit.check import known_check
from ledger.audit.findings import FINDING_STATES, SEVERITIES
from ledger.audit.wording import first_of_run, subject_text
from ledger.evidence.columns import Column
from ledger.evidence.kinds import KINDS
from ledger.hall_days import AUDIT_STATUSES, DATA_STATUSES, HALL_STATUSES
from ledger.masking import mask_numbers, mask_phone
from ledger.money import show_yuan
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import LANGUAGES, Language, Text
from ledger.times import HALL_TIME

LANGUAGE_COOKIE = "language"
MINUS = "\N{MINUS SIGN}"
PIECES = Text("件", "pcs")
PHONE_DIGITS = 11
SYSTEM_LABEL = "system:"
TAG_WORDS = {"txn": "transaction"}
ICON = Markup('<svg class="i" aria-hidden="true"><use href="{}"/></svg>')

# Each state has an icon, a word and one of four tones: never the colour alone.
DATA_LOOK = {
    "expected": ("clock", "wait"),
    "partial": ("hourglass-split", "wait"),
    "complete": ("check-circle-fill", "good"),
}
AUDIT_LOOK = {
    "unaudited": ("dash-circle", "quiet"),
    "calculated": ("hourglass-split", "wait"),
    "clerk_findings_open": ("exclamation-octagon-fill", "bad"),
    "auditor_findings_open": ("exclamation-octagon-fill", "bad"),
    "audited": ("check-circle-fill", "good"),
}
HALL_LOOK = {
    "working": ("circle", "quiet"),
    "submitted": ("pen", "good"),
    "closed": ("check-circle-fill", "good"),
    "handed_over": ("check-circle-fill", "good"),
}
STATUSES = {
    "data": (Text("数据", "Data"), DATA_STATUSES, DATA_LOOK),
    "audit": (Text("稽核", "Audit"), AUDIT_STATUSES, AUDIT_LOOK),
    "hall": (Text("交账", "Books"), HALL_STATUSES, HALL_LOOK),
}
ARRIVAL_LOOK = {
    "arrived": ("check-circle-fill", "good"),
    "nil": ("slash-circle", "quiet"),
    "awaited": ("clock", "wait"),
    "missing": ("exclamation-octagon-fill", "bad"),
    "unexpected": ("plus-circle", "quiet"),
}
SEVERITY_LOOK = {
    "block": ("exclamation-octagon-fill", "bad"),
    "warn": ("exclamation-triangle-fill", "wait"),
    "note": ("info-circle", "quiet"),
}
STATE_LOOK = {
    "open": ("circle", "bad"),
    "answered": ("reply", "wait"),
    "accepted": ("check-circle-fill", "good"),
    "overridden": ("shield-check", "good"),
    "settled": ("shield-check", "good"),
    "recalculated": ("check2", "good"),
}
CASH_PLACES = {name: ACCOUNT_KINDS[name].text for name in ("safe", "petty", "bank")}
Chip = tuple[str, str, Text]


def register_showing(app: Flask) -> None:
    """Give templates their words and forms."""
    app.jinja_env.globals.update(
        t=translate,
        icon=icon,
        status_chip=status_chip,
        arrival_chip=arrival_chip,
        severity_chip=severity_chip,
        state_chip=state_chip,
        request_key=lambda: secrets.token_urlsafe(12),
        allowed=allowed,
        check_name=check_name,
        counts_pieces=counts_pieces,
        this_page=this_page,
        with_query=with_query,
    )
    app.jinja_env.filters.update(
        words=words,
        yuan=yuan,
        plain_yuan=plain_yuan,
        signed_yuan=signed_yuan,
        count=count,
        signed_count=signed_count,
        found_figure=found_figure,
        signed_found=signed_found,
        figure=figure,
        moment=moment,
        clock=clock,
        weekday=lambda date: words(weekday_name(date)),
        holder=lambda name: words(CASH_PLACES.get(name, Text(name, name))),
        tag=show_tag,
        place=show_place,
        columns=columns_worth,
        facts=facts_of,
        turn=lambda role: words(ROLES.get(role)),
        subject_url=subject_url,
        column_words=lambda column: words(column_name(column)),
        measure=lambda unit: words(measure(unit)),
        number_kind=lambda kind: words(number_kind_name(kind)),
        doer=show_doer,
        tender=lambda code: words(tender_name(code)),
        masked=masked,
        subject=show_subject,
        singular=singular,
        notes=show_notes,
    )
    app.context_processor(lambda: {"language": language()})


def language() -> Language:
    """Give the visitor's language: his choice, else his browser's, else Chinese."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        g.language = _language_of(request)
    chosen: Language = g.language
    return chosen


_typeset = functools.lru_cache(maxsize=4096)(typeset)


def _language_of(asked: Request) -> Language:
    choice = asked.cookies.get(LANGUAGE_COOKIE)
    for known in LANGUAGES:
        if known == choice:
            return known
    best = asked.accept_languages.best_match(LANGUAGES)
    return "en" if best == "en" else "zh"


def translate(zh: str, en: str) -> str:
    """Give the one of a pair that the visitor reads."""
    return _typeset(zh) if language() == "zh" else en


def words(text: Text | None) -> str:
    """Give a text in the visitor's language; '' for none."""
    return "" if text is None else translate(text.zh, text.en)


def icon(name: str) -> Markup:
    """Draw an icon; the word beside it says the same, so readers aloud pass over it."""
    return ICON.format(icon_address(name))


def yuan(fen: int | None) -> Markup:
    """Show fen as yuan, `1,234.50`; negative in red with a minus sign, none as a dash."""
    if fen is None:
        return Markup('<span class="none">–</span>')
    if fen < 0:
        return Markup('<span class="neg">{}{}</span>').format(
            MINUS, show_yuan(-fen, separators=True)
        )
    return escape(show_yuan(fen, separators=True))


def plain_yuan(fen: int | None) -> str:
    """Give fen as an amount stands in a field, `1234.50`; nothing for none."""
    return "" if fen is None else show_yuan(fen)


def signed_yuan(fen: int | None) -> Markup:
    """Show a difference: the sign always written."""
    if fen is not None and fen > 0:
        return Markup('<span class="pos">+{}</span>').format(show_yuan(fen, separators=True))
    return yuan(fen)


def found_figure(amount: int | None, in_pieces: bool) -> Markup:
    """Show an amount in yuan, or how many pieces."""
    if amount is None or not in_pieces:
        return yuan(amount)
    return Markup("{}{} {}").format(MINUS if amount < 0 else "", f"{abs(amount):,}", words(PIECES))


def signed_found(amount: int | None, in_pieces: bool) -> Markup:
    """Show a difference in yuan or pieces, its sign always written."""
    if amount is None or not in_pieces:
        return signed_yuan(amount)
    tone, sign = ("pos", "+") if amount > 0 else ("neg", MINUS)
    return Markup('<span class="{}">{}{}</span>').format(tone, sign, f"{abs(amount):,}")


def counts_pieces(code: str) -> bool:
    """Tell whether a check's figures are pieces of goods."""
    check = known_check(code)
    return check is not None and check.in_pieces


def count(number: int) -> str:
    """Show a number of things with thousands separators."""
    return f"{number:,}"


def signed_count(number: int) -> Markup:
    """Show a number of things that went out: red, with a minus sign."""
    return Markup('<span class="neg">{}{}</span>').format(MINUS, count(-number))


def figure(value: object) -> str:
    """Show a computed figure with two decimals, anything else as it is written."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def moment(value: dt.datetime | int | None) -> str:
    """Show date and minute in the hall's time; takes microseconds too, as evidence keeps them."""
    when = _aware(value)
    return "" if when is None else f"{when:%Y-%m-%d %H:%M}"


def clock(value: dt.datetime | int | None) -> str:
    """Show the time of day to the second in the hall's time."""
    when = _aware(value)
    return "" if when is None else f"{when:%H:%M:%S}"


def _aware(value: dt.datetime | int | None) -> dt.datetime | None:
    if value is None:
        return None
    when = EPOCH + value * MICROSECOND if isinstance(value, int) else value
    return when.astimezone(HALL_TIME)


def masked(value: object) -> str:
    """Show a subscriber's or anybody's number so that only its ends are seen (RET-03)."""
    text = "" if value is None else str(value)
    if len(text) == PHONE_DIGITS and text.isascii() and text.isdigit():
        return mask_phone(text)
    return mask_numbers(text)


def show_place(column: str) -> str:
    """Show a column by the name its file may have it under: both, where one is Chinese."""
    names = Counter(one.zh for kind in KINDS.values() for one in kind.columns if one.name == column)
    return translate(" ".join([*(name for name, _ in names.most_common(1)), column]), column)


def show_tag(value: str, column: Column) -> str:
    """Show a word of a closed list as people say it."""
    if value not in column.choices:
        return value
    zh = column.choices_zh[column.choices.index(value)]
    return translate(zh, TAG_WORDS.get(value, value.replace("_", " ")))


def show_subject(subject: str) -> str:
    """Show what a finding is about as people say it."""
    return masked(words(subject_text(subject)))


def subject_url(subject: str) -> str:
    """Give the page of what a subject names."""
    sort, _, rest = subject.partition(":")
    if sort == "txn":
        number = rest.partition("/")[0]
        return url_for("pages.show_transaction", hall=hall().code, txn_no=number)
    if sort == "invoice":
        code, _, number = rest.rpartition("/")
        number = number.partition("-")[0]
        return url_for("pages.show_invoice", hall=hall().code, code=code or "-", number=number)
    if sort == "book":
        code, _, first = rest.rpartition("/")
        return url_for("pages.show_book", hall=hall().code, code=code or "-", first=first)
    if sort == "serial":
        serial = first_of_run(rest.partition("/")[2])
        return url_for("pages.show_unit", hall=hall().code, serial=serial)
    return url_for("pages.search", hall=hall().code, q=rest.rpartition("/")[2])


def check_name(code: str) -> Text:
    """Give the name of a check of the daily audit."""
    check = known_check(code)
    return check.name if check else Text(code, code)


def show_doer(label: str) -> str:
    """Give who did something; what the program does of itself is the system's."""
    return translate("系统", "System") if label.startswith(SYSTEM_LABEL) else label


def status_chip(kind: str, status: str) -> Chip:
    """Give icon, tone and word of one of the day's three statuses."""
    _, names, look = STATUSES[kind]
    return (*look[status], names[status])


def arrival_chip(arrival: str) -> Chip:
    """Give icon, tone and word of a source's arrival."""
    return (*ARRIVAL_LOOK[arrival], ARRIVALS[arrival])  # type: ignore[index]


def severity_chip(severity: str) -> Chip:
    """Give icon, tone and word of how grave a finding is."""
    return (*SEVERITY_LOOK[severity], SEVERITIES[severity])


def state_chip(state: str) -> Chip:
    """Give icon, tone and word of a finding's state."""
    return (*STATE_LOOK[state], FINDING_STATES[state])


def this_page() -> str:
    """Give the address of this page, to come back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def with_query(**changes: object) -> str:
    """Give this page's address with some of its query changed; None takes a part away."""
    query = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
