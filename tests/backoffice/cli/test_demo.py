"""`demo`: from nothing to an audited, printed day; again changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tests.backoffice.cli.conftest import Command

SAMPLE = ("--hall", "H001", "--date", "2026-11-20")


def test_the_demonstration_is_complete_and_repeating_it_changes_nothing(
    small_command: Command, state_folder: Path
) -> None:
    first = small_command("demo", "--json")
    assert first.exit_code == 0, first.stderr
    (day,) = json.loads(first.stdout)
    assert (day["hall"], day["date"]) == ("H001", "2026-11-20")
    assert {"auditor", "hall_manager", "clerk"} <= {
        role for person in day["people"] for role in person["roles"]
    }
    pdf, xlsx = (Path(paper) for paper in day["papers"])
    assert (pdf, xlsx) == (
        state_folder / "audit-H001-2026-11-20.pdf",
        state_folder / "audit-H001-2026-11-20.xlsx",
    )
    assert pdf.read_bytes().startswith(b"%PDF-")
    shown = json.loads(small_command("audit", "show", *SAMPLE, "--json").stdout)
    assert shown["status"]["data"] == "complete"
    assert shown["status"]["audit"] != "unaudited"
    assert shown["findings"]

    chain = small_command("verify", "--json").stdout
    stamps = [path.stat().st_mtime_ns for path in (pdf, xlsx)]
    again = small_command("demo", "--json")
    assert json.loads(again.stdout) == [day]
    assert small_command("verify", "--json").stdout == chain
    assert [path.stat().st_mtime_ns for path in (pdf, xlsx)] == stamps

    kept = state_folder / "demo-password"
    assert kept.read_text().strip() == day["password"]
    assert kept.stat().st_mode & 0o077 == 0
    auditor = next(p["number"] for p in day["people"] if "auditor" in p["roles"])
    show = ("audit", "show", *SAMPLE, "--as", auditor, "--password-stdin", "--json")
    result = small_command(*show, typed=day["password"] + "\n")
    assert result.exit_code == 0, result.stderr
    listing = ("refund", "list", "--hall", "H001", "--as", auditor, "--password-stdin", "--json")
    cases = json.loads(small_command(*listing, typed=day["password"] + "\n").stdout)["cases"]
    assert Counter(case["state"] for case in cases) == {
        "posted": 3,
        "submitted": 2,
        "approved": 1,
        "rejected": 1,
        "cancelled": 1,
    }
    assert {case["papers_received_at"] is not None for case in cases if case["executor"]} == {True}
    run = small_command("audit", "run", *SAMPLE)
    assert run.exit_code == 0, run.stderr
    after = json.loads(small_command("audit", "show", *SAMPLE, "--json").stdout)
    # The cases bring no fault into the day: the one that is approved is noted until its time is up.
    assert {_key(one) for one in after["findings"]} - {_key(one) for one in shown["findings"]} <= {
        ("R06", "document:2026-TF-000002")
    }


def _key(finding: dict[str, str]) -> tuple[str, str]:
    return finding["check"], finding["subject"]
