"""`init` and `database ..`: making a database, bringing it up to date, checking its schema."""

from __future__ import annotations

from backoffice.cli.commands import command, group
from backoffice.cli.console import Console, pass_console
from backoffice.schema_check import require_current_schema, schema_differences, wanted_revision
from backoffice.schema_setup import migrate
from ledger.errors import Conflict
from ledger.text import Text


class SchemaDrifted(Conflict):
    """The database is not what the program declares."""

    code = "schema_drifted"
    text = Text(
        "数据库结构与程序不符,共 {count} 处;第一处:{first}。请先备份,再执行 database upgrade。",
        "The database differs from the program's schema in {count} places; the first: {first}."
        " Back it up, then run `database upgrade`.",
    )


@pass_console
def make_database(console: Console) -> None:
    """Make or migrate the database; safe to repeat."""
    migrate(console.config.schema_url)
    revision = wanted_revision()
    console.give(
        {"schema": revision},
        Text(f"数据库已就绪(结构 {revision})。", f"The database is ready (schema {revision})."),
    )


@pass_console
def compare_database(console: Console) -> None:
    """Compare the database with the program's declaration; raises SchemaDrifted."""
    require_current_schema(console.config.database_url)
    differences = schema_differences(console.config.schema_url)
    if differences:
        raise SchemaDrifted(count=len(differences), first=differences[0])
    console.give(
        {"schema": wanted_revision(), "differences": []},
        Text("数据库与程序一致。", "The database is as the program declares it."),
    )


init = command("init", Text("建立或升级数据库。", "Make or migrate the database."))(make_database)
database = group(
    "database",
    Text("数据库:升级与检查。", "The database: upgrade and check."),
    command(
        "upgrade",
        Text("把数据库升级到最新结构。", "Bring the database to the newest schema."),
    )(make_database),
    command(
        "check",
        Text(
            "核对数据库结构与保护措施是否与程序一致。",
            "Compare the database's tables and guards with what the program declares.",
        ),
    )(compare_database),
)
