"""The rules of the house that a machine can see, each as one test that names every offender."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.source_tree import (
    PACKAGES,
    ROOT,
    calls,
    modules,
    place,
    project_files,
    templates,
    text_pairs,
    visible_text,
    words,
)

KERNEL_AND_TRADE = ("ledger", "stock", "invoices", "refunds")
DATABASE = "backoffice/database.py"
POSTINGS = {"ledger/postings.py", "ledger/unit_moves.py"}
MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 70

# Where a float is right, and why.
FLOATS_ALLOWED: dict[str, str] = {
    "ledger/verify.py": "a tampered column may hold anything, and is shown as it is",
}

EMPTY_NAMES = {
    *("util", "utils", "common", "helper", "helpers", "manager", "managers"),
    *("data", "info", "process", "misc", "stuff"),
}
COUNTED_SUFFIXES = {".py", ".html", ".css", ".js"}
TABLES_OF_POST = ("postings", "balances", "units", "identifiers")
MODELS_OF_POST = {"Posting", "Balance", "Unit", "Identifier"}
CHANGING_STATEMENT = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|COPY|TRUNCATE)\s+"
    rf"(?:{'|'.join(TABLES_OF_POST)})\b",
    re.IGNORECASE,
)
CHANGING_CALL = re.compile(r"insert|update|delete|copy_rows|merge", re.IGNORECASE)

# Written in pieces, so that this file is not its own first offender.
MACHINE_PATH = re.compile(r"/(?:wo" + r"rk|ro" + r"ot|fa" + r"rm|ho" + r"me/\w+|Us" + r"ers)/")
REGISTRY_HOST = re.compile(
    r"(?:py" + r"pi|python" + r"hosted|npm" + r"js|deb" + r"ian)[.](?:org|com)"
)

# Names that are the same in both languages, and the names of the languages themselves.
SAME_IN_BOTH = {"PDF", "CSV", "JSON", "API", "xlsx", "XLSX", "QR", "SHA", "English", "中文", "EN"}
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")


def test_imports_go_one_way_and_only_backoffice_knows_the_web() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_file_has_fewer_than_400_lines() -> None:
    lengths = {
        place(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in project_files()
        if path.suffix in COUNTED_SUFFIXES
    }
    assert {name: n for name, n in lengths.items() if n >= MOST_FILE_LINES} == {}


def test_every_function_has_fewer_than_70_lines() -> None:
    lengths = {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in modules(*PACKAGES, "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n >= MOST_FUNCTION_LINES} == {}


def test_only_one_module_commits() -> None:
    offenders = [
        f"{name}:{call.lineno}"
        for name, tree in modules(*PACKAGES)
        for call, word in calls(tree)
        if word in {"commit", "rollback"} and name != DATABASE
    ]
    assert offenders == []


def test_only_one_module_reads_the_clock() -> None:
    offenders = [
        f"{name}:{call.lineno} {word}"
        for name, tree in modules(*PACKAGES)
        for call, word in calls(tree)
        if word in {"now", "utcnow", "today", "time_ns"} or ast.unparse(call.func) == "time.time"
        if name != DATABASE
    ]
    assert offenders == []


def test_no_float_comes_near_money() -> None:
    offenders = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*KERNEL_AND_TRADE)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        if name not in FLOATS_ALLOWED
    ]
    assert offenders == []


def test_only_post_changes_postings_balances_units_and_identifiers() -> None:
    offenders = [
        f"{name}:{line}"
        for name, tree in modules(*PACKAGES)
        if name not in POSTINGS and not name.startswith("backoffice/migrations/")
        for line in (*_changing_statements(tree), *_changing_calls(tree))
    ]
    assert offenders == []


def _changing_statements(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHANGING_STATEMENT.search(node.value)
    ]


def _changing_calls(tree: ast.AST) -> list[int]:
    return [
        call.lineno
        for call, word in calls(tree)
        if word in MODELS_OF_POST or (CHANGING_CALL.search(word) and words(call) & MODELS_OF_POST)
    ]


def test_names_of_modules_say_what_is_inside() -> None:
    offenders = [
        place(path)
        for path in project_files()
        if path.suffix == ".py"
        and EMPTY_NAMES
        & {word for part in path.relative_to(ROOT).parts for word in _words_of(part)}
    ]
    assert offenders == []


def _words_of(name: str) -> list[str]:
    return name.removesuffix(".py").lower().split("_")


def test_nothing_names_a_machine_or_a_registry() -> None:
    offenders = [
        f"{place(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line)
    ]
    assert offenders == []


def test_every_module_says_what_it_holds() -> None:
    silent = [name for name, tree in modules(*PACKAGES, "tests") if not ast.get_docstring(tree)]
    assert silent == []


def test_every_text_in_a_template_is_a_pair() -> None:
    offenders = [
        f"{name}: {pair}"
        for name, source in templates()
        for pair in text_pairs(source)
        if len(pair) != 2 or not all(isinstance(text, str) and text.strip() for text in pair)
    ]
    assert offenders == []


def test_no_page_shows_words_in_one_language_only() -> None:
    offenders = {
        name: unpaired
        for name, source in templates()
        if not name.startswith("templates/print/")
        and (unpaired := set(WORD.findall(visible_text(source))) - SAME_IN_BOTH)
    }
    assert offenders == {}


def test_every_text_in_the_code_is_a_pair() -> None:
    offenders = [
        f"{name}:{call.lineno}"
        for name, tree in modules(*PACKAGES)
        for call, word in calls(tree)
        if word == "Text"
        for text in (*call.args, *(keyword.value for keyword in call.keywords))
        if isinstance(text, ast.Constant) and not str(text.value).strip()
    ]
    assert offenders == []


def test_every_exception_to_a_rule_still_exists() -> None:
    assert [
        name for name in (DATABASE, *POSTINGS, *FLOATS_ALLOWED) if not (ROOT / name).exists()
    ] == []
