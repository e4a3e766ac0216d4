"""Who may do what, written down a second time: the table of the product must be this one."""

from __future__ import annotations

import pytest

from ledger.actors import ROLES
from ledger.documents import draft_document
from ledger.lifecycle import advance
from ledger.permission_words import ACTIONS, AREAS, action_words
from ledger.permissions import PERMISSIONS, NotPermitted, actor_may
from ledger.work import Actor, system_actor
from tests.builders import DAY, PEOPLE, OpenHall
from tests.observing import refused

HALL = 7

# Roles in the order of the heading: clerk, stock keeper, invoice keeper, auditor, hall manager,
# duty manager, department, finance, admin, and the system without a person.
TABLE = """
                   clerk stock invoice auditor hall duty dept finance admin system
stock submit       -     x     -       -       -    -    -    -       -     -
stock post         -     x     -       -       -    -    -    -       -     -
stock cancel       -     x     -       -       -    -    -    -       -     -
stock approve      -     -     -       -       x    x    x    x       -     -
stock reject       -     -     -       -       x    x    x    x       -     -
stock reverse      -     -     -       -       x    -    x    -       -     -
stock load         -     -     -       -       -    -    -    -       -     x
custody submit     x     x     -       -       -    -    -    -       -     -
custody post       x     x     -       -       -    -    -    -       -     -
custody cancel     x     x     -       -       -    -    -    -       -     -
custody approve    -     -     -       -       x    x    x    x       -     -
custody reject     -     -     -       -       x    x    x    x       -     -
custody reverse    -     -     -       -       x    -    x    -       -     -
custody load       -     -     -       -       -    -    -    -       -     x
stock view         x     x     -       x       x    x    x    x       -     x
stock oversee      -     x     -       x       x    x    x    x       -     x
campaigns edit     -     x     -       -       x    x    x    x       -     -
count view         -     x     -       x       x    x    x    x       -     -
count open         -     x     -       x       x    x    -    -       -     -
count scan         x     x     x       x       x    x    x    x       -     -
count watch        -     -     -       x       x    x    x    x       -     -
count submit       x     x     -       x       x    x    -    -       -     -
count cancel       -     x     -       x       x    x    -    -       -     -
count approve      -     -     -       -       x    x    x    x       -     -
count reject       -     -     -       -       x    x    x    x       -     -
count reverse      -     -     -       -       x    -    x    -       -     -
invoices submit    -     -     x       -       -    -    -    -       -     -
invoices post      -     -     x       -       -    -    -    -       -     -
invoices cancel    -     -     x       -       -    -    -    -       -     -
invoices approve   -     -     -       -       x    x    x    x       -     -
invoices reject    -     -     -       -       x    x    x    x       -     -
invoices reverse   -     -     -       -       x    -    x    -       -     -
invoices load      -     -     -       -       -    -    -    -       -     x
invoices end       -     -     x       -       x    -    x    -       -     -
halls oversee      -     -     -       -       x    x    x    x       -     x
halls close        -     -     -       -       x    -    x    -       x     x
forms view         x     x     x       x       x    x    x    x       -     x
forms oversee      -     -     x       x       x    x    x    x       -     x
forms submit       x     -     x       -       -    -    -    -       -     -
forms post         x     -     x       -       -    -    -    -       -     -
forms cancel       x     -     x       -       -    -    -    -       -     -
forms approve      -     -     x       -       x    x    x    x       -     -
forms reject       -     -     x       -       x    x    x    x       -     -
forms reverse      -     -     -       -       x    -    x    -       -     -
forms register     x     -     x       -       -    -    -    -       -     -
forms count        x     -     x       x       x    x    -    -       -     -
uses submit        x     -     x       x       x    x    -    -       -     x
uses post          x     -     x       x       x    x    -    -       -     x
uses reverse       x     -     x       x       x    x    -    -       -     x
voids submit       x     -     x       -       -    -    -    -       -     -
voids cancel       x     -     x       -       -    -    -    -       -     -
voids post         -     -     -       x       -    -    -    -       -     -
voids approve      -     -     -       x       -    -    -    -       -     -
voids reject       -     -     -       x       -    -    -    -       -     -
voids reverse      -     -     -       -       x    -    x    -       -     -
losses submit      x     -     x       -       x    x    -    -       -     -
losses post        x     -     x       -       x    x    -    -       -     -
losses report      -     -     x       -       x    x    -    -       -     -
losses reverse     -     -     -       -       x    -    x    -       -     -
evidence import    -     -     -       x       x    x    -    -       -     x
audit view         -     -     -       x       x    x    x    x       -     x
audit run          -     -     -       x       x    x    -    -       -     x
audit answer       x     -     -       x       -    -    -    -       -     -
audit accept       -     -     -       x       -    -    -    -       -     -
audit override     -     -     -       x       x    x    x    -       -     -
audit sign         -     -     -       x       -    -    -    -       -     -
audit settle       -     -     -       x       -    -    x    -       -     -
liability view     -     -     -       x       x    x    x    x       -     -
liability submit   -     -     -       -       -    -    x    -       -     -
liability approve  -     -     -       x       -    -    -    -       -     -
liability reject   -     -     -       x       -    -    -    -       -     -
liability cancel   -     -     -       -       -    -    x    -       -     -
corrections view   x     -     -       x       x    x    x    x       -     -
corrections oversee -    -     -       x       x    x    x    x       -     -
corrections send   -     -     -       x       -    -    x    x       -     -
corrections submit x     -     -       x       -    -    x    x       -     -
corrections revise x     -     -       x       x    x    x    x       -     -
corrections return -     -     -       x       x    x    x    x       -     -
corrections approve -    -     -       x       x    x    x    x       -     -
corrections cancel -     -     -       x       x    x    x    x       -     -
refunds view       x     -     -       x       x    x    x    x       -     -
refunds submit     x     -     -       -       x    x    -    -       -     -
refunds approve    -     -     -       -       x    x    x    x       -     -
refunds reject     -     -     -       -       x    x    x    x       -     -
refunds cancel     x     -     -       -       x    x    -    -       -     x
refunds post       x     -     -       -       x    x    -    x       -     -
refunds reverse    -     -     -       -       -    -    x    -       -     -
refunds settle     -     -     -       x       -    -    -    -       -     -
refunds oversee    -     -     -       x       x    x    x    x       -     x
refund_papers submit  x  -     -       -       x    x    -    -       -     -
refund_papers approve -  -     -       x       -    -    -    -       -     -
refund_papers reject  -  -     -       x       -    -    -    -       -     -
refund_papers cancel  x  -     -       -       x    x    -    -       -     -
refund_papers post    -  -     -       x       -    -    -    -       -     -
refunds unmask     -     -     -       x       x    x    x    x       -     -
refund_policy view x     -     -       x       x    x    x    x       -     -
refund_policy submit - - - - - - x - - -
refund_policy approve - - - - - - x - - -
refund_policy reject - - - - - - x - - -
refund_policy cancel - - - - - - x - - -
refund_policy post - - - - - - x - - -
authorities submit -     -     -       x       x    x    x    -       -     -
authorities post   -     -     -       x       x    x    x    -       -     -
authorities reverse - - - x x x x - - -
cash view          x     x     -       x       x    x    x    x       -     x
cash oversee       -     x     -       x       x    x    x    x       -     x
shift open         x     -     -       -       -    -    -    -       -     -
shift oversee      -     -     -       x       x    x    x    x       -     -
shift close_for    -     -     -       -       x    x    -    -       -     -
drawer submit      x     -     -       -       x    x    -    -       -     -
drawer cancel      x     -     -       -       x    x    -    -       -     -
drawer approve     -     -     -       -       x    x    -    -       -     -
drawer reject      x     x     -       -       x    x    -    -       -     -
drawer reverse     -     -     -       -       x    -    x    -       -     -
safe submit        -     x     -       -       x    x    -    -       -     -
safe cancel        -     x     -       -       x    x    -    -       -     -
safe approve       -     -     -       -       x    x    -    -       -     -
safe reject        x     x     -       -       x    x    -    -       -     -
safe reverse       -     -     -       -       x    -    x    -       -     -
vault submit       -     x     -       x       x    x    -    -       -     -
vault cancel       -     x     -       x       x    x    -    -       -     -
vault approve      -     x     -       x       x    x    -    -       -     -
vault reject       -     x     -       x       x    x    -    -       -     -
petty submit       x     x     -       -       x    x    -    -       -     -
petty cancel       x     x     -       -       x    x    -    -       -     -
petty approve      -     -     -       -       x    x    x    x       -     -
petty reject       -     -     -       -       x    x    x    x       -     -
petty reverse      -     -     -       -       x    -    x    -       -     -
bank submit        -     -     -       x       x    x    -    x       -     -
bank reverse       -     -     -       -       x    -    x    -       -     -
statements submit  -     -     -       x       x    x    -    x       -     -
statements reverse -     -     -       x       x    x    x    x       -     -
kiosk submit       -     x     -       -       x    x    -    -       -     -
kiosk cancel       -     x     -       -       x    x    -    -       -     -
kiosk approve      -     -     -       -       x    x    -    -       -     -
kiosk reject       x     x     -       -       x    x    -    -       -     -
kiosk reverse      -     -     -       -       x    -    x    -       -     -
cash_slips view    x     -     -       x       x    x    -    -       -     -
cash_slips issue   x     -     -       -       -    -    -    -       -     -
over_short submit  -     -     -       x       x    x    -    -       -     -
over_short cancel  -     -     -       x       x    x    -    -       -     -
over_short approve -     -     -       -       x    x    x    x       -     -
over_short reject  -     -     -       -       x    x    x    x       -     -
over_short reverse -     -     -       -       x    -    x    -       -     -
takings submit     -     -     -       -       -    -    -    -       -     x
takings post       -     -     -       -       -    -    -    -       -     x
takings reverse    -     -     -       -       -    -    -    -       -     x
roster view        x     x     x       x       x    x    x    x       -     x
roster edit        -     -     -       -       x    x    -    -       -     x
duties view        x     x     x       x       x    x    x    x       x     x
duties submit      -     -     -       -       -    -    x    -       -     -
duties post        -     -     -       -       -    -    x    -       -     -
duties reverse     -     -     -       -       -    -    x    -       -     -
calendar edit      -     -     -       -       x    -    x    -       x     x
countersign submit -     -     -       -       x    x    -    -       -     -
countersign post   -     -     -       -       x    x    -    -       -     -
months view        -     x     -       x       x    x    x    x       -     -
months submit      -     -     -       x       -    -    -    -       -     -
months cancel      -     -     -       x       -    -    -    -       -     -
months approve     -     x     -       -       x    -    x    -       -     -
months reject      -     x     -       -       x    -    x    -       -     -
sales submit       -     -     -       x       x    x    -    -       -     x
sales post         -     -     -       x       x    x    -    -       -     x
sales reverse      -     -     -       x       x    x    -    -       -     x
day_results submit     - -     -       x       -    -    -    -       -     -
day_results approve    - -     -       -       x    -    x    -       -     -
day_results reject     - -     -       -       x    -    x    -       -     -
day_results reverse    - -     -       -       x    -    x    -       -     -
day_results load       - -     -       -       -    -    -    -       -     x
day_reopenings submit  - -     -       x       x    x    x    x       -     -
day_reopenings approve - -     -       -       x    -    x    -       -     -
day_reopenings reject  - -     -       -       x    -    x    -       -     -
day_reopenings cancel  - -     -       x       x    x    x    x       -     -
day_reopenings load    - -     -       -       -    -    -    -       -     x
days hand_over         - -     -       -       -    -    -    x       -     -
late_rows release      - -     -       x       x    x    -    -       -     -
late_rows accept       - -     -       -       x    -    x    -       -     -
late_rows dismiss      - -     -       -       -    -    x    -       -     -
items view         x     x     -       x       x    x    x    x       -     x
items edit         -     x     -       -       x    -    x    -       -     -
items load         -     x     -       -       x    -    x    -       -     x
prices load        -     -     -       -       x    -    x    -       -     x
prices set         -     -     -       -       x    -    x    -       -     -
prices ask         -     x     -       -       x    x    -    -       -     -
prices approve     -     -     -       -       -    -    x    -       -     -
labels edit        -     x     -       -       x    -    x    -       -     -
labels confirm     x     x     -       -       x    x    -    -       -     -
people edit        -     -     -       -       -    -    x    -       x     -
bundle view        -     -     -       x       x    x    x    x       -     x
bundle submit      -     -     -       x       x    x    -    -       -     x
bundle cancel      -     -     -       x       x    x    -    -       -     -
bundle approve     -     -     -       -       x    -    x    x       -     -
bundle reject      -     -     -       -       -    -    x    x       -     -
bundle reverse     -     -     -       -       -    -    -    x       -     -
bundle audit       -     -     -       -       -    -    x    -       -     -
bundle load        -     -     -       -       -    -    -    -       -     x
voucher_mapping view -     -     -       x       x    x    x    x       -     -
voucher_mapping submit -     -     -       -       -    -    -    x       -     -
voucher_mapping approve -     -     -       -       -    -    -    x       -     -
voucher_mapping reject -     -     -       -       -    -    -    x       -     -
voucher_mapping cancel -     -     -       -       -    -    -    x       -     -
voucher_mapping load -     -     -       -       -    -    -    -       -     x
"""
ROLES_OF_TABLE = {
    "clerk": "clerk",
    "stock": "stock_keeper",
    "invoice": "invoice_keeper",
    "auditor": "auditor",
    "hall": "hall_manager",
    "duty": "duty_manager",
    "dept": "department",
    "finance": "finance",
    "admin": "admin",
}


