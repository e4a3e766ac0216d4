"""The structure of invoice codes and numbers, and the text of a paper invoice's QR code (INV-12).

None of them has a check digit; leading zeros count; everything is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ledger.money import read_fen
from ledger.text import Text


class InvoiceKind(Enum):
    """What kind of invoice a code and number belong to."""

    DIGITAL = "digital"
    VAT_ORDINARY = "vat_ordinary"
    VAT_SPECIAL = "vat_special"
    STATE_TAX = "state_tax"
    LOCAL_TAX = "local_tax"


KIND_NAMES: dict[InvoiceKind, Text] = {
    InvoiceKind.DIGITAL: Text("数电票", "fully digital invoice"),
    InvoiceKind.VAT_ORDINARY: Text("增值税普通发票", "VAT ordinary invoice"),
    InvoiceKind.VAT_SPECIAL: Text("增值税专用发票", "VAT special invoice"),
    InvoiceKind.STATE_TAX: Text("国税普通发票(旧)", "state tax ordinary invoice (before 2018)"),
    InvoiceKind.LOCAL_TAX: Text("地税普通发票(旧)", "local tax ordinary invoice (before 2018)"),
}

_FORMS = {
    "04": Text("折叠票二联", "folded, two copies"),
    "05": Text("折叠票五联", "folded, five copies"),
    "06": Text("卷票 57mm", "roll, 57 mm"),
    "07": Text("卷票 76mm", "roll, 76 mm"),
    "11": Text("电子普通发票", "electronic"),
}
# The last of each region of the country: 11 to 15, 21 to 23, and so on.
_LAST_PROVINCES = {1: 5, 2: 3, 3: 7, 4: 6, 5: 4, 6: 5}
_PROVINCES = frozenset(
    {f"{region}{n}" for region, last in _LAST_PROVINCES.items() for n in range(1, last + 1)}
    | {"50"}
)
_QR_KINDS = {"01": "special", "04": "ordinary", "10": "e-ordinary"}
_DIGITS = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class InvoiceNumber:
    """A code and number explained; `warnings` are doubts that do not make it wrong.

    `year` is four digits; `region` the digits as printed; `trade` the trade digit of an old local
    tax code (4 is post and telecom); `form` what kind of form it is, where the code says so.
    """

    kind: InvoiceKind
    year: int
    region: str
    trade: str = ""
    form: Text | None = None
    warnings: tuple[Text, ...] = ()


class UnknownInvoiceNumber(ValueError):
    """A code or number of no known structure; `text` says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass(frozen=True, slots=True)
class InvoiceQr:
    """The text of a paper invoice's QR code; the amount is with or without tax, by its kind."""

    kind: str
    code: str
    number: str
    amount_fen: int
    issued_on: date
    check_code: str


def explain_number(code: str, number: str, *, this_year: int) -> InvoiceNumber:
    """Say what invoice a code and number are; raises UnknownInvoiceNumber.

    A 20-digit number has no code; where a paper form shows both, the 20 digits explain it.
    """
    for text, name in ((code, Text("发票代码", "invoice code")), (number, _NUMBER)):
        if text and not _DIGITS.fullmatch(text):
            raise UnknownInvoiceNumber(_not_digits(name, text))
    if len(number) == 20:
        return _digital(number, this_year)
    if not code:
        raise UnknownInvoiceNumber(
            Text(
                f"发票号码 {number} 没有发票代码,只有 20 位的数电票号码可以没有代码。",
                f"Number {number} has no code; only a number of 20 digits goes without one.",
            )
        )
    if len(number) != 8:
        raise UnknownInvoiceNumber(
            Text(
                f"发票号码 {number} 应为 8 位(数电票 20 位)。",
                f"Number {number} must have 8 digits (20 for a digital invoice).",
            )
        )
    if len(code) == 10:
        return _special(code, this_year)
    if len(code) == 12 and code[0] in "012":
        return _ordinary(code, this_year)
    raise UnknownInvoiceNumber(
        Text(
            f"发票代码 {code} 不是已知结构:应为 10 位,或以 0、1、2 开头的 12 位。",
            f"Code {code} has no known structure: 10 digits, or 12 beginning with 0, 1 or 2.",
        )
    )


