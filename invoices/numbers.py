"""Codes and numbers explained for people: what form they are of, or what to do (DOMAIN INV-12).

The structures themselves are the kernel's (`ledger.evidence.numbers`), which the check P09 asks by
the same rules. Here a paper form with both numbers, a receipt (收据) and the text of a QR code are
told too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ledger.errors import Invalid
from ledger.evidence.numbers import (
    KIND_NAMES,
    InvoiceKind,
    InvoiceNumber,
    InvoiceQr,
    UnknownInvoiceNumber,
    explain_number,
    read_qr,
)
from ledger.money import show_yuan
from ledger.text import Text

DIGITAL = 20
RECEIPT = Text("收据", "Receipt")
BOTH = Text("数电纸票", "Digital invoice on paper")
PROVINCES: dict[str, Text] = {
    "11": Text("北京", "Beijing"),
    "12": Text("天津", "Tianjin"),
    "13": Text("河北", "Hebei"),
    "14": Text("山西", "Shanxi"),
    "15": Text("内蒙古", "Inner Mongolia"),
    "21": Text("辽宁", "Liaoning"),
    "22": Text("吉林", "Jilin"),
    "23": Text("黑龙江", "Heilongjiang"),
    "31": Text("上海", "Shanghai"),
    "32": Text("江苏", "Jiangsu"),
    "33": Text("浙江", "Zhejiang"),
    "34": Text("安徽", "Anhui"),
    "35": Text("福建", "Fujian"),
    "36": Text("江西", "Jiangxi"),
    "37": Text("山东", "Shandong"),
    "41": Text("河南", "Henan"),
    "42": Text("湖北", "Hubei"),
    "43": Text("湖南", "Hunan"),
    "44": Text("广东", "Guangdong"),
    "45": Text("广西", "Guangxi"),
    "46": Text("海南", "Hainan"),
    "50": Text("重庆", "Chongqing"),
    "51": Text("四川", "Sichuan"),
    "52": Text("贵州", "Guizhou"),
    "53": Text("云南", "Yunnan"),
    "54": Text("西藏", "Tibet"),
    "61": Text("陕西", "Shaanxi"),
    "62": Text("甘肃", "Gansu"),
    "63": Text("青海", "Qinghai"),
    "64": Text("宁夏", "Ningxia"),
    "65": Text("新疆", "Xinjiang"),
}
_RECEIPT = re.compile(r"\d{6,12}", re.ASCII)
_TRADES = {"4": Text("邮电通信", "post and telecommunications")}
QR_KINDS: dict[str, Text] = {
    "special": Text("增值税专用发票", "VAT special invoice"),
    "ordinary": Text("增值税普通发票", "VAT ordinary invoice"),
    "e-ordinary": Text("增值税电子普通发票", "VAT ordinary e-invoice"),
}


class NumberNotReadable(Invalid):
    """A code or number of no known structure; says what is wrong and what to do."""

    code = "form_number_not_readable"
    text = Text(
        "{why}请与实物核对后按文本填写。", "{why} Compare with the form and type it as text."
    )


@dataclass(frozen=True, slots=True)
class FormNumber:
    """A form's code and number explained: what it is, what each part says, doubts beside it.

    `number` is the 8-digit number of a paper form, '' where it has none; `digital_no` the 20-digit
    one. `drawn`: such forms are drawn and counted, each number has a place.
    """

    invoice_code: str
    number: str
    digital_no: str
    kind: Text
    parts: tuple[tuple[Text, Text], ...]
    warnings: tuple[Text, ...]
    drawn: bool


@dataclass(frozen=True, slots=True)
class FormScan:
    """What the QR code of a paper invoice says, and its number explained."""

    form: FormNumber
    sort: Text
    amount_fen: int
    issued_on: date
    check_code: str


def explain_form(
    invoice_code: str, number: str, *, digital_no: str = "", this_year: int
) -> FormNumber:
    """Say what form a code and number are of; raises NumberNotReadable.

    A number without code that is shorter than 20 digits is a receipt's. Where a paper form shows a
    20-digit number beside its own, `digital_no` is that.
    """
    code, number, digital_no = invoice_code.strip(), number.strip(), digital_no.strip()
    if not code and _RECEIPT.fullmatch(number) and not digital_no:
        parts = ((Text("号码", "Number"), Text(number, number)),)
        return FormNumber("", number, "", RECEIPT, parts, (), drawn=True)
    if len(number) == DIGITAL and not digital_no:
        number, digital_no = "", number
    told = _explain(code, number, this_year) if number or not digital_no else None
    digital = _explain("", digital_no, this_year) if digital_no else None
    if digital is not None and digital.kind is not InvoiceKind.DIGITAL:
        raise NumberNotReadable(why=_NOT_DIGITAL.format(number=digital_no))
    if told is None and code:
        _explain(code, "00000000", this_year)
    main = told or digital
    assert main is not None, "one of the two was explained"
    kind = BOTH if digital_no and (number or code) else KIND_NAMES[main.kind]
    return FormNumber(
        code,
        number,
        digital_no,
        kind,
        (*_parts(main), *(_parts(digital) if told and digital else ())),
        (*main.warnings, *(digital.warnings if told and digital else ())),
        drawn=told is not None,
    )


def scan_form(qr: str, *, this_year: int) -> FormScan:
    """Read the QR text of a paper invoice and explain its number; raises NumberNotReadable."""
    try:
        read: InvoiceQr = read_qr(qr)
    except UnknownInvoiceNumber as unknown:
        raise NumberNotReadable(why=unknown.text) from unknown
    form = explain_form(read.code, read.number, this_year=this_year)
    sort = QR_KINDS.get(read.kind, Text(read.kind, read.kind))
    return FormScan(form, sort, read.amount_fen, read.issued_on, read.check_code)


def require_structure(invoice_code: str, number: str, *, this_year: int) -> None:
    """Go on only if code and number are of a known structure; raises NumberNotReadable."""
    explain_form(invoice_code, number, this_year=this_year)


def describe_form(form: FormNumber) -> list[Text]:
    """Give a form's number in sentences, one a line."""
    name = " ".join(part for part in (form.invoice_code, form.number, form.digital_no) if part)
    lines = [Text(f"{name}:{form.kind.zh}", f"{name}: {form.kind.en}")]
    lines += [Text(f"  {k.zh}:{v.zh}", f"  {k.en}: {v.en}") for k, v in form.parts]
    lines += [Text(f"  注意:{w.zh}", f"  Note: {w.en}") for w in form.warnings]
    return lines


