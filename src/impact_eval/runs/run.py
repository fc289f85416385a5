"""A whole run: prepare, find, execute, export, publish."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from impact_eval.errors import Fault, ReportError
from impact_eval.pages import planning_basis, released_findings
from impact_eval.pages.findings import released_without_exclusions
from impact_eval.reports import PageEntry, index_html, provenance_texts, write_index
from impact_eval.runs.carry import carry_pages, released_hash
from impact_eval.runs.jobs import Job, plan_jobs
from impact_eval.runs.kernels import run_kernels
from impact_eval.runs.manifest import PageRecord, write_manifest
from impact_eval.runs.names import check_names
from impact_eval.runs.page import PageMaker
from impact_eval.runs.provenance import plan_record, study_provenance
from impact_eval.runs.publish import publish, run_stamp, staged_run
from impact_eval.runs.ready import Progress, make_ready
from impact_eval.study.awaiting import awaits_data
from impact_eval.wording.lint import lint_page

if TYPE_CHECKING:
    from impact_eval.study import Study

MOST_WORKERS = 8
NEEDS_NO_DATA = frozenset({"planning"})  # notebooks


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run published.

    `index` is the page to open, `faults` are those of survey files that could not be used at all,
    and `seconds` is what the run took.
    """

    index: Path
    pages: tuple[PageRecord, ...]
    faults: tuple[Fault, ...]
    seconds: float

    @property
    def failed(self) -> tuple[PageRecord, ...]:
        """The pages that could not be made."""
        return tuple(page for page in self.pages if page.status == "failed")


def run_study(
    study: Study,
    *,
    reports: Sequence[str] | None = None,
    schools: Sequence[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Make and publish the pages of a study.

    The data are prepared if they have changed, and the findings computed once; then each notebook
    runs in a kernel of its own. One that fails gets a page that says so and does not stop the rest.
    Pages about planning alone are made before there are survey files too, from published values.

    Parameters
    ----------
    study
        As `Study.open` gives it.
    reports, schools
        Ids of the reports, and of the schools for the pages of schools; None means all. The other
        pages of the last run stay, if the findings are the same.
    workers
        Notebooks that run at the same time; None means one for each processor.
    progress
        Called with what is being done, how many steps are done, and of how many.

    Returns
    -------
    RunResult
        With the failed pages named.

    Raises
    ------
    UnknownNameError
        A report or a school does not exist.
    ReportError
        Another run of the study is under way, or a text of the study that the index shows says
        more than its design carries.
    """
    began = time.monotonic()
    check_names("report", reports or (), (one.id for one in study.reports))
    if not study.roster_table.empty:
        check_names("school", schools or (), study.facts().schools)
    say = progress or _silent
    pages = _expected(study, reports=reports, schools=schools)
    with (
        staged_run(study.reports_folder) as staging,
        run_kernels(root=study.root, pages=pages) as kernels,
    ):
        early = _before_data(study, reports)
        tables = None if early else make_ready(study, progress=say)
        facts = study.facts(None if tables is None else tables.schools)
        jobs = plan_jobs(study, facts, reports=reports, schools=schools)
        say("releasing what may be shown", 0, 0)
        maker = PageMaker(
            folder=staging,
            log_folder=study.processed_folder / "failures",
            released=planning_basis(study) if early else released_findings(study),
            provenance=study_provenance(study),
            kernel_manager_class=kernels,
            lock=Lock(),
            beside=None if early else released_without_exclusions(study),
        )
        made = _make_all(maker, jobs, workers=workers or processors(), progress=say)
        seconds = time.monotonic() - began
        latest = _publish(study, maker, made, plan_jobs(study, facts), seconds=seconds)
    faults = () if tables is None else tables.faults
    return RunResult(latest / "index.html", made, faults, seconds)


def _before_data(study: Study, reports: Sequence[str] | None) -> bool:
    """Whether there are no survey files yet, and none of the pages needs any."""
    chosen = [one for one in study.reports if reports is None or one.id in reports]
    needless = all(one.notebook in NEEDS_NO_DATA for one in chosen)
    return needless and bool(chosen) and awaits_data(study)


def _expected(study: Study, *, reports: Sequence[str] | None, schools: Sequence[str] | None) -> int:
    """Count the pages of a run as far as they are known before anything is read."""
    places = len(study.roster_table) if schools is None else len(schools)
    chosen = [one for one in study.reports if reports is None or one.id in reports]
    return sum(1 if one.for_each is None else places for one in chosen)


def _publish(
    study: Study,
    maker: PageMaker,
    made: Sequence[PageRecord],
    every: Sequence[Job],
    *,
    seconds: float,
) -> Path:
    """Add the pages that still hold from the last run, manifest and index, and publish."""
    stamp = run_stamp()
    released = released_hash(study.processed_folder)
    wanted = {job.page: place for place, job in enumerate(every)}
    others = wanted.keys() - {page.page for page in made}
    latest = study.reports_folder / "latest"
    carried = carry_pages(latest, maker.folder, released=released, pages=others)
    pages = sorted((*made, *carried), key=lambda page: wanted[page.page])
    write_manifest(
        maker.folder,
        study_id=study.id,
        stamp=stamp,
        seconds=seconds,
        released=released,
        plan=plan_record(study),
        provenance=asdict(maker.provenance),
        pages=pages,
    )
    entries = [_entry(page) for page in pages]
    _check_index(maker, entries)
    write_index(
        maker.folder, facts=maker.released.facts, entries=entries, provenance=maker.provenance
    )
    return publish(maker.folder, stamp=stamp)


def _check_index(maker: PageMaker, entries: Sequence[PageEntry]) -> None:
    """Read the index as every page is read; why pages failed is no result and is left out."""
    shown = [replace(entry, failure="") for entry in entries]
    html = index_html(maker.released.facts, shown, maker.provenance)
    titles = [entry.title for entry in entries]
    own = (*provenance_texts(maker.provenance), *titles)
    faults = lint_page(html, maker.released, page="index.html", own=own)
    if faults:
        listed = "\n".join(str(fault) for fault in faults)
        raise ReportError(f"The index would say what nothing carries:\n{listed}")


def processors() -> int:
    """Return how many notebooks to run at once by default."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(MOST_WORKERS, count or 1))


def _make_all(
    maker: PageMaker, jobs: Sequence[Job], *, workers: int, progress: Progress
) -> tuple[PageRecord, ...]:
    """Make the pages with several kernels at a time; the records keep the order of the jobs."""
    found: dict[int, PageRecord] = {}
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = {pool.submit(maker.make, job): index for index, job in enumerate(jobs)}
        for done in as_completed(waiting):
            found[waiting[done]] = done.result()
            progress("running the notebooks", len(found), len(jobs))
    return tuple(found[index] for index in range(len(jobs)))


def _entry(page: PageRecord) -> PageEntry:
    return PageEntry(href=page.page, title=page.title, school_id=page.unit_id, failure=page.failure)


def _silent(what: str, done: int, total: int) -> None:
    """Show nothing."""
