"""What is watched over: deposits that are held, and the patterns flagged for the auditor."""

from __future__ import annotations

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.refund_pages import LOOK, show_refunds
from backoffice.pages.shell import person_names, say
from backoffice.pages.showing import words
from backoffice.refund_answers import evidence_of
from backoffice.trade_words import tender_name
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.money import show_yuan
from ledger.text import Text
from refunds.flags import OUTCOMES, PATTERNS, settle_flag
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.models import RefundFlag
from refunds.payments import deposits_held

DEPOSITS = Text("在押押金", "Deposits held")
FLAGS = Text("异常预警", "Flags")
SETTLED = Text("核查结果已登记。", "What you found is on record.")
FLAG_CHIPS = {
    "open": ("circle", "bad"),
    "harmless": ("check-circle-fill", "good"),
    "violation": ("exclamation-octagon-fill", "bad"),
}
EVIDENCE_WORDS: dict[str, Text] = {
    "amount_fen": Text("金额", "Amount"),
    "limit_fen": Text("限额", "Limit"),
    "largest_fen": Text("最大一笔交费", "Largest payment"),
    "back_fen": Text("退出", "Given back"),
    "taken_fen": Text("收取", "Taken"),
    "computed_fen": Text("应有现金", "Cash by the books"),
    "declared_fen": Text("申报现金", "Cash declared"),
    "cases": Text("单据", "Cases"),
    "number": Text("单号", "Number"),
    "kind": Text("类型", "Kind"),
    "on": Text("日期", "On"),
    "at": Text("时间", "At"),
    "tender": Text("退费方式", "Goes back by"),
    "reason": Text("原因", "Reason"),
    "clerk": Text("工号", "Clerk"),
    "part": Text("环节", "Step"),
    "lines": Text("当日账目行数", "Lines that day"),
    "first": Text("首笔", "First line"),
    "last": Text("末笔", "Last line"),
    "days": Text("天数", "Days"),
    "look_back_days": Text("回看天数", "Days looked back"),
    "no_payment_since": Text("此后无交费", "No payment since"),
    "per_mille": Text("每收千元退", "Back for each 1,000 taken"),
    "others_mean_per_mille": Text("其他人平均", "Mean of the others"),
    "others": Text("其他人数", "Others"),
    "voids": Text("作废发票", "Invoices voided"),
    "invoice": Text("发票", "Invoice"),
}
MOST = 500


@pages.get("/halls/<hall>/refunds/deposits")
@needs(*LOOK)
def list_deposits() -> str:
    """List the deposits, those still held first of all by age; all with `all`."""
    every = request.args.get("all") == "1"
    with reading() as uow:
        held = [one for one in deposits_held(uow, hall()) if every or one.held_fen]
        return show_refunds(
            uow,
            "pages/refund_deposits.html",
            page="deposits",
            title=DEPOSITS,
            deposits=held,
            every=every,
            held_fen=sum(one.held_fen for one in held),
        )


@pages.get("/halls/<hall>/refunds/flags")
@needs(("refunds", "settle"))
def list_refund_flags() -> str:
    """List the flags, open ones first."""
    return _flags()


@pages.post("/halls/<hall>/refunds/flags")
@needs(("refunds", "settle"))
def do_refund_flag() -> Response | tuple[str, int]:
    """Write down what came of a flag."""
    form = request.form
    number, outcome = form.get("flag", type=int), form.get("outcome", "")
    note = form.get("note", "").strip()[:500]
    if number is None or outcome not in OUTCOMES or outcome == "open":
        raise BadRequest
    if not note:
        wanted = Text("请写明核查经过。", "Say what you looked into.")
        return _flags(number, wanted), 422
    try:
        act_once(
            lambda uow: settle_flag(uow, hall=hall(), flag_id=number, outcome=outcome, note=note)
        )
    except BackofficeError as refused:
        return _flags(number, Text(refused.message("zh"), refused.message("en"))), 422
    say(SETTLED)
    return redirect(url_for("pages.list_refund_flags", hall=hall().code))


def _flags(tried: int = 0, error: Text | None = None) -> str:
    state = request.args.get("state", "open")
    with reading() as uow:
        query = (
            select(RefundFlag, Document)
            .outerjoin(
                Document,
                (Document.hall_id == RefundFlag.hall_id) & (Document.id == RefundFlag.document_id),
            )
            .where(RefundFlag.hall_id == hall().id)
        )
        if state in OUTCOMES:
            query = query.where(RefundFlag.state == state)
        # The open are worked off from the oldest on; what is settled is looked up from the latest.
        order = RefundFlag.id if state == "open" else RefundFlag.id.desc()
        rows = uow.session.execute(query.order_by(order).limit(MOST)).all()
        return show_refunds(
            uow,
            "pages/refund_flags.html",
            page="flags",
            title=FLAGS,
            flags=[(flag, document, _evidence(flag)) for flag, document in rows],
            state=state,
            outcomes=OUTCOMES,
            patterns=PATTERNS,
            flag_chip=lambda one: (*FLAG_CHIPS[one], OUTCOMES[one]),
            persons=person_names(uow, {flag.settled_by for flag, _ in rows if flag.settled_by}),
            tried=tried,
            error=error,
        )


def _evidence(flag: RefundFlag) -> list[tuple[Text, list[str]]]:
    """Give the evidence of a flag as words and values, numbers of people masked."""
    told: dict[str, object] = evidence_of(flag)
    shown = []
    for name, value in told.items():
        values = value if isinstance(value, list) else [value]
        name_in_words = EVIDENCE_WORDS.get(name, Text(name, name))
        shown.append((name_in_words, [_said(name, one) for one in values]))
    return shown


def _said(name: str, value: object) -> str:
    """Give a value of evidence as people read it: amounts in yuan, kinds and reasons by name."""
    if isinstance(value, list):
        return "; ".join(_said(name, one) for one in value)
    if isinstance(value, dict):
        return " · ".join(_said(key, one) for key, one in value.items())
    text = str(value)
    if name.endswith("_fen") and text.removeprefix("-").isdigit():
        return show_yuan(int(text), separators=True)
    if name == "kind" and text in INSTRUMENTS:
        return words(INSTRUMENTS[text].text)
    if name == "reason" and text in REASONS:
        return words(REASONS[text])
    return words(tender_name(text)) if name == "tender" else text
