"""What the cash side refuses, each with what to do next."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.money import show_yuan
from ledger.text import Text


class NotACashDocument(NotFound):
    """The number is of another desk's document."""

    code = "not_a_cash_document"
    text = Text(
        "{number} 不是现金单据。请在它自己的页面办理。",
        "{number} is no cash document. Act on its own page.",
    )


REQUIRED = Text("必填", "required")


class CashUnreadable(Invalid):
    """A field of a cash document is missing or makes no sense."""

    code = "cash_unreadable"
    text = Text("{field}:{problem}", "{field}: {problem}")


class AmountNotPositive(Invalid):
    """Money is moved in amounts above zero."""

    code = "amount_not_positive"
    text = Text("金额须大于零。", "The amount must be above zero.")


class SafeLocked(Conflict):
    """The safe was not opened by two persons a short while ago (DOMAIN REC-07)."""

    code = "safe_locked"
    text = Text(
        "保险柜未开。请先由库管和稽核两人签开柜单,{minutes} 分钟内办理。",
        "The safe is locked. Stock keeper and auditor sign its opening first; it holds for"
        " {minutes} minutes.",
    )


class NotYourDrawer(Forbidden):
    """A clerk acts on his own drawer alone."""

    code = "not_your_drawer"
    text = Text(
        "只能办理本人钱箱的现金,{clerk} 不是您的工号。",
        "You act on your own drawer; {clerk} is not your staff number.",
    )


class ReceiverRefused(Conflict):
    """Who signs for money must be another person who may receive it."""

    code = "receiver_refused"
    text = Text(
        "{receiver} 不能接收:须是另一人,且为库管、值班经理或营业厅经理。",
        "{receiver} cannot receive it: name another person who is stock keeper, duty manager or"
        " hall manager.",
    )


class NoShift(Conflict):
    """The clerk has no shift that day."""

    code = "no_shift"
    text = Text(
        "{clerk} 在 {date} 没有班次。请先开班。", "{clerk} has no shift on {date}. Open it first."
    )


class ShiftRefused(Conflict):
    """The shift's state does not allow the act."""

    code = "shift_refused"
    text = Text(
        "班次当前为“{state}”,不能{action}。", "The shift is {state}: you cannot {action} now."
    )


class ShiftThere(Conflict):
    """A person has one shift a day."""

    code = "shift_there"
    text = Text(
        "{clerk} 当日已开过班;挂起的班次请恢复。",
        "{clerk} has a shift that day already; a suspended one is resumed.",
    )


class NotYourShift(Forbidden):
    """A shift is its clerk's; others need the part they have in it."""

    code = "not_your_shift"
    text = Text("这是 {clerk} 的班次,不由您办理。", "This is the shift of {clerk}, not yours.")


class DenominationsUnreadable(Invalid):
    """Notes and coins are stated as `100x12 50x3`."""

    code = "denominations_unreadable"
    text = Text(
        "券别 {text} 无法识别。请写成 100x12 50x3 0.5x4。",
        "Denominations {text} cannot be read. Write 100x12 50x3 0.5x4.",
    )


class TenderMissing(Invalid):
    """Every tender is declared, also one that took nothing."""

    code = "tender_missing"
    text = Text("请申报 {tender};没有则填 0。", "Declare {tender}; 0 where there was none.")


class KeptTooMuch(Invalid):
    """No more can be kept as float than was counted."""

    code = "kept_too_much"
    text = Text(
        "留存备用金 {kept} 超过实点现金 {counted}。",
        "The float kept, {kept}, is more than the cash counted, {counted}.",
    )


class WitnessRefused(Conflict):
    """A shift is closed for an absent clerk before another person, who signs for it."""

    code = "witness_refused"
    text = Text(
        "监盘人 {witness} 须是另一人,不是代办人,也不是 {clerk} 本人。",
        "Witness {witness} must be a third person: not you, and not {clerk}.",
    )


class SheetDiffers(Conflict):
    """A hand-over that differs is signed only with a case for the one who leaves (REC-09)."""

    code = "sheet_differs"
    text = Text(
        "实点 {counted},账面 {book}。须为 {clerk} 登记长短款案后才能签交接。",
        "Counted {counted} against {book} in the books. Open an over/short case for {clerk} first,"
        " then sign.",
    )


class DayHasShifts(Conflict):
    """A day with shifts is not nil."""

    code = "day_has_shifts"
    text = Text(
        "{date} 已有班次,不能申报为无营业日。", "{date} has shifts; it cannot be closed as nil."
    )


class ReceiptDiffers(Conflict):
    """What the bank credited differs from the slip, and nothing says why."""

    code = "receipt_differs"
    text = Text(
        "银行入账 {credited},解款单 {slip}。差额请填假币 {rest} 及收缴凭证号,或核对回单。",
        "The bank credited {credited}, the slip says {slip}. State {rest} as counterfeit with the"
        " bank's certificate, or check the receipt.",
    )


class ReceiptThere(Conflict):
    """A deposit has one bank receipt."""

    code = "receipt_there"
    text = Text("{number} 已登记银行回单。", "The bank receipt of {number} is keyed already.")


class SlipNumberUsed(Conflict):
    """A slip number is used once in a hall."""

    code = "slip_number_used"
    text = Text("缴款单号 {slip} 已用过。", "Slip number {slip} was used before.")


