"""What the audit paper says of a hall-day, as plain values in one language for its template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backoffice.trade_words import (
    ARRIVALS,
    NOT_DECLARED,
    show_moment,
    show_segment,
    tender_name,
    tender_order,
    typeset,
    weekday_name,
)
from ledger.amount_words import amount_in_words
from ledger.audit.day import DayAudit, FindingView, InvoiceRangeUse, SlipLine, Source, Total
from ledger.audit.findings import FINDING_STATES, SEVERITIES
from ledger.audit.wording import subject_text
from ledger.hall_days import AUDIT_STATUSES, DATA_STATUSES, HALL_STATUSES
from ledger.masking import mask_numbers
from ledger.money import show_figure, show_yuan
from ledger.text import Language, Text

Values = dict[str, object]

MOST_TENDERS_ABREAST = 5

# What each signature means stands beside it (DOMAIN RET-07).
SIGNING_ROLES: dict[str, tuple[Text, Text]] = {
    "clerk": (
        Text("营业员代表", "For the clerks"),
        Text("申报数与实点一致", "What was declared is what was counted"),
    ),
    "auditor": (
        Text("稽核员", "Auditor"),
        Text(
            "账、票、款已核对,差异均已列明", "Books, invoices and takings compared, all gaps listed"
        ),
    ),
    "hall_manager": (
        Text("营业厅经理", "Hall manager"),
        Text("已阅,同意关账", "Read, and the day may be closed"),
    ),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature on record: who, in which role, when, and the hash of what was signed.

    `for_name` is in whose place he signed, '' where in his own.
    """

    role: str
    name: str
    at: dt.datetime
    content_hash: str
    for_name: str = ""

    def shown(self, language: Language) -> str:
        """Give who signed, and for whom."""
        if not self.for_name:
            return self.name
        said = Text(f"{self.name}(代 {self.for_name})", f"{self.name} for {self.for_name}")
        return said.in_language(language)


def is_signed(day: DayAudit, signatures: Sequence[Signature]) -> bool:
    """Tell whether an auditor vouched for exactly this content.

    Without signatures on record the day's own status says so.
    """
    if signatures:
        return any(s.role == "auditor" and s.content_hash == day.content_hash for s in signatures)
    return day.audit_status == "audited"


def proof_text(day: DayAudit) -> str:
    """Give the text of the paper's QR code: `HALL DATE CONTENT_HASH EVENT:HASH`."""
    content = day.content_hash or "-"
    return f"{day.hall} {day.date.isoformat()} {content} {day.chain_event}:{day.chain_hash}"


def audit_paper_values(
    day: DayAudit, *, language: Language, signatures: Sequence[Signature] = ()
) -> Values:
    """Give everything the template prints: texts in `language`, amounts in yuan with separators."""
    return {
        "hall": day.hall,
        "hall_name": day.hall_name,
        "date": day.date.isoformat(),
        "weekday": weekday_name(day.date).in_language(language),
        "data_status": DATA_STATUSES[day.data_status].in_language(language),
        "audit_status": AUDIT_STATUSES[day.audit_status].in_language(language),
        "hall_status": HALL_STATUSES[day.hall_status].in_language(language),
        "run_at": show_moment(day.run_at, language),
        "calculated": day.run_at is not None,
        "signed": is_signed(day, signatures),
        "version": day.version,
        "matrices": _matrices(day.totals, language),
        "sums": _sums(day.totals, language),
        "undeclared": _undeclared(day.totals),
        "findings": tuple(_finding(finding, language) for finding in day.findings),
        "severities": _severities(day.findings, language),
        "checks": tuple((check.code, check.findings) for check in day.checks),
        "sources": tuple(_source(source, language) for source in day.sources),
        "ranges": tuple(_range(used) for used in day.invoice_ranges),
        "slips": tuple(_slip(slip, language) for slip in day.slips),
        "grants": tuple(typeset(grant.in_language(language)) for grant in day.grants),
        "signatures": _signatures(day, signatures, language),
        "content_hash": day.content_hash,
        "chain_event": day.chain_event,
        "chain_hash": day.chain_hash,
        "proof": proof_text(day),
    }


