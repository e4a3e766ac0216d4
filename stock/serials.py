"""Identifiers of handsets and cards, and runs of them: their structure and what is doubtful.

The rules are DOMAIN STK-01 to STK-04. Everything is text. A list of prefixes is never complete, so
a prefix that is not known is no reason to refuse a card; that it is another carrier's is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress

from stdnum import imei as imei_numbers
from stdnum import luhn
from stdnum import meid as meid_numbers

from ledger.errors import Invalid
from ledger.text import Text

UNICOM_ISSUERS = ("898601", "898606", "898609")
OTHER_ISSUERS = ("898600", "898602", "898604", "898607", "898603", "898611")
_SEPARATORS = re.compile(r"[\s\-./]+")
_RUN = re.compile(r"([A-Z]*)(\d{1,30})", re.ASCII)
LARGEST_RUN = 1_000_000
# Each digit's part in a Luhn sum, in its own place and in the doubled ones; which sums are right.
_ONCE = bytes.maketrans(b"0123456789", bytes(range(10)))
_TWICE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_RIGHT_SUMS = bytes(total % 10 == 0 for total in range(256))


class SerialRefused(Invalid):
    """An identifier or a run of them that cannot be right; `reason` says why."""

    code = "serial_refused"
    text = Text("{reason_zh}", "{reason_en}")

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason_zh=reason.zh, reason_en=reason.en)


class CheckDigitProposed(SerialRefused):
    """A number without its check digit: `value` is the whole of it, for a person to confirm."""

    code = "check_digit_proposed"

    def __init__(self, serial: str, value: str) -> None:
        self.value = value
        super().__init__(
            Text(
                f"{serial} 缺少校验位,应为 {value}?请核对实物后填写全号。",
                f"{serial} lacks its check digit; is it {value}? Check the piece and write it in"
                " full.",
            )
        )
        self.facts["value"] = value


@dataclass(frozen=True, slots=True)
class ScannedNumber:
    """A number as scanned or keyed, in the form it is stored in.

    `proposed`: a digit was computed that was not given, so a person has to confirm it. `warning`
    says what is doubtful about one that is kept as it came.
    """

    value: str
    proposed: bool = False
    warning: Text | None = None


def read_imei(text: str) -> ScannedNumber:
    """Read an IMEI of 14, 15 or 16 digits as 15; raises SerialRefused (STK-01).

    To 14 digits the check digit is proposed; of 16 (IMEISV) the software version is dropped.
    """
    if len(text) == 15 and passes_luhn(text):
        return ScannedNumber(text)
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in (14, 15, 16):
        raise SerialRefused(
            Text(f"IMEI {text} 应为 15 位数字。", f"IMEI {text} must have 15 digits.")
        )
    if len(digits) == 15 and not imei_numbers.is_valid(digits):
        raise SerialRefused(
            Text(
                f"IMEI {text} 的校验位不对,请重新扫描。",
                f"The check digit of IMEI {text} is wrong: scan it again.",
            )
        )
    body = digits[:14]
    return ScannedNumber(body + luhn.calc_check_digit(body), proposed=len(digits) == 14)


def passes_luhn(number: str) -> bool:
    """Tell whether plain digits end in their check digit, as stdnum's `luhn.is_valid` does.

    It takes a tenth of the time, which a delivery of 100,000 serials is glad of.
    """
    if not (number.isascii() and number.isdecimal()):
        return False
    digits = number.encode()
    return (sum(digits[-1::-2].translate(_ONCE)) + sum(digits[-2::-2].translate(_TWICE))) % 10 == 0


def passing_luhn(numbers: Iterable[str], length: int) -> set[str]:
    """Give those plain digits of that length that end in their check digit.

    All are added up at once, place by place: each byte of a long integer is one number's sum, which
    28 digits do not carry beyond it.
    """
    assert 0 < length <= 28, length
    plain = list(numbers)
    if set(map(len, plain)) != {length}:
        plain = [one for one in plain if len(one) == length]
    text = "".join(plain)
    if not (text.isascii() and text.isdecimal()):
        plain = [one for one in plain if one.isascii() and one.isdecimal()]
        text = "".join(plain)
    digits = text.encode()
    sums = 0
    for place in range(length):
        parts = _ONCE if (length - place) % 2 else _TWICE
        sums += int.from_bytes(digits[place::length].translate(parts), "big")
    right = sums.to_bytes(len(plain), "big").translate(_RIGHT_SUMS)
    return set(plain if all(right) else compress(plain, right))


def type_allocation_code(imei: str) -> str:
    """Give the first eight digits of an IMEI, which name its model."""
    return imei[:8]


def read_meid(text: str) -> ScannedNumber:
    """Read a MEID as 14 capital hexadecimal digits; raises SerialRefused (STK-02).

    A check digit after them is not part of it. The first byte is A0 to FF, or 97 to 99 where all
    digits are decimal; 18 decimal digits are another way to write the same number.
    """
    plain = _SEPARATORS.sub("", text).upper()
    try:
        value = str(meid_numbers.compact(plain))
    except ValueError:
        value = ""
    if len(value) != 14:
        raise SerialRefused(
            Text(f"MEID {text} 应为 14 位十六进制数。", f"MEID {text} must have 14 hex digits.")
        )
    if not (value[:2] >= "A0" or (value.isdecimal() and value[:2] in ("97", "98", "99"))):
        raise SerialRefused(
            Text(
                f"MEID {text} 的地区字节 {value[:2]} 小于 A0。",
                f"The region byte {value[:2]} of MEID {text} is below A0.",
            )
        )
    return ScannedNumber(value)


def read_iccid(text: str, *, issuers: tuple[str, ...] = UNICOM_ISSUERS) -> ScannedNumber:
    """Read an ICCID as 20 characters; raises SerialRefused for length, letters, another carrier.

    A wrong check digit is a warning, for cards in use have it; to 19 digits it is proposed; a
    letter at the end is kept and flagged; nibbles swapped by a reader are put right (STK-03).
    """
    plain = _unswapped(_SEPARATORS.sub("", text).upper())
    if not re.fullmatch(r"89\d{17}[\dA-Z]?", plain, re.ASCII):
        raise SerialRefused(
            Text(
                f"ICCID {text} 应以 89 开头,为 19 或 20 位。",
                f"ICCID {text} must begin with 89 and have 19 or 20 digits.",
            )
        )
    if issuers and not plain.startswith(issuers):
        if plain.startswith(OTHER_ISSUERS):
            raise SerialRefused(
                Text(
                    f"ICCID {text} 是其他运营商的卡({plain[:6]})。",
                    f"ICCID {text} is another carrier's card ({plain[:6]}).",
                )
            )
        unknown = Text(f"发卡标识 {plain[:6]} 未知。", f"The issuer {plain[:6]} is not known.")
        return ScannedNumber(_with_check_digit(plain), len(plain) == 19, unknown)
    if len(plain) == 19:
        return ScannedNumber(_with_check_digit(plain), proposed=True)
    if not plain.isdecimal():
        legacy = Text("旧卡,末位是字母。", "A legacy card: it ends in a letter.")
        return ScannedNumber(plain, warning=legacy)
    if not luhn.is_valid(plain):
        wrong = Text(
            f"ICCID {text} 的校验位不对,请核对并注明原因。",
            f"The check digit of ICCID {text} is wrong: compare it and note the reason.",
        )
        return ScannedNumber(plain, warning=wrong)
    return ScannedNumber(plain)


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A run of consecutive numbers with one prefix and width, both ends included.

    Of ICCIDs it is the bodies (19 digits) that run; their check digits do not.
    """

    prefix: str
    width: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1

    def number(self, value: int) -> str:
        """Write one number of the run, leading zeros included."""
        return f"{self.prefix}{value:0{self.width}d}"

    def numbers(self) -> Iterator[str]:
        """Give every number of the run in order."""
        return (self.number(value) for value in range(self.first, self.last + 1))

    def show(self) -> str:
        """Write the run as `first-last`."""
        return f"{self.number(self.first)}-{self.number(self.last)}"


