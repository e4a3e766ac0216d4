"""`demo`: from nothing to an audited day that can be looked at."""

from __future__ import annotations

from backoffice.cli.commands import command
from backoffice.cli.console import Console, pass_console
from backoffice.cli.people import describe_entry
from backoffice.demo import DemoDay, sample_folders, show_samples
from backoffice.schema_setup import migrate
from ledger.text import Text


@command(
    "demo",
    Text(
        "装入样例营业厅,完成稽核并输出报告;可重复执行。",
        "Load the sample hall, audit its day and print the paper; may be repeated.",
    ),
)
@pass_console
def demo(console: Console) -> None:
    """Make everything a newcomer looks at first."""
    migrate(console.config.schema_url)
    with console.progress(3 * len(sample_folders())) as step:
        days = show_samples(
            console.open_books(), console.config, language=console.paper_language, step=step
        )
    address = f"http://{console.config.host}:{console.config.port}"
    console.give(
        [_payload(day, address) for day in days],
        *(text for day in days for text in _describe(day, address)),
    )


def _payload(day: DemoDay, address: str) -> dict[str, object]:
    return {
        "hall": day.hall,
        "date": day.date.isoformat(),
        "papers": [str(path) for path in day.papers],
        "address": address,
        "people": [
            {"number": one.number, "name": one.name, "roles": list(one.roles)} for one in day.people
        ],
        "password": day.password,
    }


def _describe(day: DemoDay, address: str) -> list[Text]:
    papers = "  ".join(str(path) for path in day.papers)
    people = [describe_entry(one) for one in day.people]
    return [
        Text(
            f"样例营业厅 {day.hall} 的 {day.date} 已装入并稽核。",
            f"Sample hall {day.hall}: {day.date} is loaded and audited.",
        ),
        Text(f"稽核报告:{papers}", f"The audit paper: {papers}"),
        Text(
            f"网页:{address}(backoffice serve 启动后)  营业厅 {day.hall}",
            f"The pages: {address} (once `backoffice serve` runs); hall {day.hall}",
        ),
        Text("可登录的人员:", "Who can sign in:"),
        *(Text(f"  {text.zh}", f"  {text.en}") for text in people),
        Text(
            f"演示密码(以上各人,仅限样例营业厅):{day.password}",
            f"Demonstration password (for all of them, in the sample hall only): {day.password}",
        ),
    ]
