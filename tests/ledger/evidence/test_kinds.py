"""The table of file kinds is whole, and no header can mean two kinds."""

from __future__ import annotations

from itertools import permutations

from ledger.evidence.headers import plain_name, recognise_kind
from ledger.evidence.kinds import KINDS, Kind

HALL_FOLDER = {
    *("items", "prices", "businesses", "stock", "counts", "invoice_books", "accounts", "tenders"),
    *("invoices", "invoice_links", "settlements", "declarations", "cash_moves", "deposits"),
    *("refunds", "adjustments"),
}


def test_every_file_of_the_hall_folder_has_its_kind() -> None:
    assert set(KINDS) >= HALL_FOLDER
    assert {name for name, kind in KINDS.items() if kind.role == "document"} == {
        "stock",
        "invoice_books",
    }


def test_keys_and_dates_are_columns_of_their_kind() -> None:
    for kind in KINDS.values():
        names = {column.name for column in kind.columns}
        assert set(kind.key) <= names, kind.name
        assert {kind.dated_by, kind.business_date} - {""} <= names, kind.name


def test_no_two_columns_of_a_kind_share_a_name_in_either_language() -> None:
    for kind in KINDS.values():
        names = [plain_name(name) for c in kind.columns for name in (c.name, c.zh)]
        assert len(names) == len(set(names)), kind.name


def test_tags_have_a_chinese_word_each() -> None:
    for kind in KINDS.values():
        for column in kind.columns:
            assert len(column.choices) == len(column.choices_zh), (kind.name, column.name)


def _required(kind: Kind) -> set[str]:
    return {column.name for column in kind.columns if not column.optional}


def test_no_header_complete_for_one_kind_is_complete_for_another() -> None:
    for one, other in permutations(KINDS.values(), 2):
        names = {column.name for column in one.columns}
        words = {column.zh for column in one.columns}
        other_words = {column.zh for column in other.columns if not column.optional}
        both = _required(other) <= names and _required(one) <= {c.name for c in other.columns}
        assert not both, (one.name, other.name)
        mine = {column.zh for column in one.columns if not column.optional}
        both = other_words <= words and mine <= {c.zh for c in other.columns}
        assert not both, (one.name, other.name)


def test_a_header_of_all_columns_is_recognised_in_both_languages() -> None:
    for kind in KINDS.values():
        assert recognise_kind([column.name for column in kind.columns]) is kind
        assert recognise_kind([column.zh for column in kind.columns]) is kind
