"""What nothing cures is closed by department and second-level audit together, at every door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from backoffice.cli import root
from tests.backoffice.visitors import DAY, HALL, PASSWORD, Visitor

FINDING = f"{DAY}/findings/P01/invoice:031002600104/00260924"
PAGE = f"{DAY}/liability/P01/invoice:031002600104/00260924"
PROPOSED = {
    "act": "propose",
    "liable": "clerk",
    "amount": "200.00",
    "reason": "号码遗失,已登报",
    "password": PASSWORD,
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_department_proposes_and_second_level_audit_signs(app: Flask, language: str) -> None:
    department, auditor = Visitor(app, "B01", language), Visitor(app, "J01", language)
    assert f'href="{PAGE}"' in department.read(FINDING)
    assert Visitor(app, "A02").get(PAGE).status_code == 403
    for wrong in ({"password": "no"}, {"amount": "1.234"}, {"liable": "nobody"}):
        answer = department.send(PAGE, {**PROPOSED, **wrong}, page=PAGE)
        assert answer.status_code == 422
        assert "号码遗失,已登报" in answer.text, "what was typed is kept"
    assert department.send(PAGE, PROPOSED, page=PAGE).status_code == 302
    assert PAGE in auditor.read(f"{HALL}/")
    number = auditor.read(PAGE).partition('name="number" value="')[2].partition('"')[0]
    assert number.startswith("2026-DZ-")
    sign = {"act": "approve", "number": number, "password": PASSWORD}
    assert auditor.send(PAGE, {**sign, "password": "no"}, page=PAGE).status_code == 422
    assert auditor.send(PAGE, sign, page=PAGE).status_code == 302
    assert PAGE not in auditor.read(f"{HALL}/")
    page = auditor.read(FINDING)
    assert {"zh": "定责", "en": "Closed with liability"}[language] in page
    assert f'href="{PAGE}"' not in page


def test_the_same_on_the_command_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    url = app.extensions["backoffice_engine"].url.render_as_string(hide_password=False)
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", url)

    def say(who: str, *words: str, code: int = 0, language: str = "zh") -> Any:
        asked = ["correction", "liability", *words, "--hall", "H001", "--as", who, "--json"]
        asked += ["--password-stdin", "--language", language]
        shown = CliRunner().invoke(root, asked, input=PASSWORD)
        assert shown.exit_code == code, shown.output
        return json.loads(shown.stdout or shown.stderr)

    finding = ("P01", "invoice:031002600104/00260924", "--date", "2026-11-20")
    stated = ("--liable", "clerk", "--amount", "200", "--reason", "号码遗失")
    assert say("J01", "propose", *finding, *stated, code=1)["code"] == "not_permitted"
    first = say("B01", "propose", *finding, *stated)
    assert (first["amount"], first["facts"]["liable"]) == ("200.00", "clerk")
    assert say("B01", "cancel", first["number"])["state"] == "cancelled"
    second = say("B01", "propose", *finding, *stated)["number"]
    assert say("B01", "sign", second, code=1)["code"] in ("not_permitted", "checker_is_maker")
    assert say("J01", "sign", second, language="en")["state_name"] == "Posted"
    listed = say("M01", "list")["liability"]
    assert {one["number"]: one["state"] for one in listed} == {
        first["number"]: "cancelled",
        second: "posted",
    }
    program = Visitor(app, "M01")
    answered: Any = program.get("/api/v1/halls/H001/liability").json
    assert answered["liability"] == listed
