"""A stored finding in words: its subject, message and remedy, and whose turn it is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ledger.accounts import ACCOUNT_KINDS, CATEGORIES
from ledger.audit.check import Check, known_check
from ledger.audit.day import FindingView
from ledger.audit.findings import Finding
from ledger.evidence.storing import ACCEPTED
from ledger.money import show_figure, show_yuan
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import LANGUAGES, Language, Text
from ledger.times import HALL_TIME

TENDER_NAMES: dict[str, Text] = {
    "cash": Text("现金", "cash"),
    "pos": Text("POS", "POS"),
    "wechat": Text("微信", "WeChat"),
    "alipay": Text("支付宝", "Alipay"),
    "transfer": Text("转账", "transfer"),
    "digital_rmb": Text("数字人民币", "digital RMB"),
    "cheque": Text("支票", "cheque"),
}
SOURCE_NAMES: dict[str, Text] = {
    "accounts": Text("账目", "Account lines"),
    "tenders": Text("付款明细", "Payment rows"),
    "invoices": Text("发票", "Invoices"),
    "invoice_links": Text("票账对应", "Invoice links"),
    "settlements": Text("到账", "Settlements"),
    "declarations": Text("日结申报", "Declarations"),
    "cash_moves": Text("现金往来", "Cash moves"),
    "deposits": Text("交款与解款", "Hand-ins and deposits"),
    "refunds": Text("退减赠", "Refunds and waivers"),
    "adjustments": Text("调账明细", "Adjustments"),
    "counts": Text("盘点", "Counts"),
    "activations": Text("激活清单", "Activations"),
    "bank_lines": Text("账户明细", "Bank statement lines"),
}
WHY: dict[str, Text] = {
    "form": Text("没有受理单", "no form was named"),
    "quota": Text("超过活动额度", "it is above the campaign's quota"),
    "clerk": Text("该号码由 {holder} 领用", "{holder} had drawn it"),
    "safe": Text("该号码在票库,无人领用", "it is in the safe; nobody has drawn it"),
    "returned": Text("该号码已缴销", "it was returned to the department as a blank"),
    "lost": Text("该号码已报丢失", "it was reported as lost"),
    "unknown": Text("本厅没有领用该号码", "this hall has not drawn it"),
    "payment": Text(
        "{count} 张有效发票合计 {value},多于付款 {amount}",
        "{count} live invoices over {value} are more than the {amount} that was paid",
    ),
    "period": Text(
        "{subscriber} 的 {period} 账期已由发票 {earlier} 开具",
        "invoice {earlier} bills {period} of {subscriber} already",
    ),
    "gap": Text(
        "没有去向,其后号码已用,它未开具、未作废",
        "it has no state although a higher number was used",
    ),
    "miscounted": Text(
        "应有空白 {should} 份({segments}),实点 {counted} 份,请查明是哪一号",
        "there should be {should} blanks ({segments}), {counted} were counted: which number is it",
    ),
    "unlinked": Text("没有对应的收费流水", "belongs to no transaction"),
    "unrefunded": Text("是红字,却没有对应的退款", "is a red letter that belongs to no refund"),
    "goods_back": Text("是红字,款已退,货未退回", "is a red letter paid back without its goods"),
    "own": Text("审批人即申请人", "approved by who asked for it"),
    "late": Text("先退后批", "approved after it was carried out"),
    "limit": Text("超出审批人权限", "above the approver's limit"),
    "signature": Text("客户签字", "the customer's signature"),
    "handed": Text("交稽核的单据", "the papers handed to the auditor"),
    "invoice": Text("红字或作废的发票", "the red letter or void of its invoice"),
}
"""What is wrong where one check asks several things; each may name the finding's other facts."""
MOVE_ENDS: dict[str, Text] = {
    "safe": Text("保险柜", "the safe"),
    "petty": Text("厅备用金", "petty cash"),
    "bank": Text("银行", "the bank"),
    "department": Text("上级部门", "the department"),
    "": Text("(未写明)", "(not named)"),
}
SETTLEMENTS = "settlements:"
NOTHING = "–"


class _Facts(dict[str, str]):
    """What a message may name; a fact that is not known is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return NOTHING


def tender_text(code: str) -> Text:
    """Give a tender's name; one that only the hall knows goes by its code."""
    return TENDER_NAMES.get(code, Text(code or NOTHING, code or NOTHING))


def source_text(source: str) -> Text:
    """Give the name of an evidence source, such as `accounts` or `settlements:wechat`."""
    if source.startswith(SETTLEMENTS):
        tender = tender_text(source.removeprefix(SETTLEMENTS))
        name = f"{tender.en[:1].upper()}{tender.en[1:]}"
        return Text(f"{tender.zh}到账", f"{name} settlements")
    if source.startswith(ACCEPTED):
        late = source_text(source.removeprefix(ACCEPTED))
        return Text(f"{late.zh}(迟到,记入本日)", f"{late.en} (late, accepted here)")
    kind, _, by = source.partition(":")
    said = SOURCE_NAMES.get(kind, Text(kind, kind))
    return Text(f"{said.zh}(本系统登记)", f"{said.en} (registered here)") if by else said


