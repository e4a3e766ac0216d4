"""The demonstration: the sample halls loaded, audited, printed, with some cases of refunds.

Repeating it changes nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from backoffice.audit_work import run_day
from backoffice.config import Config
from backoffice.database import begin_read, begin_work
from backoffice.demo_refunds import make_cases
from backoffice.folder import load_folder
from backoffice.hall_setup import StaffEntry, holder_of, list_staff
from backoffice.identity import Credential, set_password
from ledger.errors import NotFound
from ledger.hall_days import HallDay
from ledger.organisations import Hall, find_hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork, system_actor

SAMPLE_FOLDER = Path(__file__).parent.parent / "sample"
DEMO = system_actor("demo")
PASSWORD_FILE = "demo-password"  # noqa: S105 the name of a file, not a password
# Without letters and digits that are taken for each other.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class SampleMissing(NotFound):
    """The sample hall is not there."""

    code = "sample_missing"
    text = Text(
        "没有样例目录 {folder}。demo 须在项目目录中运行。",
        "There is no sample in {folder}. Run `demo` from a checkout of the project.",
    )


@dataclass(frozen=True, slots=True)
class DemoDay:
    """What a demonstration left: the hall-day, its papers, who may sign in, and the password."""

    hall: str
    date: dt.date
    papers: tuple[Path, ...]
    people: tuple[StaffEntry, ...]
    password: str


def show_samples(
    engine: Engine,
    config: Config,
    *,
    language: Language,
    folder: Path = SAMPLE_FOLDER,
    step: Callable[[str], None] = lambda name: None,
) -> list[DemoDay]:
    """Load every folder of the sample, audit its day, print it and let its people in.

    Only people of the sample halls who have no password yet get the demonstration's; it is made for
    this installation and kept in the state folder. Raises SampleMissing.
    """
    folders = sample_folders(folder)
    if not folders:
        raise SampleMissing(folder=folder)
    password = _kept_password(Path(config.state_folder))
    return [
        _show_sample(engine, config, one, password=password, language=language, step=step)
        for one in folders
    ]


def sample_folders(folder: Path = SAMPLE_FOLDER) -> list[Path]:
    """Give the hall folders of the sample."""
    return sorted(path.parent for path in folder.glob("*/hall.toml"))


def _show_sample(
    engine: Engine,
    config: Config,
    folder: Path,
    *,
    password: str,
    language: Language,
    step: Callable[[str], None],
) -> DemoDay:
    step(folder.name)
    loaded = load_folder(engine, folder)
    hall_code, date = loaded.hall, loaded.business_date
    fresh = any(not result.earlier for _, result in loaded.intakes)
    with begin_work(engine, DEMO) as uow:
        hall = find_hall(uow, hall_code)
        people = tuple(_let_in(uow, hall, password))
        day = uow.session.get_one(HallDay, (hall.id, date))
        audit_status, hall_status = day.audit_status, day.hall_status
    step(f"audit {hall_code} {date}")
    # A day somebody has signed is his: the demonstration does not touch it again.
    run_again = audit_status == "unaudited" or (fresh and hall_status == "working")
    if run_again:
        run_day(engine, DEMO, hall_code, date)
    step(f"refunds {hall_code} {date}")
    make_cases(engine, hall_code, date)
    papers = _print_papers(
        engine, config, hall_code, date, language=language, anew=run_again, step=step
    )
    return DemoDay(hall_code, date, papers, people, password)


def _let_in(uow: UnitOfWork, hall: Hall, password: str) -> Iterator[StaffEntry]:
    """Give those without a password the demonstration's; gives everybody who can sign in."""
    for entry in list_staff(uow, hall):
        if entry.kind != "person":
            continue
        person_id = holder_of(uow, hall, entry.number)
        known = uow.session.scalar(
            select(Credential.person_id).where(Credential.person_id == person_id)
        )
        if known is None:
            set_password(uow, person_id=person_id, password=password)
        yield entry


def _print_papers(
    engine: Engine,
    config: Config,
    hall_code: str,
    date: dt.date,
    *,
    language: Language,
    anew: bool,
    step: Callable[[str], None],
) -> tuple[Path, ...]:
    """Write the audit paper as PDF and xlsx, unless they are there for the present audit."""
    state = Path(config.state_folder)
    pdf, xlsx = (state / f"audit-{hall_code}-{date}{end}" for end in (".pdf", ".xlsx"))
    step(f"paper {hall_code} {date}")
    if anew or not pdf.exists() or not xlsx.exists():
        # Laying out a paper loads Pango and its fonts: not paid for when there is nothing to print.
        from backoffice.audit_papers import audit_paper, audit_workbook, write_whole

        with begin_read(engine, DEMO) as uow:
            hall = find_hall(uow, hall_code)
            write_whole(pdf, audit_paper(uow, hall, date, language=language))
            write_whole(xlsx, audit_workbook(uow, hall, date, language=language))
    return pdf, xlsx


def _kept_password(state: Path) -> str:
    path = state / PASSWORD_FILE
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text("demo-" + "".join(secrets.choice(SIGNS) for _ in range(8)) + "\n")
    return path.read_text().strip()
