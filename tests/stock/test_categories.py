"""The table of categories: complete, and of one mind with what DOMAIN says of each."""

from __future__ import annotations

from ledger.accounts import CATEGORIES
from stock.categories import GOODS, categories_named_by, categories_where


def test_every_category_of_goods_has_its_rules() -> None:
    assert set(GOODS) == set(CATEGORIES) - {"money", "invoice_form"}
    assert all(one.text == CATEGORIES[name] for name, one in GOODS.items())


def test_stk_07_test_cards_and_loan_handsets_are_lent_and_never_sold() -> None:
    for name in ("test_card", "loaner"):
        assert GOODS[name].lendable
        assert not GOODS[name].saleable
        assert not GOODS[name].gift


def test_stk_06_a_gift_leaves_only_under_a_customers_form() -> None:
    assert GOODS["gift"].gift
    assert GOODS["gift"].needs_form
    assert not GOODS["gift"].saleable


def test_stk_11b_recharge_cards_alone_are_scrapped_with_proof_of_deactivation() -> None:
    assert categories_where("deactivated_on_scrap") == ("recharge_card",)


def test_a_customers_handset_is_in_our_care_and_nothing_else() -> None:
    assert categories_where("in_care_only") == ("customer_handset",)
    assert not any(
        "customer_handset" in categories_where(rule) for rule in ("saleable", "gift", "lendable")
    )


def test_cards_are_named_by_iccid_and_phones_by_imei() -> None:
    assert categories_named_by("iccid") == {"sim", "test_card", "roaming_card"}
    assert categories_named_by("imei") == {"handset", "loaner", "customer_handset"}