def subject_text(subject: str) -> Text:
    """Give a finding's subject as people say it: `ref:wechat/42` is the WeChat payment 42."""
    kind, _, rest = subject.partition(":")
    first, _, after = rest.partition("/")
    if kind == "txn" and after in TENDER_NAMES:
        tender = tender_text(after)
        return Text(f"流水 {first} 的{tender.zh}收款", f"the {tender.en} payment of {first}")
    if kind == "invoice":
        code, _, number = rest.rpartition("/")
        shown = f"{code} {number}".strip()
        return Text(f"发票 {shown}", f"invoice {shown}")
    if kind == "book":
        named = f"{first} {after}".strip()
        return Text(f"票本 {named}", f"the book {named}")
    if kind in ("serial", "item", "count"):
        return _goods_subject(kind, first, after)
    if kind == "tender":
        tender = tender_text(after)
        return Text(f"{first} {tender.zh}", f"{first} {tender.en}")
    tender = tender_text(first)
    if kind == "batch" and first.isdigit():
        return Text(f"批次 {first} 第 {after} 行", f"line {after} of batch {first}")
    if kind == "batch":
        return Text(f"{tender.zh}批次 {after}", f"{tender.en} batch {after}")
    patterns = {
        "ref": Text(f"{tender.zh}流水 {after}", f"{tender.en} payment {after}"),
        "day": Text(f"{tender.zh}当日合计", f"{tender.en} of the day"),
        "txn": Text(f"流水 {rest}", f"transaction {rest}"),
        "slip": Text(f"单号 {rest}", f"slip {rest}"),
        "move": Text(f"现金往来 {rest}", f"cash move {rest}"),
        "tail": Text("当日尾款", "the tail of the day"),
        "handin": Text(f"{rest} 交款", f"{rest} hand-in"),
        "deposit": Text(f"{rest} 的解款", f"the deposit of {rest}"),
        "document": Text(f"单据 {rest}", f"document {rest}"),
        "adjustment": Text(f"调账 {rest}", f"adjustment {rest}"),
        "source": source_text(rest),
        "clerk": Text(f"工号 {rest}", f"number {rest}"),
    }
    return patterns.get(kind, Text(rest, rest))


