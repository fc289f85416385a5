"""Commands that make something of the survey files: findings and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from impact_eval.cli.app import StudyId, app
from impact_eval.errors import Fault, SurveyFileError
from impact_eval.terminal import ProgressBar, counted, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_eval.study import Study


@app.command()
def prepare(
    study_id: StudyId,
    again: Annotated[bool, typer.Option("--again", help="Read all files, changed or not.")] = False,
) -> None:
    """Read, link and score the survey files, and compute the findings."""
    with ProgressBar() as progress:
        progress.show("opening the study", 0, 0)
        from impact_eval.runs.alone import alone
        from impact_eval.runs.ready import make_ready
        from impact_eval.study import Study
        from impact_eval.surveys.cleaned_parts import cleaning_accounts
        from impact_eval.surveys.design_in_data import design_remarks
        from impact_eval.surveys.mistyped_withdrawals import tell_unmatched
        from impact_eval.surveys.quality.impossible import tell_impossible
        from impact_eval.surveys.withdrawn_elsewhere import tell_possibly_withdrawn

        study = Study.open(study_id)
        with alone(study.reports_folder):
            tables = make_ready(study, again=again, progress=progress.show)
    by_fate = tables.counts.groupby("fate", sort=False)["rows"].sum()
    fates = ", ".join(f"{rows:,} {str(fate).replace('_', ' ')}" for fate, rows in by_fate.items())
    typer.echo(f"Rows: {fates or 'none'}. Next: impact-eval run {study.id}")
    typer.echo(_files(study))
    for account in cleaning_accounts(study):
        typer.echo(f"Cleaning log: {account}")
    for line in design_remarks(study, tables):
        typer.echo(f"Design: {line}")
    for line in (*tell_unmatched(study), *tell_possibly_withdrawn(study)):
        typer.echo(f"Withdrawal: {line}")
    for line in tell_impossible(study):
        typer.echo(f"Impossible: {line}")
    if len(tables.quarantine):
        typer.echo(f"What was not used, and why: impact-eval quarantine {study.id}")
    _tell_refused_files(tables.faults)


def _tell_refused_files(faults: Sequence[Fault]) -> None:
    """Name the files that could not be used at all, and end with exit code 1 if there are any."""
    if faults:
        typer.echo(f"Not used:\n{SurveyFileError(faults)}", err=True)
        raise typer.Exit(1)


@app.command()
def run(
    study_id: StudyId,
    report: Annotated[list[str] | None, typer.Option(help="Only this report.")] = None,
    school: Annotated[list[str] | None, typer.Option(help="Only this school's page.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks at the same time.")] = None,
) -> None:
    """Make the reports of a study and publish them as web pages."""
    with ProgressBar() as progress:
        progress.show("opening the study", 0, 0)
        from impact_eval.runs import run_study
        from impact_eval.study import Study

        study = Study.open(study_id)
        result = run_study(
            study, reports=report, schools=school, workers=workers, progress=progress.show
        )
    made = len(result.pages) - len(result.failed)
    for page in result.failed:
        typer.echo(f"Not made: {page.page}: {page.failure}", err=True)
    typer.echo(f"{counted(made, 'page')} in {result.seconds:.0f} s. Open {shown(result.index)}")
    if result.failed:
        folder = shown(study.processed_folder / "failures")
        typer.echo(f"{len(result.failed)} could not be made; details in {folder}", err=True)
    _tell_refused_files(result.faults)
    if result.failed:
        raise typer.Exit(1)


@app.command()
def status(study_id: StudyId) -> None:
    """Say what is prepared, what has changed since, and what the last run made."""
    from impact_eval.runs.manifest import is_of, read_manifest
    from impact_eval.study import Study
    from impact_eval.surveys import is_stale
    from impact_eval.surveys.staleness import count_files

    study = Study.open(study_id)
    raw = sorted(path for path in study.raw_folder.glob("*") if path.is_file())
    typer.echo(f"survey files   {len(raw)} in {shown(study.raw_folder)}")
    typer.echo(f"prepared       {_prepared(study, stale=is_stale(study))}")
    if any(count_files(study)):
        typer.echo(f"               {_files(study)}")
    typer.echo(f"plan           {_plan(study)}")
    manifest = read_manifest(study.reports_folder / "latest")
    if manifest is None:
        typer.echo("last run       none")
        return
    pages = manifest["pages"]
    failed = sum(page["status"] == "failed" for page in pages)
    made = f"{counted(len(pages) - failed, 'page')} made" + (f", {failed} failed" if failed else "")
    typer.echo(f"last run       {manifest['provenance']['made_at']}: {made}")
    if (study.reports_folder / "latest" / "STALE.txt").is_file():
        typer.echo(f"               out of date, people have withdrawn: impact-eval run {study.id}")
    elif not is_of(manifest, study):
        typer.echo(
            f"               of other files than are prepared now: impact-eval run {study.id}"
        )
    typer.echo(f"open           {shown(study.reports_folder / 'latest' / 'index.html')}")


def _files(study: Study) -> str:
    from impact_eval.surveys.staleness import count_files

    read, unchanged = count_files(study)
    return f"Survey files when it was last prepared: {read} read, {unchanged} unchanged."


def _plan(study: Study) -> str:
    if not study.plan_locks:
        return f"not locked; see: impact-eval plan status {study.id}"
    newest = study.plan_locks[-1]
    changed = newest.content != study.plan_content
    how = f"changed since: impact-eval plan diff {study.id}" if changed else "unchanged"
    return f"locked on {newest.day}, {how}"


def _prepared(study: Study, *, stale: bool) -> str:
    if not (study.processed_folder / "prepared.json").is_file():
        return f"no; do it with: impact-eval prepare {study.id}"
    return f"yes, but something has changed: impact-eval prepare {study.id}" if stale else "yes"


@app.command()
def explain(
    study_id: StudyId,
    finding_id: Annotated[str, typer.Argument(help="As a page's data-finding has it.")],
) -> None:
    """Show how one released number came about, and compute it again."""
    from impact_eval.pages import explain as explain_finding
    from impact_eval.study import Study

    typer.echo(str(explain_finding(Study.open(study_id), finding_id)))