def _slip(slip: SlipLine, language: Language) -> Values:
    """Give a correction slip of the day: about what, how put right, and how it ended."""
    return {
        "number": slip.number,
        "clerk": slip.clerk or "–",
        "of_day": slip.of_day.isoformat(),
        "about": typeset(f"{slip.reason.in_language(language)} · {'; '.join(slip.about)}"),
        "way": slip.way.in_language(language),
        "money": show_yuan(slip.net_fen, separators=True) if slip.net_fen else "–",
        "state": slip.state.in_language(language),
        "ended_on": slip.ended_on.isoformat() if slip.ended_on else "",
    }


def _matrices(totals: Sequence[Total], language: Language) -> tuple[Values, ...]:
    """Give clerks down and tenders across, a few tenders at a time; the sums close the last."""
    tenders = sorted({total.tender for total in totals}, key=tender_order)
    starts = range(0, len(tenders), MOST_TENDERS_ABREAST)
    return tuple(
        _matrix(
            totals,
            tenders[start : start + MOST_TENDERS_ABREAST],
            start + MOST_TENDERS_ABREAST >= len(tenders),
            language,
        )
        for start in starts
    )


def _matrix(
    totals: Sequence[Total], tenders: Sequence[str], with_sums: bool, language: Language
) -> Values:
    clerks = {total.clerk: total.clerk_name for total in totals}
    groups = [
        (clerk, name, [total for total in totals if total.clerk == clerk])
        for clerk, name in clerks.items()
    ]
    rows = [(clerk, name, _figures(mine, tenders, with_sums)) for clerk, name, mine in groups]
    return {
        "tenders": tuple(tender_name(tender).in_language(language) for tender in tenders),
        "with_sums": with_sums,
        "clerks": tuple(
            {"clerk": clerk, "name": name, "figures": _in_language(figures, language)}
            for clerk, name, figures in rows
        ),
        "all": _in_language(_figures(totals, tenders, with_sums), language),
    }


def _figures(
    totals: Sequence[Total], tenders: Sequence[str], with_sums: bool
) -> dict[str, list[tuple[str | Text, str]]]:
    """Give the three lines of a clerk, or of all: computed, declared and difference by tender."""
    columns = [[total for total in totals if total.tender == tender] for tender in tenders]
    if with_sums:
        columns.append(list(totals))
    return {
        "computed": [_amount([total.computed for total in column]) for column in columns],
        "declared": [_declared(column) for column in columns],
        "difference": [_gaps(column) for column in columns],
    }


def _amount(amounts: Sequence[int]) -> tuple[str, str]:
    if not amounts:
        return "", "absent"
    return show_yuan(sum(amounts), separators=True), "plain"


def _declared(column: Sequence[Total]) -> tuple[str | Text, str]:
    amounts = [total.declared for total in column if total.declared is not None]
    if column and not amounts:
        return NOT_DECLARED, "absent"
    return _amount(amounts)


def _gaps(column: Sequence[Total]) -> tuple[str, str]:
    """Give over and short side by side: they are never netted (CHECKS C02)."""
    gaps = [total.difference for total in column if total.difference is not None]
    if not gaps:
        return "", "absent"
    shown = [show_gap(gap) for gap in _unnetted(gaps) if gap]
    if not shown:
        return show_yuan(0), "even"
    return "\n".join(shown), "gap"


def _unnetted(gaps: Iterable[int]) -> tuple[int, int]:
    known = list(gaps)
    return sum(gap for gap in known if gap > 0), sum(gap for gap in known if gap < 0)


def show_gap(fen: int) -> str:
    """Show a difference with its sign: `+5.00` over, `-60.00` short."""
    return f"{'+' if fen > 0 else ''}{show_yuan(fen, separators=True)}"