def make_segment(first: str, last: str, *, count: int | None = None) -> Segment:
    """Make a run of its two ends; raises SerialRefused where they or the count do not fit (STK-04).

    Of whole ICCIDs the bodies make the run: one more than a card's number is not the next card's.
    """
    start, end = _run_end(first), _run_end(last)
    if not start or not end:
        raise SerialRefused(_no_run(first, last))
    if start.group(1) != end.group(1) or len(start.group(2)) != len(end.group(2)):
        raise SerialRefused(_no_run(first, last))
    run = Segment(start.group(1), len(start.group(2)), int(start.group(2)), int(end.group(2)))
    if not 1 <= run.count <= LARGEST_RUN:
        raise SerialRefused(_no_run(first, last))
    if count is not None and run.count != count:
        raise SerialRefused(
            Text(
                f"起止号共 {run.count} 个,填写的数量是 {count}。",
                f"From first to last there are {run.count}, the count says {count}.",
            )
        )
    return run


def expand_iccids(segment: Segment) -> Iterator[str]:
    """Give the whole ICCIDs, check digit computed, of a run of 19-digit bodies."""
    return (_with_check_digit(body) for body in segment.numbers())


def merge_segments(segments: Iterable[Segment]) -> list[Segment]:
    """Give the same numbers in the fewest runs; raises SerialRefused where two overlap."""
    merged: list[Segment] = []
    for run in sorted(segments):
        before = merged[-1] if merged else None
        alike = before is not None and (before.prefix, before.width) == (run.prefix, run.width)
        if before is not None and alike and run.first <= before.last:
            raise SerialRefused(
                Text(
                    f"号段 {before.show()} 与 {run.show()} 重叠。",
                    f"The runs {before.show()} and {run.show()} overlap.",
                )
            )
        if before is not None and alike and run.first == before.last + 1:
            merged[-1] = Segment(run.prefix, run.width, before.first, run.last)
        else:
            merged.append(run)
    return merged


