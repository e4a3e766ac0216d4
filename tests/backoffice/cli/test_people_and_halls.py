"""`user ..` and `hall ..`: who may sign in, and what an operator settles for a hall."""

from __future__ import annotations

import json
from typing import Any

from click.testing import Result

from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE

HALL = ("--hall", "T001")


def _answer(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def _staff(command: Command) -> dict[str, Any]:
    return {one["number"]: one for one in _answer(command("user", "list", *HALL, "--json"))}


def test_a_person_is_added_with_roles_and_a_piped_password(loaded: Command) -> None:
    words = (
        "user",
        "add",
        "B01",
        *HALL,
        "--name",
        "戊查",
        "--role",
        "auditor",
        "--role",
        "finance",
    )
    assert loaded(*words, "--password-stdin", typed="first-pass-1\n").exit_code == 0
    added = _staff(loaded)["B01"]
    assert added["roles"] == ["auditor", "finance"]
    assert added["has_password"] is True
    other = ("user", "add", "B01", *HALL, "--name", "别人", "--role", "clerk", "--password-stdin")
    taken = loaded(*other, typed="other-pass-1\n")
    assert (taken.exit_code, "belongs to 戊查" in taken.stderr) == (1, True)


def test_a_typed_password_is_asked_twice_and_never_shown(small_loaded: Command) -> None:
    result = small_loaded("user", "password", "J01", *HALL, typed="secret-one\nsecret-one\n")
    assert result.exit_code == 0
    assert "secret-one" not in result.output
    assert _staff(small_loaded)["J01"]["has_password"] is True


def test_a_weak_password_is_bad_input_and_leaves_none(small_loaded: Command) -> None:
    result = small_loaded("user", "password", "J01", *HALL, "--password-stdin", typed="short\n")
    assert result.exit_code == 2
    assert _staff(small_loaded)["J01"]["has_password"] is False


def test_a_disabled_number_cannot_act(loaded: Command) -> None:
    set_ = loaded("user", "password", "J01", *HALL, "--password-stdin", typed="first-pass-1\n")
    assert set_.exit_code == 0
    show = ("audit", "show", *HALL, "--date", DATE, "--as", "J01", "--password-stdin")
    assert loaded(*show, typed="first-pass-1\n").exit_code == 0
    assert loaded("user", "disable", "J01", *HALL).exit_code == 0
    assert loaded(*show, typed="first-pass-1\n").exit_code == 1
    assert loaded("user", "disable", "Q99", *HALL).exit_code == 1


def test_a_token_is_shown_once(small_loaded: Command) -> None:
    answer = _answer(small_loaded("user", "token", "J01", *HALL, "--name", "till", "--json"))
    assert len(answer["token"]) >= 40
    assert answer["days"] == 90
    assert answer["token"] not in small_loaded("user", "list", *HALL).stdout


def test_each_act_is_an_event_and_the_books_stay_sound(loaded: Command) -> None:
    (before,) = _answer(loaded("verify", "--json"))
    loaded("user", "token", "J01", *HALL, "--name", "till")
    loaded("hall", "terminal", "add", "T-77", *HALL)
    (after,) = _answer(loaded("verify", "--json"))
    count = [int(answer["chain"].split(":")[0]) for answer in (before, after)]
    assert count[1] - count[0] == 2


def test_a_hall_is_shown_with_its_days_and_chain(small_loaded: Command) -> None:
    (listed,) = _answer(small_loaded("hall", "list", "--json"))
    own = {"hall": "T001", "name": "小营业厅", "books_open_on": DATE}
    assert listed == {**own, "closed_on": None}
    shown = _answer(small_loaded("hall", "show", "T001", "--json"))
    assert shown["days"] == {"count": 1, "first": DATE, "last": DATE}
    assert shown["staff"] == 4
    assert ["cash", "cash", "line"] in shown["tenders"]
    assert DATE in small_loaded("hall", "show", "T001").stdout


def test_days_are_opened_ahead_and_again_changes_none(loaded: Command) -> None:
    words = ("hall", "open-days", "T001", "--from", "2024-03-06", "--to", "2024-03-31")
    assert _answer(loaded(*words, "--json"))["days"] == 26
    assert loaded(*words).exit_code == 0
    assert _answer(loaded("hall", "show", "T001", "--json"))["days"]["count"] == 27
    backwards = loaded("hall", "open-days", "T001", "--from", "2024-03-31", "--to", "2024-03-06")
    assert backwards.exit_code == 2


def test_a_terminal_stands_in_one_hall(small_loaded: Command) -> None:
    words = ("hall", "terminal", "add", "T-77", *HALL, "--json")
    assert _answer(small_loaded(*words))["new"] is True
    assert _answer(small_loaded(*words))["new"] is False
    assert _answer(small_loaded("hall", "show", "T001", "--json"))["terminals"] == ["T-77"]
