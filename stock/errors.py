"""What can be wrong with a stock paper."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.text import Text


class UnknownItem(NotFound):
    """An item code the hall has not registered."""

    code = "unknown_item"
    text = Text(
        "物品编码 {item} 未登记。请先登记物品(items)。",
        "Item {item} is not registered. Register it among the items first.",
    )


class UnknownHolder(NotFound):
    """Neither a staff number nor a counter of the hall."""

    code = "unknown_holder"
    text = Text(
        "“{holder}”既不是本厅工号也不是柜台。请核对工号或在 hall.toml 中登记。",
        "{holder!r} is neither a staff number nor a counter of this hall. Check it or add it to"
        " hall.toml.",
    )


class UnknownKind(Invalid):
    """No kind of stock document of that name, or not one that people make by hand."""

    code = "unknown_kind"
    text = Text("没有单据类型“{kind}”。", "There is no kind of stock document {kind!r}.")


REQUIRED = Text("必填", "required")
TOO_LONG = Text("至多 500 字", "at most 500 characters")


class FactMissing(Invalid):
    """A document lacks something its kind must state, or states it in a way nobody can read."""

    code = "fact_missing"
    text = Text("请填写“{fact}”({wanted})。", "State {fact} ({wanted}).")

    def __init__(self, fact: Text, wanted: Text) -> None:
        super().__init__(fact=fact, wanted=wanted)


class FactUnknown(Invalid):
    """A document states something its kind has no place for."""

    code = "fact_unknown"
    text = Text("{kind}没有“{name}”这一项。", "A {kind} does not state {name!r}.")


class NoLines(Invalid):
    """A document that moves nothing."""

    code = "no_lines"
    text = Text(
        "单据没有任何物品。请至少填写一行。", "The document has no lines. Give one at least."
    )


class SerialUnknown(NotFound):
    """A name that is no unit's in the whole group."""

    code = "serial_unknown"
    text = Text(
        "串号 {serial} 未登记。请核对,或先办理入库。",
        "Nothing is known under {serial}. Check it, or receive it first.",
    )


class SerialAmbiguous(Conflict):
    """A name that several items use for different units."""

    code = "serial_ambiguous"
    text = Text(
        "串号 {serial} 属于多种物品({items})。请指明物品编码。",
        "{serial} names units of several items ({items}). Name the item.",
    )


class SerialInOtherHall(Conflict):
    """A unit in the books of another hall."""

    code = "serial_in_other_hall"
    text = Text(
        "串号 {serial} 在其他营业厅账上。请由对方办理调出。",
        "{serial} is in another hall's books. Let that hall transfer it.",
    )


class SerialTwice(Conflict):
    """One unit named twice in one document, perhaps by two of its names."""

    code = "serial_twice"
    text = Text(
        "串号 {serial} 与 {earlier} 是同一件,在本单中出现两次。",
        "{serial} and {earlier} are the same unit; it is in the document twice.",
    )


class CategoryNotAllowed(Conflict):
    """Goods of a category that this kind of document never moves."""

    code = "category_not_allowed"
    text = Text(
        "{item} 是{category},不能用{kind}办理。",
        "{item} is a {category}; a {kind} never moves it.",
    )


class HolderNeeded(Invalid):
    """A line that does not say whose custody the goods leave or enter."""

    code = "holder_needed"
    text = Text("请写明 {item} 的工号或柜台。", "Name the staff number or counter for {item}.")


class NotYourCustody(Forbidden):
    """A clerk may hand on what he holds himself and nothing else."""

    code = "not_your_custody"
    text = Text(
        "{holder} 保管的物品只能由本人或库管(票据:票据管理员)经手。",
        "What {holder} holds is moved by its holder or the keeper of goods or forms alone.",
    )


class ValueUnknown(Invalid):
    """Goods without cost, price or stated value, where the value decides who signs."""

    code = "value_unknown"
    text = Text(
        "{item} 没有进价也没有零售价。请在该行填写单价。",
        "{item} has neither cost nor price. State the unit cost on its line.",
    )


class DeactivationProofMissing(Conflict):
    """Cards with a face value are written off only with proof that they were deactivated."""

    code = "deactivation_proof_missing"
    text = Text(
        "充值卡 {item} 报损须附停用凭证号。",
        "Recharge cards ({item}) are scrapped only with proof of deactivation. Give its number.",
    )


class AlreadyGiven(Conflict):
    """One campaign serves one number once."""

    code = "already_given"
    text = Text(
        "号码 {recipient} 已领过活动 {campaign} 的礼品({number})。",
        "{recipient} has had the gift of campaign {campaign} already ({number}).",
    )


class QuotaExceeded(Conflict):
    """A campaign gives away more than it may."""

    code = "quota_exceeded"
    text = Text(
        "活动 {campaign} 额度 {quota} 件,已赠 {given} 件,本单 {wanted} 件。",
        "Campaign {campaign} may give {quota}; {given} are given and this slip gives {wanted}.",
    )


class SwapNotOneForOne(Invalid):
    """A swap takes one old unit back and gives one new unit out."""

    code = "swap_not_one_for_one"
    text = Text(
        "换机单须恰好一件旧机(在客户处)和一件新机:现有旧 {old} 件、新 {new} 件。",
        "A swap has one old unit, at the customer's, and one new: here {old} old and {new} new.",
    )


