"""A notebook is done only when it has been done: each silent trap of papermill is a failure."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager

from impact_eval.runs.execute import Execution, execute_notebook
from impact_eval.runs.forked import CAN_FORK, ForkServer, fork_server
from impact_eval.runs.kernels import (
    FEW_PAGES,
    kernel_environment,
    kernel_manager_class,
    run_kernels,
    temporary_folder,
)

Kernels = type[AsyncKernelManager]
forks = pytest.mark.skipif(not CAN_FORK, reason="kernels are started by commands here")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with temporary_folder() as name:
        yield Path(name)


@pytest.fixture(scope="module", params=["a command", "a fork"])
def kernels(request: pytest.FixtureRequest, folder: Path) -> Iterator[Kernels]:
    """Both ways in which a run starts kernels."""
    pages = FEW_PAGES + 1 if request.param == "a fork" else FEW_PAGES
    with run_kernels(root=folder, pages=pages) as manager:
        yield manager


@pytest.fixture
def server(folder: Path) -> Iterator[ForkServer]:
    with fork_server(root=folder, environment=kernel_environment(root=folder, folder=folder)) as it:
        yield it


def notebook(*sources: str) -> nbformat.NotebookNode:
    parameters = nbformat.v4.new_code_cell("a = 1\nname = 'x=y'", metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# T"), parameters, *cells]
    )


def run(kernels: Kernels, *sources: str, seconds: int = 60, **parameters: object) -> Execution:
    return execute_notebook(
        notebook(*sources), parameters, kernel_manager_class=kernels, cell_seconds=seconds
    )


def shown(execution: Execution) -> str:
    assert execution.notebook is not None
    return "".join(
        output.get("text", "")
        for cell in execution.notebook.cells
        for output in cell.get("outputs", ())
    )


def test_a_good_notebook_has_its_outputs_and_no_cell_of_ours(kernels: Kernels) -> None:
    execution = run(kernels, "import os\nprint(a + 1, name, os.environ['OMP_NUM_THREADS'])", a=41)
    assert execution.failure is None
    assert shown(execution) == "42 x=y 1\n"
    assert execution.notebook is not None
    assert len(execution.notebook.cells) == 4  # heading, defaults, injected, the cell


def test_text_of_any_script_arrives_whole(kernels: Kernels) -> None:
    text = "اردو «қазақша» \" ' \\ \n end"
    assert shown(run(kernels, "print(name == " + repr(text) + ")", name=text)) == "True\n"


def test_the_kernel_works_in_the_root(kernels: Kernels, folder: Path) -> None:
    execution = run(kernels, "from pathlib import Path\nprint(Path.cwd().resolve())")
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
def test_what_stops_a_notebook_is_a_failure(kernels: Kernels, source: str, message: str) -> None:
    execution = run(kernels, "b = 2", source, "print('later')")
    assert execution.notebook is None
    assert execution.failure is not None
    assert message in execution.failure.message
    assert "secret" not in execution.failure.message
    assert execution.failure.what == "stopped in cell 4"


def test_the_injected_cell_does_not_shift_the_number(kernels: Kernels) -> None:
    execution = run(kernels, "b = 2", "1 / 0", a=5)
    assert execution.failure is not None
    assert execution.failure.what == "stopped in cell 4"
    assert "ZeroDivisionError" in execution.failure.detail


def test_a_cell_that_takes_too_long_is_a_failure(kernels: Kernels) -> None:
    execution = run(kernels, "import time\ntime.sleep(60)", seconds=1)
    assert execution.failure is not None
    assert "too long" in execution.failure.message


def test_our_own_message_is_shown(kernels: Kernels) -> None:
    source = "from impact_eval.errors import UnknownNameError\nraise UnknownNameError('Valid: a')"
    execution = run(kernels, source)
    assert execution.failure is not None
    assert execution.failure.message == "UnknownNameError: Valid: a"


def test_a_kernel_sees_nothing_of_another(kernels: Kernels) -> None:
    source = "import impact_eval\nprint(hasattr(impact_eval, 'left'))\nimpact_eval.left = 1"
    assert [shown(run(kernels, source)) for _ in range(2)] == ["False\n", "False\n"]


def test_a_kernel_that_cannot_start_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impact_eval.runs.kernels.kernel_command", lambda: ["/nonexistent/python"])
    execution = run(kernel_manager_class(root=folder, folder=folder), "print(1)")
    assert execution.failure is not None
    assert execution.failure.what == "could not be started"


@forks
def test_no_kernel_outlives_the_process_it_was_forked_from(
    folder: Path, server: ForkServer
) -> None:
    ended, left = (server.start(["-f", str(folder / f"{name}.json")]) for name in "ab")
    assert ended.poll() is None
    ended.kill()
    assert ended.wait() == ended.poll() == -signal.SIGKILL
    while not (folder / "b.json").is_file():
        assert left.poll() is None
    server.close()
    while runs(left.pid):
        time.sleep(0.05)
    assert left.poll() == -signal.SIGKILL
    execution = run(kernel_manager_class(root=folder, folder=folder, server=server), "print(1)")
    assert execution.failure is not None
    assert execution.failure.what == "could not be started"


def runs(process_id: int) -> bool:
    """Whether there is such a process that has not ended."""
    stat = Path(f"/proc/{process_id}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
