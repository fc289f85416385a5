"""The command that plans the sizes of a next phase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impact_eval.cli.app import StudyId, app
from impact_eval.errors import NotPreparedError, UnknownNameError
from impact_eval.terminal import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from impact_eval.planning import StartingPoint
    from impact_eval.study import Study

_COLUMNS = ("schools", "people_in_each", "detectable", "power_found", "schools_needed",
            "people_needed", "addition")  # fmt: skip
_LEGEND = (
    "Cautious case.",
    "  detectable     the smallest change found, in the outcome's unit",
    "  power_found    of 100 studies, how many find the smallest change that matters",
    "  *_needed       schools, or people in each, to find that as often as --power says",
    "  addition       what a programme must add, to be told from what changes anyway",
    "  nan            none is enough, or nothing is declared to hold it against",
)
_WHOLE = {"schools", "people_in_each", "power_found", "schools_needed", "people_needed"}


@app.command()
def power(  # noqa: PLR0913  (one for each thing that a plan may fix)
    study_id: StudyId,
    *,
    audience: Annotated[str, typer.Option(help="Only this audience.")] = "",
    outcome: Annotated[str, typer.Option(help="Only this outcome.")] = "",
    design: Annotated[list[str] | None, typer.Option(help="A design; may be repeated.")] = None,
    schools: Annotated[list[int] | None, typer.Option(min=2, help="Schools surveyed.")] = None,
    people: Annotated[list[int] | None, typer.Option(min=1, help="People in each.")] = None,
    smallest: Annotated[
        float | None, typer.Option(help="Smallest change, in the outcome's unit.")
    ] = None,
    power: Annotated[float, typer.Option(help="How often it is to be found, 0 to 1.")] = 0.80,
    of_schools: Annotated[
        int | None, typer.Option(help="Schools in the programme, if only these are asked about.")
    ] = None,
    begin: Annotated[
        list[float] | None,
        typer.Option(
            help="Staggered: share of the schools that begins at a date; once for each date, in"
            " order. What is left of 1 waits to the end."
        ),
    ] = None,
    lost_again: Annotated[
        float | None,
        typer.Option(min=0, max=0.99, help="Follow-up: share lost since the survey before it."),
    ] = None,
    strata_of: Annotated[
        int | None,
        typer.Option(min=2, help="Clusters in a stratum of the lot; 2 for matched pairs."),
    ] = None,
    strata_r2: Annotated[
        float,
        typer.Option(min=0, max=0.99, help="Share of the variance between them that strata hold."),
    ] = 0.0,
    before_data: Annotated[
        bool, typer.Option("--before-data", help="From published values alone.")
    ] = False,
    csv: Annotated[Path | None, typer.Option(help="Write every row to this file as well.")] = None,
) -> None:
    """Plan the next phase: the smallest change found, and how many schools and people it takes.

    What it starts from is this study's released findings, or with --before-data what others found;
    the cautious case takes the unfavourable ends of the intervals. Without --csv, nothing is
    written.
    """
    import pandas as pd

    from impact_eval.planning import designs_of
    from impact_eval.planning.plan_rows import plan_rows
    from impact_eval.study import Study

    study = Study.open(study_id)
    if not 0.05 < power < 1:
        raise typer.BadParameter("--power must be between 0.05 and 1")
    if begin and (min(begin) <= 0 or sum(begin) > 1):
        raise typer.BadParameter("each --begin must be above 0, and together at most 1")
    points = _points(study, before_data=before_data)
    points = _chosen(points, audience=audience, outcome=outcome)
    if strata_r2 and strata_of is None:
        raise typer.BadParameter("--strata-r2 needs --strata-of")
    points = _changed(
        points, smallest=smallest, of_schools=of_schools, begin=begin, lost_again=lost_again
    )
    if strata_of is not None:
        points = _in_strata(points, strata_of, strata_r2)
    designs = _designs(design, designs_of(study.facts().design))
    rows = plan_rows(
        points, designs=designs, schools=schools or (), people=people or (), power=power
    )
    table = pd.DataFrame(list(rows))
    for line in _lines(table, points, before_data=before_data):
        typer.echo(line)
    if of_schools is not None:
        typer.echo(
            f"How well the mean of these {of_schools:,} schools alone will be known. The reports'"
            " tests by school answer for schools like these, and are no more powerful for it."
        )
    if csv is not None:
        table.to_csv(csv, index=False)
        typer.echo(f"Wrote {shown(csv.resolve())}: {len(table):,} rows.")


def _points(study: Study, *, before_data: bool) -> tuple[StartingPoint, ...]:
    from impact_eval.pages import released_findings
    from impact_eval.planning import published_points, starting_points

    if before_data:
        return published_points(study.facts())
    try:
        points = starting_points(released_findings(study))
    except NotPreparedError as error:
        raise NotPreparedError(f"{error}; before there are data: --before-data") from error
    if not points:
        raise NotPreparedError(
            f"{study.id} has no released standard deviations to plan with. Use --before-data"
        )
    return points


def _chosen(
    points: Sequence[StartingPoint], *, audience: str, outcome: str
) -> tuple[StartingPoint, ...]:
    kept = tuple(
        point
        for point in points
        if audience in ("", point.outcome.audience) and outcome in ("", point.outcome.outcome)
    )
    if not kept:
        known = ", ".join(f"{p.outcome.audience} {p.outcome.outcome}" for p in points)
        raise UnknownNameError(f"no such audience and outcome; there are: {known}")
    return kept


def _changed(
    points: Sequence[StartingPoint],
    *,
    smallest: float | None,
    of_schools: int | None,
    begin: list[float] | None,
    lost_again: float | None,
) -> tuple[StartingPoint, ...]:
    """Put what was asked for in the place of what is declared or was found."""
    from dataclasses import replace

    changed = []
    for point in points:
        outcome, sample = point.outcome, point.sample
        if smallest is not None:
            outcome = replace(outcome, smallest_effect=smallest)
        if of_schools is not None:
            fewer = min(sample.schools, of_schools)
            sample = replace(sample, schools=fewer, programme_schools=of_schools)
        if begin:
            sample = replace(sample, groups=tuple(begin))
        if lost_again is not None:
            sample = replace(sample, lost_again=lost_again)
        changed.append(replace(point, outcome=outcome, sample=sample))
    return tuple(changed)


def _in_strata(
    points: Sequence[StartingPoint], strata_of: int, strata_r2: float
) -> tuple[StartingPoint, ...]:
    from dataclasses import replace

    return tuple(
        replace(point, sample=replace(point.sample, strata_of=strata_of, strata_r2=strata_r2))
        for point in points
    )


def _designs(asked: list[str] | None, usual: Sequence[str]) -> list[Any]:
    from impact_eval.planning import KNOWN_DESIGNS

    unknown = [name for name in asked or () if name not in KNOWN_DESIGNS]
    if unknown:
        listed = ", ".join(KNOWN_DESIGNS)
        raise UnknownNameError(f"`--design` must be one of {listed}; found {unknown[0]}")
    return list(asked or usual[:1])


def _lines(table: pd.DataFrame, points: Sequence[StartingPoint], *, before_data: bool) -> list[str]:
    """Write the cautious case as text, a block for each outcome and design."""
    lines = []
    for point in points:
        outcome = point.outcome
        of = table[(table["audience"] == outcome.audience) & (table["outcome"] == outcome.outcome)]
        for design, block in of[of["case"] == "cautious"].groupby("design", sort=False):
            lines.append(f"{outcome.audience}, {outcome.outcome} ({outcome.unit}), {design}")
            lines.append("  " + " ".join(f"{name:>14}" for name in _COLUMNS))
            lines += [f"  {_cells(row)}" for _, row in block.iterrows()]
        lines.append(f"  from {_origin(point, before_data=before_data)}")
    return [*lines, *_LEGEND]


def _cells(row: pd.Series[Any]) -> str:
    return " ".join(
        f"{row[name]:>14.0f}" if name in _WHOLE else f"{row[name]:>14.3f}" for name in _COLUMNS
    )


def _origin(point: StartingPoint, *, before_data: bool) -> str:
    from impact_eval.planning import PUBLISHED

    known = PUBLISHED[point.outcome.kind]
    if before_data:
        return "; ".join(f"{name}: {known[name].source}" for name in point.borrowed)
    taken = f"this study's released findings, {point.sample.people:g} people in each school so far"
    borrowed = "; ".join(f"{name}: {known[name].source}" for name in point.borrowed)
    return f"{taken}; published: {borrowed}" if borrowed else taken