def read_qr(text: str) -> InvoiceQr:
    """Read the text of a paper invoice's QR code; raises UnknownInvoiceNumber.

    Example: `01,10,044001500111,81966722,173.79,20170524,17884534745749991611,BE2D`.
    """
    fields = [field.strip() for field in text.strip().strip(",").split(",")]
    try:
        version, kind, code, number, amount, day, check_code = fields[:7]
        qr = InvoiceQr(
            kind=_QR_KINDS.get(kind, kind),
            code=code,
            number=number,
            amount_fen=read_fen(amount),
            issued_on=date(int(day[:4]), int(day[4:6]), int(day[6:8])),
            check_code=check_code,
        )
    except ValueError:
        raise UnknownInvoiceNumber(_NO_QR) from None
    if version != "01" or len(day) != 8 or not _DIGITS.fullmatch(code + number):
        raise UnknownInvoiceNumber(_NO_QR)
    return qr


def _digital(number: str, this_year: int) -> InvoiceNumber:
    year = _year(number[:2], this_year)
    if year < 2021:
        raise UnknownInvoiceNumber(
            Text(
                f"数电票号码 {number} 的年份 {number[:2]} 早于 2021 年。",
                f"Digital number {number} says year {number[:2]}: there were none before 2021.",
            )
        )
    return InvoiceNumber(
        InvoiceKind.DIGITAL, year, number[2:4], warnings=_region_warnings(number[2:4])
    )


def _ordinary(code: str, this_year: int) -> InvoiceNumber:
    kind = {
        "0": InvoiceKind.VAT_ORDINARY,
        "1": InvoiceKind.STATE_TAX,
        "2": InvoiceKind.LOCAL_TAX,
    }[code[0]]
    year, region = _year(code[5:7], this_year), code[1:5]
    warnings = list(_region_warnings(region))
    form = None
    if kind is InvoiceKind.VAT_ORDINARY:
        form = _FORMS.get(code[10:12])
        if form is None:
            warnings.append(
                Text(f"票种代码 {code[10:12]} 未知。", f"The form {code[10:12]} is not known.")
            )
    trade = code[7] if kind is InvoiceKind.LOCAL_TAX else ""
    return InvoiceNumber(kind, year, region, trade, form, tuple(warnings))


def _special(code: str, this_year: int) -> InvoiceNumber:
    return InvoiceNumber(
        InvoiceKind.VAT_SPECIAL,
        _year(code[4:6], this_year),
        code[:4],
        warnings=_region_warnings(code[:4]),
    )


def _year(two_digits: str, this_year: int) -> int:
    year = 2000 + int(two_digits)
    if year > this_year:
        raise UnknownInvoiceNumber(
            Text(f"年份 {two_digits} 晚于今年。", f"The year {two_digits} is still to come.")
        )
    return year


def _region_warnings(region: str) -> tuple[Text, ...]:
    if region[:2] in _PROVINCES:
        return ()
    return (Text(f"地区代码 {region} 未知。", f"The region {region} is not known."),)


def _not_digits(name: Text, text: str) -> Text:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text, re.ASCII):
        return Text(
            f"{name.zh} {text} 是科学计数法,请设为文本后重新导出。",
            f"The {name.en} {text} is in scientific notation: re-export as text.",
        )
    return Text(f"{name.zh} {text} 只能是数字。", f"The {name.en} {text} may only have digits.")


_NUMBER = Text("发票号码", "invoice number")
_NO_QR = Text("不是发票二维码的内容。", "This is not the text of an invoice's QR code.")
