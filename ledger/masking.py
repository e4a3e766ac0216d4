"""What must not be seen of a person: telephone, identity, card and account numbers, and names.

The rule is DOMAIN RET-03. Masks keep to whole runs of digits, so that the 19 and 20 digits of a
card of the trade or of an invoice are left alone.
"""

from __future__ import annotations

import re

_EDGE_BEFORE = r"(?<![0-9A-Za-z])"
_EDGE_AFTER = r"(?![0-9A-Za-z])"
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_BIRTH = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"{_EDGE_BEFORE}[1-9]\d{{5}}{_BIRTH}\d{{3}}[\dXx]{_EDGE_AFTER}", re.ASCII)
_LONG_NUMBER = re.compile(rf"{_EDGE_BEFORE}\d{{12,19}}{_EDGE_AFTER}", re.ASCII)
_MAIL = re.compile(r"([A-Za-z0-9._%+-]{1,3})[A-Za-z0-9._%+-]*(@[A-Za-z0-9.-]+)", re.ASCII)
_HAN_NAME = re.compile(r"[\u3400-\u9fff·]{2,4}")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z'.-]*(?: [A-Za-z][A-Za-z'.-]*){1,3}")
_NAME_PART = re.compile(r"([-\s,;:/()（）、,;:]+)")
_ORGANISATION = re.compile(
    "公司|银行|支付|财付通|支付宝|微信|中心|集团|超市|商店|商城|商家|电商|餐厅|酒店|医院|大学|学校|"
    "学院|协会|合作社|事务所|基金|证券|保险|电网|电力|燃气|自来水|联通|移动|电信|邮政|铁路|政府|"
    "税务|法院|管理局|营业厅|门店|分店|旗舰店|工作室|银联|平台|公积金|网络|科技|利息|网上"
)


def mask_phone(number: str) -> str:
    """Show the first three and last four: `186****5678`."""
    return f"{number[:3]}****{number[-4:]}"


def mask_identity(number: str) -> str:
    """Show the first three and last four of an identity number: `110***********123X`."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_card(number: str) -> str:
    """Show at most the first six and last four of a card or account number.

    A short number shows its last four, and one of four or fewer nothing.
    """
    digits = number.strip()
    if "*" in digits:
        return digits
    if len(digits) <= 4:
        return "*" * len(digits)
    if len(digits) < 12:
        return "*" * (len(digits) - 4) + digits[-4:]
    return f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}"


def mask_name(name: str) -> str:
    """Show the first letter of a person's name: `张*`, `欧**`, `J*** S****`."""
    return " ".join(word[:1] + "*" * (len(word) - 1) for word in name.split(" "))


def mask_party(text: str) -> str:
    """Mask the other side of a payment: persons by name, numbers and addresses; firms are kept."""
    parts = _NAME_PART.split(mask_numbers(text, accounts=True))
    if _LATIN_NAME.fullmatch(text.strip()):
        return mask_name(text.strip())
    return "".join(_mask_person(part) for part in parts)


def person_names(text: str) -> set[str]:
    """Give the parts of a party's name that look like a person's, as `mask_party` masks them."""
    return {part for part in _NAME_PART.split(text) if _mask_person(part) != part}


def mask_numbers(text: str, *, accounts: bool = False) -> str:
    """Mask telephone and identity numbers and mail addresses standing alone in free text.

    With `accounts`, runs of 12 to 19 digits too: for columns where they can only be cards.
    """
    masked = _IDENTITY.sub(lambda found: mask_identity(found.group()), text)
    masked = _PHONE.sub(lambda found: mask_phone(found.group()), masked)
    masked = _MAIL.sub(lambda found: f"{found.group(1)}***{found.group(2)}", masked)
    if accounts:
        masked = _LONG_NUMBER.sub(lambda found: mask_card(found.group()), masked)
    return masked


def _mask_person(part: str) -> str:
    if _HAN_NAME.fullmatch(part) and not _ORGANISATION.search(part):
        return mask_name(part)
    return part