def table() -> dict[tuple[str, str], set[str]]:
    heading, *rows = (line.split() for line in TABLE.strip().splitlines())
    names = [ROLES_OF_TABLE.get(word, word) for word in heading]
    return {
        (area, action): {name for name, cell in zip(names, cells, strict=True) if cell == "x"}
        for area, action, *cells in rows
    }


def actors(hall_id: int) -> dict[str, Actor]:
    """Give an actor for each role, who holds just that one, and the system."""
    by_role = {role: Actor(1, role, {hall_id: frozenset({role})}) for role in ROLES}
    return {**by_role, "system": system_actor("cli")}


def test_each_role_may_do_just_what_the_table_says() -> None:
    found = {
        (area, action): {
            name for name, who in actors(HALL).items() if actor_may(who, HALL, area, action)
        }
        for area, action in table()
    }
    assert found == table()


def test_no_permission_is_missing_from_the_table() -> None:
    assert set(PERMISSIONS) - set(table()) == set()


def test_what_is_allowed_in_one_hall_is_not_allowed_in_another() -> None:
    elsewhere = actors(HALL + 1)
    del elsewhere["system"]
    assert [
        (name, area, action)
        for name, who in elsewhere.items()
        for area, action in table()
        if actor_may(who, HALL, area, action)
    ] == []


