"""What a run has to do: one job for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from impact_eval.errors import NotPreparedError
from impact_eval.runs.names import check_names

if TYPE_CHECKING:
    from impact_eval.facts import StudyFacts
    from impact_eval.study import Study


@dataclass(frozen=True, slots=True)
class Job:
    """One page to make: which notebook, with which parameters, for whom.

    `unit_id` is the school of a page that stands for one school, and empty otherwise; `page` is
    the page's path inside the run.
    """

    report_id: str
    unit_id: str
    title: str
    notebook: Path
    page: str
    parameters: dict[str, str]


def plan_jobs(
    study: Study,
    facts: StudyFacts,
    *,
    reports: Sequence[str] | None = None,
    schools: Sequence[str] | None = None,
) -> tuple[Job, ...]:
    """Jobs of a run, in the order in which the study declares its reports.

    Parameters
    ----------
    study
        With its reports.
    facts
        With every school that a page may be about.
    reports, schools
        Ids of the reports to make, and of the schools to make the pages of schools for; None
        means all.

    Raises
    ------
    UnknownNameError
        A report or school that does not exist, with the valid ones.
    NotPreparedError
        A report's notebook is not in `notebooks/`.
    """
    check_names("report", reports or (), (report.id for report in study.reports))
    check_names("school", schools or (), facts.schools)
    chosen_schools = [school for school in facts.schools if schools is None or school in schools]
    jobs: list[Job] = []
    for report in study.reports:
        if reports is not None and report.id not in reports:
            continue
        notebook = study.root / "notebooks" / f"{report.notebook}.ipynb"
        if not notebook.is_file():
            raise NotPreparedError(
                f"report {report.id} needs notebooks/{report.notebook}.ipynb, which is not there. "
                "Copy it from the project, or correct `notebook` in study.toml."
            )
        given = {"study_id": study.id}
        if report.for_each is None:
            jobs.append(Job(report.id, "", report.title, notebook, f"{report.id}.html", given))
            continue
        for school in chosen_schools:
            title = facts.schools[school].get("name") or school
            page = f"{report.id}/{school}.html"
            parameters = given | {"school_id": school}
            jobs.append(Job(report.id, school, title, notebook, page, parameters))
    return tuple(jobs)