def take_segment(held: Iterable[Segment], wanted: Segment) -> list[Segment]:
    """Give what is left of the runs held when one is taken; raises SerialRefused if not held."""
    runs = merge_segments(held)
    for place, run in enumerate(runs):
        alike = (run.prefix, run.width) == (wanted.prefix, wanted.width)
        if alike and run.first <= wanted.first and wanted.last <= run.last:
            left = [
                Segment(run.prefix, run.width, run.first, wanted.first - 1),
                Segment(run.prefix, run.width, wanted.last + 1, run.last),
            ]
            return [*runs[:place], *(part for part in left if part.count > 0), *runs[place + 1 :]]
    raise SerialRefused(
        Text(
            f"号段 {wanted.show()} 不全在持有的号段内。",
            f"The run {wanted.show()} does not lie wholly within what is held.",
        )
    )


def _with_check_digit(iccid: str) -> str:
    return iccid if len(iccid) == 20 else iccid + str(luhn.calc_check_digit(iccid))


def _run_end(number: str) -> re.Match[str] | None:
    plain = number.strip().upper()
    is_whole_iccid = len(plain) == 20 and plain.startswith("89") and plain.isdecimal()
    return _RUN.fullmatch(plain[:19] if is_whole_iccid else plain)


def _unswapped(iccid: str) -> str:
    """Put right digits swapped two by two, as a card gives them over AT+CRSM, F filling the end."""
    if iccid.startswith("98") and len(iccid) == 20:
        pairs = (iccid[place + 1] + iccid[place] for place in range(0, 20, 2))
        return "".join(pairs).removesuffix("F")
    return iccid.removesuffix("F") if len(iccid) == 20 else iccid


def _no_run(first: str, last: str) -> Text:
    return Text(
        f"{first} 到 {last} 不是连续号段:前缀和位数要一致,起号不大于止号。",
        f"{first} to {last} is no run: prefix and length must agree, and first not exceed last.",
    )
