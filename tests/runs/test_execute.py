"""A notebook is done only when it has been done: each silent trap of papermill is a failure."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from impact_eval.runs.execute import Execution, execute_notebook
from impact_eval.runs.kernels import kernel_manager_class, temporary_folder


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with temporary_folder() as name:
        yield Path(name)


def notebook(*sources: str) -> nbformat.NotebookNode:
    parameters = nbformat.v4.new_code_cell("a = 1\nname = 'x=y'", metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# T"), parameters, *cells]
    )


def run(folder: Path, *sources: str, cell_seconds: int = 60, **parameters: object) -> Execution:
    manager = kernel_manager_class(root=folder, folder=folder)
    return execute_notebook(
        notebook(*sources), parameters, kernel_manager_class=manager, cell_seconds=cell_seconds
    )


def shown(execution: Execution) -> str:
    assert execution.notebook is not None
    return "".join(
        output.get("text", "")
        for cell in execution.notebook.cells
        for output in cell.get("outputs", ())
    )


def test_a_good_notebook_has_its_outputs_and_no_cell_of_ours(folder: Path) -> None:
    execution = run(folder, "import os\nprint(a + 1, name, os.environ['OMP_NUM_THREADS'])", a=41)
    assert execution.failure is None
    assert shown(execution) == "42 x=y 1\n"
    assert execution.notebook is not None
    assert len(execution.notebook.cells) == 4  # heading, defaults, injected, the cell


def test_text_of_any_script_arrives_whole(folder: Path) -> None:
    text = "اردو «қазақша» \" ' \\ \n end"
    assert shown(run(folder, "print(name == " + repr(text) + ")", name=text)) == "True\n"


def test_the_kernel_works_in_the_root(folder: Path) -> None:
    execution = run(folder, "from pathlib import Path\nprint(Path.cwd().resolve())")
    assert shown(execution).strip() == str(folder.resolve())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise ValueError('a secret answer')", "ValueError."),
        ("import sys\nsys.exit()", "ended the kernel"),
        ("import sys\nsys.exit(3)", "SystemExit."),
        ("import os\nos._exit(0)", "kernel died"),
        ("this is no Python", "SyntaxError."),
    ],
)
def test_what_stops_a_notebook_is_a_failure(folder: Path, source: str, message: str) -> None:
    execution = run(folder, "b = 2", source, "print('later')")
    assert execution.notebook is None
    assert execution.failure is not None
    assert message in execution.failure.message
    assert "secret" not in execution.failure.message
    assert execution.failure.what == "stopped in cell 4"


def test_the_injected_cell_does_not_shift_the_number(folder: Path) -> None:
    execution = run(folder, "b = 2", "1 / 0", a=5)
    assert execution.failure is not None
    assert execution.failure.what == "stopped in cell 4"
    assert "ZeroDivisionError" in execution.failure.detail


def test_a_cell_that_takes_too_long_is_a_failure(folder: Path) -> None:
    execution = run(folder, "import time\ntime.sleep(60)", cell_seconds=1)
    assert execution.failure is not None
    assert "too long" in execution.failure.message


def test_our_own_message_is_shown(folder: Path) -> None:
    source = "from impact_eval.errors import UnknownNameError\nraise UnknownNameError('Valid: a')"
    execution = run(folder, source)
    assert execution.failure is not None
    assert execution.failure.message == "UnknownNameError: Valid: a"


def test_a_kernel_that_cannot_start_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impact_eval.runs.kernels.kernel_command", lambda: ["/nonexistent/python"])
    execution = run(folder, "print(1)")
    assert execution.failure is not None
    assert execution.failure.what == "could not be started"
