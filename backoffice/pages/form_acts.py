"""The acts with forms as people choose them: what each asks for, and what it does when sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backoffice.pages.door import Need, allowed
from backoffice.pages.form_typed import Typed
from backoffice.pages.move_forms import Field, left_blank
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.errors import FactMissing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act came to: the page it leads to, and what is said there."""

    address: str
    said: Text
    tone: str = "good"


@dataclass(frozen=True, slots=True)
class FormAct:
    """An act: its name, what it is in plain words, who may, and what its form holds.

    `picks` are blanks of the `safe` or of `clerks` to be ticked; `keyed` lines of numbers are
    typed; `used` books are ticked.
    """

    name: str
    text: Text
    plain: Text
    need: Need
    fields: Callable[[UnitOfWork], Sequence[Field]]
    do: Callable[[UnitOfWork, Typed], Outcome]
    picks: str = ""
    counts: bool = False
    keyed: bool = False
    used: bool = False
    over: bool = False
    """Of the used books those are ticked that are kept no longer, to be destroyed."""
    prefill: tuple[tuple[str, str], ...] = ()
    """Field -> what of the address goes into it."""
    errors: tuple[tuple[str, str], ...] = ()
    """Code of an error -> the field it stands beside."""


GROUPS: tuple[Text, ...] = (
    Text("与上级", "With the department"),
    Text("厅内领用与交接", "Within the hall"),
    Text("开票登记", "Registering invoices"),
    Text("作废、红字、丢失", "Void, red, lost"),
)
TICK_FORMS = Text("请勾选要办理的票。", "Tick the forms it is about.")
TICK_BOOKS = Text("请勾选用完的本。", "Tick the used books it is about.")
KEY_LINES = Text("请至少填写一段起止号。", "Give the first and last number of at least one run.")
_ACTS: dict[str, tuple[int, FormAct]] = {}


def offer(group: int, *acts: FormAct) -> None:
    """Put acts among those people choose from."""
    for act in acts:
        _ACTS[act.name] = (group, act)


def act_named(name: str) -> FormAct | None:
    """Give the act of that name, whoever may do it."""
    found = _ACTS.get(name)
    return found[1] if found else None


def find_act(name: str) -> FormAct | None:
    """Give the act of that name if the visitor may do it."""
    act = act_named(name)
    return act if act and allowed(*act.need) else None


def acts_to_choose() -> list[tuple[Text, list[FormAct]]]:
    """Give the acts the visitor may do, in groups."""
    grouped = [
        (text, [act for at, act in _ACTS.values() if at == place and allowed(*act.need)])
        for place, text in enumerate(GROUPS)
    ]
    return [(text, acts) for text, acts in grouped if acts]


def blank_in(act: FormAct, fields: Sequence[Field], typed: Typed) -> dict[str, Text]:
    """Give what of an act's form is left blank and must not be, by field, with what to do."""
    blank = left_blank(fields, typed.fields)
    if act.picks and not typed.picks:
        blank["picks"] = TICK_FORMS
    if act.used and not typed.books:
        blank["books"] = TICK_BOOKS
    if act.keyed and not any(line["first"] or line["last"] for line in typed.lines):
        blank["lines"] = KEY_LINES
    return blank


def field_of(act: FormAct, error: BackofficeError, fields: Sequence[Field]) -> str:
    """Give the field an error is about; '' where it is about the whole form."""
    if error.code == "field_unreadable":
        return str(error.facts["at"])
    if isinstance(error, FactMissing):
        wanted = error.facts["fact"]
        return next((one.name for one in fields if one.text == wanted), "")
    return dict(act.errors).get(error.code, "")
