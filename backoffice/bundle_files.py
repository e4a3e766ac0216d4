"""The sealed file of a bundle: one zip, the same bytes whenever it is made.

Names are sorted, times fixed, everything deflated alike. `manifest.json` names every other file
with its size and SHA-256, what their rows add up to, and the head of the chain it stands on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from backoffice.audit_papers import signatures_of
from backoffice.bundle_lines import MONEY_COLUMNS, CsvFile, day_files, voucher_file
from backoffice.bundle_lists import bundle_report, sealed, sealed_paper
from backoffice.form_lists import report_workbook
from backoffice.printing import render_audit_paper
from ledger.audit.day import DayAudit
from ledger.audit.queries import show_day, signatures_of_day
from ledger.documents import Document, facts_of
from ledger.events import Event, canonical
from ledger.finance.days import find_bundle
from ledger.finance.seen import PREVIOUS, REVERSED_BY, Part, part_of, statement_of
from ledger.finance.statements import language_of
from ledger.finance.tables import BundleDay
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork

MANIFEST = "manifest.json"
FORM = 1
FIXED = (1980, 1, 1, 0, 0, 0)

Json = dict[str, Any]


def file_name(hall: Hall, document: Document, part: Part) -> str:
    """Give the name of the file: hall, number, part."""
    return f"{hall.code}-{document.number}-{part.number}.zip"


def write_bundle(
    uow: UnitOfWork, hall: Hall, document: Document, target: IO[bytes], *, part: Part | None = None
) -> Json:
    """Write the sealed file of one part of a bundle, the last by default; gives its manifest."""
    part = part or part_of(uow, document)
    files: list[Json] = []
    manifest: Json = {}
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in _contents(uow, hall, document, part, manifest):
            _add(packed, name, content)
            digest = hashlib.sha256(content).hexdigest()
            files.append({"name": name, "size": len(content), "sha256": digest})
        manifest["files"] = files
        _add(packed, MANIFEST, _as_json(manifest))
    return manifest


def write_bundle_file(
    uow: UnitOfWork, hall: Hall, document: Document, folder: Path, *, part: Part | None = None
) -> Path:
    """Write the file into a folder, whole or not at all; gives where."""
    part = part or part_of(uow, document)
    path = folder / file_name(hall, document, part)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as target:
        write_bundle(uow, hall, document, target, part=part)
    unfinished.replace(path)
    return path


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    packed.writestr(entry, content, compresslevel=6)


def _as_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _contents(
    uow: UnitOfWork, hall: Hall, document: Document, part: Part, manifest: Json
) -> Iterator[tuple[str, bytes]]:
    """Give the files in the order of their names, and fill the manifest with what they hold."""
    days = {one.business_date: one for one in _days(uow, document, part)}
    audits = {date: _signed_audit(uow, hall, date, one) for date, one in days.items()}
    signed = {date: (days[date].signed_event, audits[date]) for date in days}
    language = language_of(part.statement)
    tables = day_files(uow, hall.id, signed, language) if days else []
    tables.append(voucher_file("voucher", part.statement["voucher"], language))
    facts = facts_of(uow, document)
    if PREVIOUS in facts:
        old = statement_of(uow, find_bundle(uow, hall, facts[PREVIOUS]))
        tables.append(voucher_file("reversal_voucher", old["voucher"], language, reverse=True))
    made = uow.session.get_one(Event, (hall.id, part.event_no))
    manifest |= _manifest(hall, document, part, facts, list(days.values()))
    manifest |= {"made_at": made.at.isoformat(), "made_by": made.actor, **_sums(tables, audits)}
    files: dict[str, Callable[[], bytes]] = {f"{table.name}.csv": table.content for table in tables}
    for date, audit in audits.items():
        files[f"audit-{date}.pdf"] = partial(_audit_pdf, uow, hall, audit, made, language)
    report = sealed(bundle_report(uow, hall, document, part))
    files["handover.pdf"] = lambda: sealed_paper(uow, hall, document, part, language=language)
    files["handover.xlsx"] = lambda: report_workbook(report, language=language)
    files["statement.json"] = lambda: canonical(part.statement)
    files["voucher.json"] = lambda: _voucher_json(part)
    for name in sorted(files):
        yield name, files[name]()


def _days(uow: UnitOfWork, document: Document, part: Part) -> Sequence[BundleDay]:
    dates = [dt.date.fromisoformat(day["date"]) for day in part.statement["days"]]
    return uow.session.scalars(
        select(BundleDay)
        .where(
            BundleDay.hall_id == document.hall_id,
            BundleDay.document_id == document.id,
            BundleDay.business_date.in_(dates),
        )
        .order_by(BundleDay.business_date)
    ).all()


def _signed_audit(uow: UnitOfWork, hall: Hall, date: dt.date, day: BundleDay) -> DayAudit:
    """Give the day by the signature the bundle carries, with the status it had then."""
    events = [one.event_no for one in signatures_of_day(uow, hall.id, date)]
    audit = show_day(uow, hall, date, version=events.index(day.signed_event) + 1)
    return replace(audit, hall_status="closed")


def _audit_pdf(
    uow: UnitOfWork, hall: Hall, audit: DayAudit, made: Event, language: Language
) -> bytes:
    signatures = [one for one in signatures_of(uow, hall, audit.date) if one.at <= made.at]
    return render_audit_paper(
        audit,
        language=language,
        printed_at=made.at,
        printed_by=made.actor,
        signatures=signatures,
    )


def _manifest(
    hall: Hall, document: Document, part: Part, facts: Mapping[str, str], days: Sequence[BundleDay]
) -> Json:
    mappings = {day["date"]: day["mapping"] for day in part.statement["days"]}
    return {
        "form": FORM,
        "product": part.statement["product"],
        "hall": hall.code,
        "hall_name": part.statement["hall_name"],
        # One made before its language could be chosen is written again as it was.
        **({"language": language_of(part.statement)} if "language" in part.statement else {}),
        "number": document.number,
        "version": int(facts["version"]),
        "part": part.number,
        "from": days[0].business_date.isoformat() if days else facts["from"],
        "to": days[-1].business_date.isoformat() if days else facts["to"],
        "replaces": facts.get(PREVIOUS, ""),
        "reversal": facts.get(REVERSED_BY, ""),
        "signed_statement": facts["statement"],
        "chain": {"event": part.event_no, "hash": part.event_hash},
        "days": [
            {
                "date": day.business_date.isoformat(),
                "version": day.version,
                "signed_event": day.signed_event,
                "hash": day.signed_hash,
                "mapping": mappings[day.business_date.isoformat()],
            }
            for day in days
        ],
    }


def _sums(tables: Sequence[CsvFile], audits: Mapping[dt.date, DayAudit]) -> Json:
    voucher = next(table for table in tables if table.name == "voucher")
    return {
        "counts": {f"{table.name}.csv": len(table.rows) for table in tables},
        "sums": {
            f"{table.name}.csv": {column: show_yuan(fen) for column, fen in table.sums.items()}
            for table in tables
            if table.name in MONEY_COLUMNS or table.sums
        },
        "totals": [
            {
                "date": audit.date.isoformat(),
                "tender": tender,
                "computed": show_yuan(sum(t.computed for t in audit.totals if t.tender == tender)),
                "declared": show_yuan(
                    sum(t.declared or 0 for t in audit.totals if t.tender == tender)
                ),
            }
            for audit in audits.values()
            for tender in sorted({total.tender for total in audit.totals})
        ],
        "voucher": {side: show_yuan(voucher.sums[side]) for side in ("debit", "credit")},
    }


def _voucher_json(part: Part) -> bytes:
    return _as_json(
        [
            {
                **{name: line[name] for name in ("date", "part", "key", "clerk", "account")},
                "name": line["name"],
                "name_en": line["name_en"],
                "debit": show_yuan(line["debit"]),
                "credit": show_yuan(line["credit"]),
            }
            for line in part.statement["voucher"]
        ]
    )