def first_of_run(serials: str) -> str:
    """Give the first serial of a run `FIRST-LAST`, whose ends are of one length; else the whole."""
    first, last = serials[: len(serials) // 2], serials[len(serials) // 2 + 1 :]
    return first if f"{first}-{last}" == serials else serials


def _goods_subject(kind: str, holder: str, thing: str) -> Text:
    """Tell a serial, a run of serials or an item, and whose it is."""
    place, _, name = holder.partition(" ")
    zh, en = holder, holder
    if place in ACCOUNT_KINDS:
        kind_of_place = ACCOUNT_KINDS[place].text
        zh, en = f"{kind_of_place.zh} {name}".strip(), f"{kind_of_place.en.lower()} {name}".strip()
    words = {
        "serial": Text(f"串号 {thing}", f"serial {thing}"),
        "item": Text(f"物品 {thing}", f"item {thing}"),
        "count": Text(f"盘点 {thing}", f"count of {thing}"),
    }
    return Text(f"{words[kind].zh}({zh})", f"{words[kind].en} ({en})")


def view_finding(row: Finding, *, names: Mapping[str, str], people: frozenset[str]) -> FindingView:
    """Tell a stored finding in words; `people` are the numbers that answer for themselves."""
    check = known_check(row.check_code)
    facts = json.loads(row.facts, strict=False)
    difference = None
    if row.expected is not None and row.found is not None:
        difference = row.found - row.expected
    return FindingView(
        check=row.check_code,
        name=check.name if check else Text(row.check_code, row.check_code),
        clerk=row.clerk,
        clerk_name=names.get(row.clerk, ""),
        subject=row.subject,
        expected=row.expected,
        found=row.found,
        difference=difference,
        severity=row.severity,
        state=row.state,
        message=_message(check, row, facts, difference, names),
        remedy=check.remedy if check else Text(NOTHING, NOTHING),
        rule=check.rule if check else "",
        override=check.override if check else "nobody",
        turn=turn_of(row, people),
        facts=facts,
        in_pieces=check is not None and check.in_pieces,
    )


def turn_of(row: Finding, people: frozenset[str]) -> str:
    """Give who must act next: `clerk`, `auditor`, or '' where nobody need.

    A clerk's finding is his while it is open. A machine, an unknown number and a finding without
    clerk answer for nothing: those are the auditor's, as is every answer. Notes are carried.
    """
    if row.severity == "note" or row.state not in ("open", "answered"):
        return ""
    return "clerk" if row.state == "open" and row.clerk in people else "auditor"


def _message(
    check: Check | None,
    row: Finding,
    facts: Mapping[str, object],
    difference: int | None,
    names: Mapping[str, str],
) -> Text:
    if check is None:
        return subject_text(row.subject)
    zh, en = (
        getattr(check.message, language).format_map(_words(row, facts, difference, names, language))
        for language in LANGUAGES
    )
    return Text(zh, _capitalised(en))


def _words(
    row: Finding,
    facts: Mapping[str, object],
    difference: int | None,
    names: Mapping[str, str],
    language: Language,
) -> _Facts:
    _, _, rest = row.subject.partition(":")
    check = known_check(row.check_code)
    in_pieces = check is not None and check.in_pieces
    words = _Facts({name: str(value) for name, value in facts.items() if value != ""})
    words.update(
        subject=subject_text(row.subject).in_language(language),
        clerk=f"{names.get(row.clerk, '')} {row.clerk}".strip() or NOTHING,
        expected=_figure(row.expected, in_pieces=in_pieces),
        found=_figure(row.found, in_pieces=in_pieces),
        difference=_figure(difference, in_pieces=in_pieces, signed=True),
        txn=rest.partition("/")[0],
        invoice=rest.lstrip("/").replace("/", " "),
    )
    for name in ("earlier_clerk", "holder"):
        if words.get(name):
            words[name] = f"{names.get(words[name], '')} {words[name]}".strip()
    for name in ("tender", "settled_as"):
        if name in facts:
            words[name] = tender_text(str(facts[name])).in_language(language)
    if "source" in facts:
        words["source"] = source_text(str(facts["source"])).in_language(language)
    if "due_at" in facts:
        words["due"] = _moment(str(facts["due_at"]))
    if "amount_fen" in facts:
        words["amount"] = show_yuan(int(str(facts["amount_fen"])), separators=True)
    if "value_fen" in facts:
        words["value"] = show_yuan(int(str(facts["value_fen"])), separators=True)
    words.update(_goods_words(facts, names, language))
    words["ends"] = _ends(facts, names).in_language(language)
    if "off_duty" in facts:
        words["reasons"] = _number_reasons(facts).in_language(language)
    if "earlier" in facts:
        words["earlier"] = str(facts["earlier"]).lstrip("/").replace("/", " ")
    if "why" in facts:
        words["why"] = WHY[str(facts["why"])].in_language(language).format_map(words)
    return words


def _number_reasons(facts: Mapping[str, object]) -> Text:
    """Tell why a staff number looks borrowed: nobody rostered, two terminals at once, or both."""
    zh, en = [], []
    if facts["off_duty"] != "0":
        lines, first = facts["off_duty"], _moment(str(facts["first_at"]))
        zh.append(f"当日未排班,却有 {lines} 行账目(首笔 {first})")
        en.append(f"not on the roster that day, yet {lines} lines (the first at {first})")
    if facts["terminals"]:
        terminals, moved = facts["terminals"], _moment(str(facts["moved_at"]))
        zh.append(f"5 分钟内在两台终端({terminals})收款({moved})")
        en.append(f"payments at two terminals ({terminals}) within 5 minutes ({moved})")
    return Text(";".join(zh), "; ".join(en))


def _goods_words(
    facts: Mapping[str, object], names: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Give what the checks of goods say of places, categories and reasons."""
    words = {}
    if "place" in facts:
        place = str(facts["place"])
        words["place"] = _holder_text(place, names).in_language(language)
    if "held_at" in facts:
        kind, _, holder = str(facts["held_at"]).partition("/")
        named = ACCOUNT_KINDS.get(kind)
        where = named.text if named else Text("账上没有", "not in the books")
        words["held_at"] = f"{where.in_language(language)} {holder}".strip()
    if "category" in facts:
        category = CATEGORIES.get(str(facts["category"]))
        words["category"] = category.in_language(language) if category else NOTHING
    if "missing" in facts:
        missing = [WHY[one].in_language(language) for one in str(facts["missing"]).split()]
        words["missing"] = ("、" if language == "zh" else ", ").join(missing)
    return words


def _ends(facts: Mapping[str, object], names: Mapping[str, str]) -> Text:
    """Tell between which two places cash went, or that nobody signed for it."""
    if "unsigned" in facts:
        return Text("接收人还没有签字", "who took it has not signed for it")
    ends = [str(facts.get(name, "")) for name in ("move_from", "move_to")]
    source, target = (MOVE_ENDS.get(end) or _holder_text(end, names) for end in ends)
    return Text(f"自{source.zh}至{target.zh}", f"from {source.en} to {target.en}")


def _holder_text(place: str, names: Mapping[str, str]) -> Text:
    if place == "store":
        return ACCOUNT_KINDS["store"].text
    name = f"{names.get(place, '')} {place}".strip()
    return Text(name, name)


def _figure(figure: int | None, *, in_pieces: bool, signed: bool = False) -> str:
    if figure is None:
        return NOTHING
    shown = show_figure(figure, in_pieces=in_pieces, separators=True)
    return f"{'+' if signed and figure > 0 else ''}{shown}"


def _moment(microseconds: str) -> str:
    moment = EPOCH + int(microseconds) * MICROSECOND
    return f"{moment.astimezone(HALL_TIME):%Y-%m-%d %H:%M}"


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
