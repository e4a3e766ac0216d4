"""What nothing cures is closed by department and second-level audit together, on its page."""

from __future__ import annotations

import pytest
from flask import Flask

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