class CaseRefused(Conflict):
    """The case's state does not allow the act."""

    code = "case_refused"
    text = Text("长短款案当前为“{state}”,{why}", "The case is {state}: {why}")


class CaseUnexplained(Conflict):
    """The slips named do not change the tender by just what the case is over or short."""

    code = "case_unexplained"
    text = Text(
        "更正单 {slips} 改动 {explained_yuan},长短款 {yuan};须为同一营业员、同一天、已接受的更正单,"
        "且正好相等。",
        "Slips {slips} change {explained_yuan}, the case is {yuan}: they must be accepted, of this"
        " clerk and day, and come to the same.",
    )

    def __init__(self, *, slips: str, explained: int, fen: int) -> None:
        super().__init__(slips=slips, explained_yuan=show_yuan(explained), yuan=show_yuan(fen))


class UnknownCase(NotFound):
    """No over/short case of that clerk, tender and day."""

    code = "unknown_case"
    text = Text(
        "{date} 没有 {clerk} {tender} 的长短款案。",
        "There is no case of {clerk}, {tender}, {date}.",
    )


class MatchIsFinal(Conflict):
    """A match is undone only while finance has not taken over its days and no month locks them."""

    code = "match_is_final"
    text = Text(
        "{date} 已移交财务或所在月份已锁定,勾对单 {number} 不能撤销。差错请在开放的营业日更正。",
        "{date} is handed over to finance or in a locked month; match {number} stays. Correct it on"
        " an open day.",
    )


class ReceiptMatched(Conflict):
    """A receipt that a statement is matched beside stays until the match is undone."""

    code = "receipt_matched"
    text = Text(
        "{deposit} 已与银行流水勾对({number})。请先撤销勾对。",
        "{deposit} is matched with the statement ({number}). Undo the match first.",
    )


class NotOpenForMatch(Conflict):
    """A deposit or a statement line that is matched already, or is not there."""

    code = "not_open_for_match"
    text = Text(
        "{name} 不在待勾对之列:不存在或已勾对。请刷新后再选。",
        "{name} is not waiting: it is unknown or matched already. Look again and choose.",
    )


class MatchDiffers(Conflict):
    """The lines and the deposits of a match do not come to the same."""

    code = "match_differs"
    text = Text(
        "流水合计 {lines},解款合计 {deposits},差 {rest}。多张解款或已登记回单的须相等,"
        "差额请单张勾对。",
        "The lines come to {lines}, the deposits to {deposits}: {rest}. Several deposits, or one"
        " whose receipt is keyed, must agree; match one alone to state a difference.",
    )


class SlipWrong(Invalid):
    """What was called out at the counter does not add up (DOMAIN REC-12b)."""

    code = "slip_wrong"
    text = Text(
        "应收 {due},实收 {tendered},应找 {change};所填找零 {stated} 不符。",
        "Due {due}, received {tendered}: the change is {change}, not {stated}.",
    )


class TooLittle(SlipWrong):
    """Less was received than is due: that is no sale paid in cash."""

    text = Text(
        "收款 {tendered} 少于应收 {due}。请收足,或按实际支付方式分开收款。",
        "{tendered} was received, {due} is due. Take the rest, or charge it by the tenders paid.",
    )


class SlipExists(Conflict):
    """A transaction has one standing slip."""

    code = "slip_exists"
    text = Text(
        "流水 {txn_no} 已有小票 {number}。", "Transaction {txn_no} has slip {number} already."
    )


class UnknownSlip(NotFound):
    """No slip of that number that the actor may see."""

    code = "unknown_slip"
    text = Text("没有小票 {number}。", "There is no slip {number}.")


class SlipNotBack(Conflict):
    """A printed slip is cancelled only when the customer has given it back."""

    code = "slip_not_back"
    text = Text(
        "小票 {number} 已打印。请先收回小票再作废。",
        "Slip {number} was printed. Take it back before you cancel it.",
    )


class SlipCancelled(Conflict):
    """A cancelled slip is neither printed nor cancelled again."""

    code = "slip_cancelled"
    text = Text("小票 {number} 已作废。", "Slip {number} is cancelled.")


class FloatOverLimit(Conflict):
    """A desk's float for change has a limit (DOMAIN REC-06)."""

    code = "float_over_limit"
    text = Text(
        "每个台席备用金不超过 {limit};{clerk} 当日已领 {drawn}。",
        "A desk's float is {limit} at most; {clerk} has drawn {drawn} today.",
    )


class SlipMixesDays(Conflict):
    """A deposit takes the takings of one day: tail and pre-deposit are separate slips (REC-06)."""

    code = "slip_mixes_days"
    text = Text(
        "{covers} 的交款只余 {left} 未解。尾款与当日预解须分单缴存。",
        "Of {covers} only {left} is left to deposit. An earlier day's tail and today's takings go"
        " on separate slips.",
    )


class NotAKiosk(Invalid):
    """Only a self-service number is cleared."""

    code = "not_a_kiosk"
    text = Text("{kiosk} 不是自助机工号。", "{kiosk} is no number of a kiosk.")


class CountersignRefused(Conflict):
    """A hand-over that waits for no countersignature, or not for this person's."""

    code = "countersign_refused"
    text = Text("交接班单 {number}:{problem}。", "Hand-over {number}: {problem}.")
