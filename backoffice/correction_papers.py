"""The correction slip on paper (差错更正单): what was wrong, how it was put right, who signed.

A read of frozen revisions: a slip that has ended prints the same for ever. Numbers are masked.
"""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.correction_answers import AUDITED_BY, CELL_NAMES, awaited_roles, line_cells
from backoffice.printing import render_paper
from backoffice.trade_words import show_moment, tender_name, typeset
from ledger.actors import ROLES, names_of, names_of_persons
from ledger.corrections.kinds import NAME
from ledger.corrections.lines import WrittenLine
from ledger.corrections.reasons import REASONS, WAYS
from ledger.corrections.seen import Round, SlipItem, SlipSeen, see_slip
from ledger.corrections.tables import SLIP_STATES
from ledger.masking import mask_numbers
from ledger.money import show_figure
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

ROUNDS: dict[str, Text] = {
    "sent": Text("发出", "Sent"),
    "answered": Text("更正(说明)", "Answered"),
    "returned": Text("退回", "Returned"),
}
Pair = tuple[str, str]


def correction_paper(uow: UnitOfWork, hall: Hall, number: str, *, language: Language) -> bytes:
    """Give a slip as PDF, A4; raises UnknownSlip and NotPermitted."""
    seen = see_slip(uow, hall, number)
    return render_paper(
        "correction.html",
        slip_values(uow, hall, seen, language=language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def slip_values(
    uow: UnitOfWork, hall: Hall, seen: SlipSeen, *, language: Language
) -> dict[str, object]:
    """Give everything the template prints, in one language."""
    slip, answer = seen.slip, seen.answer
    return {
        "hall": hall.code,
        "hall_name": hall.name,
        "title": _said(NAME, language),
        "number": slip.number,
        "state": slip.state,
        "state_name": _said(SLIP_STATES[slip.state], language),
        "date": slip.sent_on.isoformat(),
        "pairs": tuple(_pairs(uow, hall, seen, language)),
        "items": tuple(_item(item, language) for item in seen.items),
        "way": _said(WAYS[answer.facts["way"]], language) if answer else "",
        "words": mask_numbers(answer.facts.get("words", "")) if answer else "",
        "returned": mask_numbers(seen.last.facts.get("returned", "")),
        "lines": tuple(_line(line, language) for line in answer.lines) if answer else (),
        "money": show_figure(slip.net_fen, in_pieces=False, separators=True)
        if slip.net_fen
        else "",
        "signatures": tuple(_signatures(uow, seen, language)),
        "lacking": tuple(_role(role, language) for role in awaited_roles(seen)),
        "hashes": tuple(
            (f"{one.revision} {_said(ROUNDS[one.act], language)}", one.hash) for one in seen.rounds
        ),
        "proof": f"{hall.code} {slip.number} {seen.last.hash}",
    }


def _pairs(uow: UnitOfWork, hall: Hall, seen: SlipSeen, language: Language) -> Iterator[Pair]:
    slip, sent = seen.slip, seen.rounds[0].facts
    name = names_of(uow, hall.id).get(slip.clerk, "")
    named = [
        (Text("营业员", "Clerk"), f"{slip.clerk} {name}".strip() or "–"),
        (Text("差错类型", "Kind of error"), _said(REASONS[slip.reason].text, language)),
        (Text("差错日期", "Day of the error"), slip.of_day.isoformat()),
        (Text("更正期限", "To be answered by"), slip.due_on.isoformat()),
        (Text("错在哪里", "What is wrong"), mask_numbers(sent.get("wrong", ""))),
        (Text("应为", "What is right"), mask_numbers(sent.get("right", ""))),
        (Text("更正日期", "Corrected on"), slip.ended_on.isoformat() if slip.ended_on else ""),
    ]
    return ((_said(words, language), value) for words, value in named if value)


def _item(item: SlipItem, language: Language) -> dict[str, str]:
    return {
        "check": item.check,
        "date": item.date.isoformat(),
        "subject": item.subject,
        "says": mask_numbers(_said(item.says, language)) or item.subject,
        "expected": _figure(item.expected, item.in_pieces),
        "found": _figure(item.found, item.in_pieces),
    }


def _figure(figure: int | None, in_pieces: bool) -> str:
    return "–" if figure is None else show_figure(figure, in_pieces=in_pieces, separators=True)


def _line(line: WrittenLine, language: Language) -> dict[str, object]:
    cells = line_cells(line)
    tender = cells.pop("tender", "")
    received = cells.pop("received", "0.00")
    due = cells.pop("due", "0.00")
    business = cells.pop("business", "")
    rest = [
        f"{_said(CELL_NAMES[name], language)} {value}"
        for name, value in cells.items()
        if name in CELL_NAMES
    ]
    return {
        "red": line.reverses,
        "original": f"{line.original[0]} / {line.original[1]}" if line.original else "–",
        "business": business,
        "tender": _said(tender_name(tender), language) if tender else "–",
        "due": due,
        "received": received,
        "rest": " · ".join(rest),
    }


def _signatures(
    uow: UnitOfWork, seen: SlipSeen, language: Language
) -> Iterator[tuple[str, str, str, str]]:
    """Give role, name, time and hash of who sent it, who answered, and who accepted."""
    shown: list[tuple[Text, Round]] = [(Text("发出人", "Sent by"), seen.rounds[0])]
    if seen.answer is not None:
        shown.append((Text("营业员", "Clerk"), seen.answer))
    people = {one.person_id for _, one in shown} | {one.person_id for one in seen.accepted}
    names = names_of_persons(uow, people)
    for words, one in shown:
        at = show_moment(one.at, language)
        yield _said(words, language), names.get(one.person_id, ""), at, one.hash[:12]
    for signed in seen.accepted:
        at = show_moment(signed.at, language)
        name = names.get(signed.person_id, "")
        yield _role(signed.role, language), name, at, signed.signed_hash[:12]


def _role(role: str, language: Language) -> str:
    return _said(AUDITED_BY if role == "auditor" else ROLES.get(role, Text(role, role)), language)


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