def _in_language(
    figures: dict[str, list[tuple[str | Text, str]]], language: Language
) -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        line: tuple(
            (shown.in_language(language) if isinstance(shown, Text) else shown, tone)
            for shown, tone in cells
        )
        for line, cells in figures.items()
    }


def _sums(totals: Sequence[Total], language: Language) -> tuple[Values, ...]:
    """Give the sums that are signed for, in figures and in words."""
    over, short = _unnetted(total.difference or 0 for total in totals)
    sums = (
        (Text("应有合计", "Total computed"), sum(total.computed for total in totals)),
        (Text("申报合计", "Total declared"), sum(total.declared or 0 for total in totals)),
        (Text("长款合计", "Total over"), over),
        (Text("短款合计", "Total short"), short),
    )
    return tuple(
        {
            "label": label.in_language(language),
            "figure": show_yuan(fen, separators=True),
            "words": amount_in_words(fen),
        }
        for label, fen in sums
    )


def _undeclared(totals: Sequence[Total]) -> str:
    """Give the sum nobody has declared against; '' where everything is declared."""
    open_sum = sum(total.computed for total in totals if total.declared is None)
    everything = all(total.declared is not None for total in totals)
    return "" if everything else show_yuan(open_sum, separators=True)


def _finding(finding: FindingView, language: Language) -> Values:
    def amount(figure: int | None, sign: str = "") -> str:
        if figure is None:
            return ""
        shown = show_figure(figure, in_pieces=finding.in_pieces, separators=True)
        return f"{sign if figure > 0 else ''}{shown}"

    return {
        "check": finding.check,
        "name": finding.name.in_language(language),
        "clerk": finding.clerk,
        "clerk_name": finding.clerk_name,
        "subject": typeset(mask_numbers(subject_text(finding.subject).in_language(language))),
        "expected": amount(finding.expected),
        "found": amount(finding.found),
        "difference": amount(finding.difference, "+"),
        "severity": finding.severity,
        "severity_word": SEVERITIES[finding.severity].in_language(language),
        "state": finding.state,
        "state_word": FINDING_STATES[finding.state].in_language(language),
        "message": typeset(mask_numbers(finding.message.in_language(language))),
        "remedy": typeset(mask_numbers(finding.remedy.in_language(language))),
    }


def _severities(
    findings: Sequence[FindingView], language: Language
) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (severity, word.in_language(language), sum(f.severity == severity for f in findings))
        for severity, word in SEVERITIES.items()
    )


def _source(source: Source, language: Language) -> Values:
    return {
        "name": source.name.in_language(language),
        "arrival": source.arrival,
        "arrival_word": ARRIVALS[source.arrival].in_language(language),
        "rows": source.rows,
        "sum": "" if source.sum_fen is None else show_yuan(source.sum_fen, separators=True),
    }


def _range(used: InvoiceRangeUse) -> Values:
    return {
        "code": used.invoice_code,
        "segment": show_segment(f"{used.first_no}-{used.last_no}"),
        "clerk": used.clerk,
        "clerk_name": used.clerk_name,
        "count": used.used_count,
        "used": tuple(map(show_segment, used.used)),
        "void": tuple(map(show_segment, used.void)),
        "red": tuple(map(show_segment, used.red)),
        "missing": tuple(map(show_segment, used.missing)),
    }


def _signatures(
    day: DayAudit, signatures: Sequence[Signature], language: Language
) -> tuple[Values, ...]:
    by_role = {signature.role: signature for signature in signatures}
    blocks: list[Values] = []
    for role, (label, meaning) in SIGNING_ROLES.items():
        signature = by_role.get(role)
        blocks.append(
            {
                "label": label.in_language(language),
                "meaning": typeset(meaning.in_language(language)),
                "name": signature.shown(language) if signature else "",
                "at": show_moment(signature.at, language) if signature else "",
                "holds": signature is None or signature.content_hash == day.content_hash,
            }
        )
    return tuple(blocks)
