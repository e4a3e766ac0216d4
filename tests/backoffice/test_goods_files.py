"""Files of goods: a chunk read column by column says the same as its lines read one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.goods_files import COLUMNS, read_goods_file
from stock.goods_lines import GoodsLine

DIGITS = st.text("0123456789", max_size=16)
PIECES = st.sampled_from(["", "1", "2", " 3 ", "007"])
COSTS = st.sampled_from(["", "1000.00", "¥1,234.5", " 8 "])
PLAIN = {
    "item": st.sampled_from(["P1", "S1", " P1 "]),
    "quantity": PIECES,
    "unit_cost": COSTS,
    "holder": st.sampled_from(["", "A01", " A02"]),
}
# What makes a chunk be read line by line.
ODD = {"serial": "8.6E+14", "quantity": "half", "unit_cost": "a lot"}


def read(rows: list[dict[str, str]]) -> list[GoodsLine]:
    """Read rows from a csv of all columns, cells as they are."""
    lines = [";".join(COLUMNS)]
    lines += [";".join(row[column] for column in COLUMNS) for row in rows]
    return read_goods_file("goods.csv", "\n".join(lines).encode())


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries({name: PLAIN.get(name, DIGITS) for name in COLUMNS}),
        min_size=1,
        max_size=6,
    )
)
def test_plain_lines_read_together_are_what_each_is_alone(rows: list[dict[str, str]]) -> None:
    rows = [row for row in rows if any(row.values())]
    together = read(rows)
    for column, odd in ODD.items():
        broken = dict.fromkeys(COLUMNS, "1") | {column: odd}
        careful = read([*rows, broken])
        assert careful[:-1] == together
        assert careful[-1].mangled is not None


def test_one_odd_cell_leaves_the_other_lines_as_they_are() -> None:
    row = dict.fromkeys(COLUMNS, "") | {"item": "P1", "serial": "123456789012345"}
    lines = read([row, row | {"serial": "'860000000000007"}, row])
    assert [line.serial for line in lines] == [row["serial"], "860000000000007", row["serial"]]
