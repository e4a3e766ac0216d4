"""What is watched over: deposits that are held, and the patterns flagged for the auditor."""

from __future__ import annotations

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.refund_pages import LOOK, show_refunds
from backoffice.pages.shell import person_names, say
from backoffice.pages.showing import language
from backoffice.refund_evidence import evidence_in_words
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.text import Text
from refunds.claims_seen import claims_about
from refunds.flags import OUTCOMES, PATTERNS, settle_flag
from refunds.instruments import INSTRUMENTS
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
            flags=[
                (flag, document, evidence_in_words(flag, language())) for flag, document in rows
            ],
            claims=claims_about(uow, hall(), {flag.subject for flag, _ in rows}),
            kinds=INSTRUMENTS,
            state=state,
            outcomes=OUTCOMES,
            patterns=PATTERNS,
            flag_chip=lambda one: (*FLAG_CHIPS[one], OUTCOMES[one]),
            persons=person_names(uow, {flag.settled_by for flag, _ in rows if flag.settled_by}),
            tried=tried,
            error=error,
        )