def test_an_action_nobody_has_heard_of_is_nobodys() -> None:
    for who in actors(HALL).values():
        assert not actor_may(who, HALL, "stock", "burn")
        assert not actor_may(who, HALL, "kitchen", "submit")


@pytest.mark.parametrize("who", sorted(set(PEOPLE) - {"K01"}))
def test_only_the_stock_keeper_submits_a_stock_document(hall: OpenHall, who: str) -> None:
    with refused(hall, NotPermitted) as refusal, hall.work(who) as uow:
        document = draft_document(uow, hall_id=hall.id, kind="draw", business_date=DAY)
        advance(uow, document, "submit")
    assert refusal.value.facts["action"] == action_words("submit")


def test_every_act_and_desk_of_the_table_has_words() -> None:
    assert {area for area, _ in PERMISSIONS} - AREAS.keys() == set()
    assert {action for _, action in PERMISSIONS} - ACTIONS.keys() == set()
    refusal = NotPermitted(actor="甲", action="edit", area="campaigns")
    assert refusal.message("zh").startswith("甲 无权在此办理“编辑”(活动)")
    signers = NotPermitted(actor="甲", action="approve", area="hall_manager/finance")
    assert "(Hall manager/Finance)" in signers.message("en")
    function, arguments = refusal.__reduce__()
    assert function(*arguments).message("zh") == refusal.message("zh")
