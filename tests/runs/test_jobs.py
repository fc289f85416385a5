"""Which pages a run makes, and what it says to names that do not exist."""

import pytest

from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.runs.jobs import plan_jobs
from impact_eval.runs.page import index_href
from impact_eval.study import Study


def test_a_page_for_each_report_and_school(study: Study) -> None:
    jobs = plan_jobs(study, study.facts())
    schools = list(study.facts().schools)
    whole = [f"{report.id}.html" for report in study.reports if report.for_each is None]
    assert {"findings.html", "programme.html"} <= set(whole)
    assert [job.page for job in jobs] == whole + [f"school/{school}.html" for school in schools]
    assert jobs[-1].parameters == {"study_id": "small", "school_id": schools[-1]}
    assert jobs[-1].title == study.facts().schools[schools[-1]]["name"]


def test_the_way_back_to_the_index(study: Study) -> None:
    jobs = plan_jobs(study, study.facts())
    assert {index_href(job) for job in jobs if not job.unit_id} == {"index.html"}
    assert {index_href(job) for job in jobs if job.unit_id} == {"../index.html"}


def test_some_reports_and_some_schools(study: Study) -> None:
    school = list(study.facts().schools)[1]
    jobs = plan_jobs(study, study.facts(), reports=["school"], schools=[school])
    assert [(job.report_id, job.unit_id) for job in jobs] == [("school", school)]


@pytest.mark.parametrize(
    ("option", "hint"), [("reports", "did you mean findings"), ("schools", "Valid: ")]
)
def test_a_misspelt_name_lists_the_valid_ones(study: Study, option: str, hint: str) -> None:
    with pytest.raises(UnknownNameError, match=hint):
        plan_jobs(study, study.facts(), **{option: ["finding"]})


def test_a_missing_notebook_is_named(study: Study) -> None:
    (study.root / "notebooks" / "programme.ipynb").unlink()
    with pytest.raises(
        NotPreparedError, match=r"report programme needs notebooks/programme\.ipynb"
    ):
        plan_jobs(study, study.facts())