class ConfirmationTooLate(Conflict):
    """A loan between clerks is confirmed on its own day or not at all."""

    code = "confirmation_too_late"
    text = Text(
        "互借单 {number} 须在当日({date})确认。请作废后重办。",
        "Loan {number} had to be confirmed on {date}. Cancel it and make a new one.",
    )


class NotOurSale(Conflict):
    """A handset that this hall did not sell is taken into care as a customer's own."""

    code = "not_our_sale"
    text = Text(
        "{serial} 不是本厅售出的:请选“客户送修机”类的物品再办代管。",
        "This hall did not sell {serial}: take it in under an item for customers' handsets.",
    )


class NothingHeld(Conflict):
    """A hand-over of everything by somebody who holds nothing."""

    code = "nothing_held"
    text = Text("{holder} 名下没有物品可交接。", "{holder} holds nothing to hand over.")


class TransferGone(Conflict):
    """A transfer that the other hall has received is not undone by one side."""

    code = "transfer_gone"
    text = Text(
        "调拨单 {number} 已被对方收货,不能冲销。请用新的调拨退回。",
        "Transfer {number} has been received and is not reversed. Send the goods back by a new"
        " transfer.",
    )


class StillUnderway(Conflict):
    """Goods in transit are lost only once the other hall has closed its manifest."""

    code = "still_underway"
    text = Text(
        "调拨单 {number} 仍在途:须待对方关闭应到清单后方可报损。",
        "Transfer {number} is still on its way: the other hall closes its manifest first.",
    )


class SamePlace(Conflict):
    """Goods that would go where they are."""

    code = "same_place"
    text = Text("{item} 的转出与转入是同一处({place})。", "{item} is in {place} already.")


class NotBetweenClerks(Invalid):
    """A loan between clerks has a clerk at each end, and a hand-over somebody who signs."""

    code = "not_between_clerks"
    text = Text(
        "“{holder}”不能签收:互借须在两名营业员之间,交给柜台须写明接收人工号。",
        "{holder} cannot sign: a loan is between two clerks, and goods handed to a counter name"
        " the clerk who receives them.",
    )


class CampaignNotRunning(Conflict):
    """A gift under a campaign the hall does not know, or that is over."""

    code = "campaign_not_running"
    text = Text(
        "活动 {campaign} 在 {date} 未登记或未生效。请先登记活动及额度。",
        "Campaign {campaign} does not run on {date}. Register it with its quota first.",
    )


class CampaignEndsEarly(Invalid):
    """A campaign whose last day lies before its first."""

    code = "campaign_ends_early"
    text = Text(
        "活动 {campaign} 的截止日 {last} 早于起始日 {first}。请改日期。",
        "Campaign {campaign} ends on {last}, before it begins on {first}. Change the days.",
    )


class NotYourDocument(Forbidden):
    """A document is taken back by its maker, or by the stock keeper."""

    code = "not_your_document"
    text = Text(
        "单据 {number} 只能由经办人或库管(票据:票据管理员)作废。",
        "{number} is cancelled by its maker or the keeper of goods or forms alone.",
    )


class UnknownManifest(NotFound):
    """No manifest of that number in this hall."""

    code = "unknown_manifest"
    text = Text("没有应到清单 {number}。", "There is no manifest {number}.")


class ManifestNotOpen(Conflict):
    """Goods received, or a manifest closed, that nobody awaits any more."""

    code = "manifest_not_open"
    text = Text("应到清单 {number} 已{state}。", "Manifest {number} is {state}.")


class AwaitedAlready(Conflict):
    """The same delivery entered twice."""

    code = "awaited_already"
    text = Text(
        "{reference} 的应到清单已登记({number})。", "{reference} is awaited already ({number})."
    )


class NotAwaited(Conflict):
    """Goods that are not on the manifest, or more of them than are."""

    code = "not_awaited"
    text = Text(
        "{serial} 不在应到清单上或已收(共 {count} 件),未入账。请另行核对。",
        "{serial} is not awaited, or has come already ({count} such); nothing was posted.",
    )


class NothingToReceive(Conflict):
    """A receipt of nothing."""

    code = "nothing_to_receive"
    text = Text("清单 {number} 没有可收的物品。", "Nothing of manifest {number} can be received.")


class OwnHall(Invalid):
    """A transfer to the hall the goods are in."""

    code = "own_hall"
    text = Text("不能调拨给本厅 {hall}。", "{hall} cannot transfer goods to itself.")


class UnknownDestination(NotFound):
    """A transfer to a hall there is none of."""

    code = "unknown_destination"
    text = Text("没有营业厅 {hall}。请核对编码。", "There is no hall {hall}. Check its code.")


class NotOfDispatch(Conflict):
    """Goods said to be lost of a transfer that did not carry them."""

    code = "not_of_dispatch"
    text = Text(
        "{serial} 不是调拨单 {dispatch} 的在途物品。请填写正确的在途调出单号。",
        "{serial} is not under way by transfer {dispatch}. Name the transfer it went by.",
    )
