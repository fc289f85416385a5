"""Who may know whom, held over the syntax tree; the table is the one of docs/architecture.md."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "impact_eval"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300

BASE = {"errors", "vocabulary", "table_columns", "facts"}
PEOPLE = BASE | {"study", "instruments"}
SHOWN = {"wording", "disclosure", "facts", "vocabulary", "table_columns"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": BASE,
    "vocabulary": BASE,
    "table_columns": BASE,
    "facts": BASE,
    "estimators": {"errors"},
    "instruments": {"errors"},
    "study": BASE | {"instruments"},
    "surveys": PEOPLE,
    "simulate": PEOPLE | {"surveys"},
    "findings": PEOPLE | {"surveys", "estimators"},
    "disclosure": BASE,
    "classing": BASE,
    "wording": BASE | {"disclosure"},
    "planning": BASE | {"disclosure", "estimators"},
    "tables": SHOWN | {"errors", "classing", "planning"},
    "figures": SHOWN | {"errors"},
    "pages": PEOPLE
    | SHOWN
    | {"surveys", "findings", "estimators", "classing", "planning", "tables", "figures"},
    "reports": {"facts", "wording", "errors"},
    "runs": PEOPLE | SHOWN | {"surveys", "findings", "planning", "pages", "reports"},
    "datasets": PEOPLE,
    "terminal": set(),
    "cli": PEOPLE | {"datasets", "surveys", "simulate", "planning", "pages", "runs", "terminal"},
    "__init__": {"pages", "study"},
}
ONLY_IN_RUNS = {"papermill", "jupyter_client", "nbclient"}


def part_of(path: Path) -> str:
    """Return the package or module of ours that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    """Yield the parts of ours that a file imports, other than its own."""
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "impact_eval" and parts[1] != part_of(path):
            yield parts[1]


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_the_files_are_found() -> None:
    assert {"errors", "study", "runs", "cli"} <= {part_of(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_go_one_way(path: Path) -> None:
    assert part_of(path) in MAY_IMPORT, "a new part: add it here and to docs/architecture.md"
    assert set(ours(path)) <= MAY_IMPORT[part_of(path)]


def test_the_parts_have_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        graph.setdefault(part_of(path), set()).update(ours(path))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"circle: {error.args[1]}")


def test_the_files_of_a_part_have_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    modules = {
        ".".join(("impact_eval", *p.relative_to(PACKAGE).with_suffix("").parts)) for p in FILES
    }
    for path in FILES:
        own = ".".join(("impact_eval", *path.relative_to(PACKAGE).with_suffix("").parts))
        if own.endswith("__init__"):
            continue
        found = {name for name in imported(path) if name in modules}
        found |= {name.rpartition(".")[0] for name in imported(path)} & modules
        graph[own] = found - {own}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"circle: {error.args[1]}")


def room_of(name: str) -> str:
    """Return the folder of the findings that a dotted name of ours lies in, or nothing."""
    parts = name.split(".")
    inside = parts[:2] == ["impact_eval", "findings"] and len(parts) > 3
    return parts[2] if inside and (PACKAGE / "findings" / parts[2]).is_dir() else ""


def test_the_rooms_of_the_findings_have_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in (PACKAGE / "findings").glob("*/**/*.py"):
        room = path.relative_to(PACKAGE / "findings").parts[0]
        graph.setdefault(room, set()).update(
            {room_of(name) for name in imported(path)} - {room, ""}
        )
    assert "data" in graph
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"circle: {error.args[1]}")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_runs_starts_notebooks(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported(path)}
    assert part_of(path) == "runs" or not packages & ONLY_IN_RUNS


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_the_command_prints(path: Path) -> None:
    calls = (
        n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)
    )
    printed = [call.lineno for call in calls if getattr(call.func, "id", "") == "print"]
    assert part_of(path) == "cli" or not printed


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", sorted(path.name for path in (PACKAGE / "cli").glob("*.py")))
def test_the_command_loads_nothing_heavy_before_it_must(name: str) -> None:
    tree = ast.parse((PACKAGE / "cli" / name).read_text(encoding="utf-8"))
    at_start = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert {name for name in at_start if name and name.startswith("impact_eval")} <= {
        "impact_eval.cli",
        "impact_eval.cli.app",
        "impact_eval.errors",
        "impact_eval.terminal",
    }
