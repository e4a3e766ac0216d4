"""A signed day replayed with its paper: the figures from the log, the PDF from either side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backoffice.audit_papers import signatures_of
from backoffice.daily_checks import DAILY_CHECKS
from backoffice.errors import Payload
from backoffice.printing import render_audit_paper
from ledger.audit.day import DayAudit
from ledger.closing.replay import Replay, replay_day
from ledger.organisations import Hall
from ledger.text import LANGUAGES
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReplayedPaper:
    """A replay, and whether the papers of what was signed and what came out are the same bytes."""

    replay: Replay
    papers_agree: bool

    @property
    def agrees(self) -> bool:
        """Whether everything is as it was signed."""
        return self.replay.agrees and self.papers_agree


def replay_with_paper(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, version: int | None = None
) -> ReplayedPaper:
    """Work a signed day out again, and print both in both languages; changes nothing."""
    replay = replay_day(uow, hall, date, questions=DAILY_CHECKS, version=version)
    signed = signatures_of(uow, hall, date, version=replay.signed.version)

    def papers(day: DayAudit) -> list[bytes]:
        return [
            render_audit_paper(
                day,
                language=language,
                printed_at=signed[0].at,
                printed_by=signed[0].name,
                signatures=signed,
            )
            for language in LANGUAGES
        ]

    return ReplayedPaper(replay, papers(replay.signed) == papers(replay.again))


def replay_payload(hall: Hall, told: ReplayedPaper) -> Payload:
    """Give a replay as JSON."""
    replay = told.replay
    return {
        "hall": hall.code,
        "date": replay.signed.date.isoformat(),
        "version": replay.signed.version,
        "agrees": told.agrees,
        "signed_hash": replay.stored_hash,
        "kept_hash": replay.kept_hash,
        "replayed_hash": replay.again_hash,
        "papers_agree": told.papers_agree,
        "differing": list(replay.differing),
    }
