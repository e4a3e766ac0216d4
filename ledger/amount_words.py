"""人民币大写: an amount of money in the Chinese capitals that a signed paper states it in."""

from __future__ import annotations

from ledger.money import MAX_FEN

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_WAN = 10**4
_YI = 10**8


def amount_in_words(fen: int) -> str:
    """Write an amount in capitals, without the 人民币 that a paper prints directly before it.

    Follows 《支付结算办法》 appendix 1 (正确填写票据和结算凭证的基本规定); where that leaves
    a choice, the first form it names:

    - 整 stands after 元 and after 角, never after 分: 10.00 壹拾元整, 1409.50 壹仟肆佰零玖元伍角整.
    - One 零 for one or more zeros between two digits: 6007.14 陆仟零柒元壹角肆分. Zeros that end a
      group of four are not written: 107000.53 begins 壹拾万柒仟元.
    - 零 after 元 where its last digit is zero and 角 follows, 1680.32 壹仟陆佰捌拾元零叁角贰分,
      107000.53 壹拾万柒仟元零伍角叁分; and where 角 is zero and 分 follows, 325.04
      叁佰贰拾伍元零肆分.
    - Nothing is written for yuan that are not there: 0.53 伍角叁分, 0.05 伍分. Nothing at all is
      零元整. Below zero 负 comes first: -3.00 负叁元整.

    Raises ValueError beyond 10**13 yuan either way.
    """
    if abs(fen) > MAX_FEN:
        raise ValueError(fen)
    yuan, coins = divmod(abs(fen), 100)
    jiao, cents = divmod(coins, 10)
    words = f"{_below_yi_yi(yuan)}元" if yuan else ""
    if words and coins and (yuan % 10 == 0 or jiao == 0):
        words += "零"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    if cents:
        words += f"{_DIGITS[cents]}分"
    else:
        words = f"{words or '零元'}整"
    return f"负{words}" if fen < 0 else words


def _below_yi_yi(number: int) -> str:
    above, rest = divmod(number, _YI)
    if not above:
        return _below_yi(rest)
    return f"{_below_yi(above)}亿{_following(rest, _YI // 10)}{_below_yi(rest)}"


def _below_yi(number: int) -> str:
    above, rest = divmod(number, _WAN)
    if not above:
        return _below_wan(rest)
    return f"{_below_wan(above)}万{_following(rest, _WAN // 10)}{_below_wan(rest)}"


def _following(rest: int, full: int) -> str:
    """Give the 零 that stands for the leading zeros of a group after a higher one."""
    return "零" if 0 < rest < full else ""


def _below_wan(number: int) -> str:
    words = ""
    gap = False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[int(digit)] + place
        gap = False
    return words
