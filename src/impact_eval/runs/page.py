"""One page: run its notebook, export it, read it for faults, and only then let it count as made."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import nbformat

from impact_eval.disclosure import Released
from impact_eval.errors import ImpactEvalError
from impact_eval.planning import StartingPoint, plan_points, planned_number
from impact_eval.reports import Provenance, export_page, failure_page
from impact_eval.runs.execute import Failure, execute_notebook
from impact_eval.runs.jobs import Job
from impact_eval.runs.manifest import PageRecord, content_hash
from impact_eval.runs.own_texts import own_texts
from impact_eval.runs.parameters import checked_parameters, read_parameters
from impact_eval.wording.lint import lint_page

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode


EVALUATOR_VIEW: Final = "evaluator_view"
_NOT_FOR_A_PAGE: Final = (
    f"Its parameter {EVALUATOR_VIEW} is set, and what it shows is for the evaluator alone. Set it "
    f"to False; for your own look open the notebook in JupyterLab."
)


@dataclass(frozen=True, slots=True)
class PageMaker:
    """Makes the pages of one run into a folder; safe to call from several threads.

    Parameters
    ----------
    folder
        The run's folder.
    log_folder
        Where the details of failures go: for the evaluator, never published.
    released
        The study's released findings; a number on a page must be one of them.
    beside
        The same without the exclusions of the plan, if it has any; numbers may be of these too.
    provenance
        For the end of each page.
    kernel_manager_class
        How kernels start.
    lock
        Held while a page is exported and read, for neither is made for threads.
    """

    folder: Path
    log_folder: Path
    released: Released
    provenance: Provenance
    kernel_manager_class: type[AsyncKernelManager]
    lock: Lock
    beside: Released | None = None

    def make(self, job: Job) -> PageRecord:
        """Make one page, or a page that says why there is none; never raises for a job."""
        outcome, seconds = self._html(job)
        failure = ""
        if isinstance(outcome, Failure):
            failure = f"{outcome.what}: {outcome.message}" if outcome.message else outcome.what
            self._log(job, outcome)
            html = self._failure_html(job, failure)
        else:
            html = outcome
            self._log_file(job).unlink(missing_ok=True)
        target = self.folder / job.page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8")
        return PageRecord(
            report_id=job.report_id,
            unit_id=job.unit_id,
            title=job.title,
            page=job.page,
            parameters=job.parameters,
            status="failed" if failure else "made",
            failure=failure,
            seconds=round(seconds, 2),
            sha256=content_hash(html),
        )

    def _html(self, job: Job) -> tuple[str | Failure, float]:
        try:
            notebook = _for_readers(nbformat.read(job.notebook, as_version=4))
            defaults = read_parameters(notebook, name=job.notebook.name)
            parameters = checked_parameters(job.parameters, defaults, name=job.notebook.name)
            if defaults.get(EVALUATOR_VIEW):
                return Failure("was not run", _NOT_FOR_A_PAGE, ""), 0.0
        except (ImpactEvalError, nbformat.reader.NotJSONError) as error:
            return Failure("was not run", str(error), ""), 0.0
        execution = execute_notebook(
            notebook, parameters, kernel_manager_class=self.kernel_manager_class
        )
        if execution.notebook is None:
            return execution.failure or Failure("was not run", ""), execution.seconds
        return self._exported(job, execution.notebook), execution.seconds

    def _exported(self, job: Job, notebook: NotebookNode) -> str | Failure:
        facts = self.released.facts
        try:
            with self.lock:
                html = export_page(
                    notebook,
                    title=job.title,
                    facts=facts,
                    provenance=self.provenance,
                    index_href=index_href(job),
                )
                planned = partial(planned_number, _points(html, self.released))
                own = own_texts(notebook, self.provenance)
                faults = lint_page(
                    html,
                    self.released,
                    page=job.page,
                    planned=planned,
                    own=own,
                    beside=self.beside,
                )
        except ImpactEvalError as error:
            return Failure("could not be exported", str(error), "")
        except Exception as error:
            name = type(error).__name__
            return Failure("could not be exported", f"{name}.", traceback.format_exc())
        if faults:
            listed = "\n".join(str(fault) for fault in faults)
            message = f"{len(faults)} sentences or numbers that no released finding carries."
            return Failure("was withheld", message, listed)
        return html

    def _failure_html(self, job: Job, failure: str) -> str:
        with self.lock:
            return failure_page(
                title=job.title,
                message=f"{job.notebook.name} {failure}",
                facts=self.released.facts,
                provenance=self.provenance,
                index_href=index_href(job),
            )

    def _log(self, job: Job, failure: Failure) -> None:
        """Keep the whole story where only the evaluator looks."""
        self.log_folder.mkdir(parents=True, exist_ok=True)
        settings = "\n".join(f"{key} = {value!r}" for key, value in job.parameters.items())
        text = f"{failure.what}: {failure.message}\n\n{settings}\n\n{failure.detail}\n"
        self._log_file(job).write_text(text, encoding="utf-8")

    def _log_file(self, job: Job) -> Path:
        name = job.page.replace("/", "--").removesuffix(".html")
        return self.log_folder / f"{name}.txt"


def _for_readers(notebook: NotebookNode) -> NotebookNode:
    """Empty the cells for evaluators; they stay in place, so that cells keep their numbers."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "evaluator" in cell.metadata.get("tags", ()):
            cell.source = ""
    return notebook


def _points(html: str, released: Released) -> tuple[StartingPoint, ...]:
    """Return what a plan starts from, where the page has numbers of one."""
    return plan_points(released) if "data-planned" in html else ()


def index_href(job: Job) -> str:
    """Return the address of the run's index as seen from a page."""
    return "../" * job.page.count("/") + "index.html"