def describe_scan(scan: FormScan) -> list[Text]:
    """Give what a QR code says in sentences, one a line."""
    day, amount = scan.issued_on.isoformat(), show_yuan(scan.amount_fen)
    return [
        *describe_form(scan.form),
        Text(f"  二维码票种:{scan.sort.zh}", f"  Sort by its QR code: {scan.sort.en}"),
        Text(f"  开票日期:{day}", f"  Issued on: {day}"),
        Text(
            f"  二维码金额:{amount}(含税与否因票种而异,勿直接核对)",
            f"  Amount in the QR code: {amount} (with or without tax by sort; not to be matched)",
        ),
    ]


def _explain(code: str, number: str, this_year: int) -> InvoiceNumber:
    try:
        return explain_number(code, number, this_year=this_year)
    except UnknownInvoiceNumber as unknown:
        raise NumberNotReadable(why=unknown.text) from unknown


def _parts(number: InvoiceNumber) -> list[tuple[Text, Text]]:
    year = str(number.year)
    parts = [(Text("年份", "Year"), Text(year, year))]
    region = Text(number.region, number.region)
    if number.region[:2] in PROVINCES:
        province = PROVINCES[number.region[:2]]
        region = Text(f"{number.region} {province.zh}", f"{number.region} {province.en}")
    parts.append((Text("地区", "Region"), region))
    if number.trade:
        trade = _TRADES.get(number.trade, Text(number.trade, number.trade))
        parts.append((Text("行业", "Trade"), trade))
    if number.form is not None:
        parts.append((Text("票样", "Form"), number.form))
    return parts


_NOT_DIGITAL = Text(
    "数电票号码 {number} 应为 20 位数字。", "The digital number {number} must have 20 digits."
)
