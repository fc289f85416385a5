"""Sections of schools that begin at different dates: the picture over time, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import fill

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import (
    WIDTH,
    ReportFigure,
    add_key,
    event_study,
    finish,
    new_figure,
    theme,
)
from impact_eval.pages.figure import level, mark, said
from impact_eval.tables import (
    ReportTable,
    balance_table,
    by_ids,
    capital,
    effect_table,
    group_means_table,
    since_table,
    wave_pairs,
)
from impact_eval.vocabulary import Role
from impact_eval.wording import sentence, since_of, text, time_label

_HEIGHT = 2.9


def roll_out_tables(released: Released, roles: Sequence[Role]) -> Iterator[ReportTable | None]:
    """Yield effects, those by surveys since the workshop, the groups' means, the time before.

    Parameters
    ----------
    released
        From `released_findings`.
    roles
        Only effects of these roles; by default all.
    """
    for before, after in wave_pairs(released):
        yield effect_table(released, wave_from=before, wave_to=after, roles=roles)
        yield since_table(_of_roles(released, roles), wave_from=before, wave_to=after)
    yield group_means_table(released)
    for before, after in dict(wave_pairs(released)).items():
        yield balance_table(released, wave_from=before, wave_to=after)


def event_figures(released: Released, roles: Sequence[Role]) -> Iterator[ReportFigure]:
    """Yield a figure for each audience and pair of surveys: differences before and after.

    Parameters
    ----------
    released
        From `released_findings`.
    roles
        Only effects of these roles; by default all.
    """
    shown = _of_roles(released, roles)
    for pair in wave_pairs(released):
        for audience in released.facts.audiences:
            own = shown.where(audience=audience)
            rows = own.where(quantity="effect_since", wave_from=pair[0], wave_to=pair[1])
            groups = dict.fromkeys((row.phase, row.outcome) for row in rows.findings())
            if groups:
                yield _figure(own, audience, list(groups), pair)


def _figure(
    of_audience: Released, audience: str, groups: Sequence[tuple[str, str]], pair: tuple[str, str]
) -> ReportFigure:
    facts = of_audience.facts
    rows = of_audience.where(quantity="effect_since", wave_from=pair[0], wave_to=pair[1])
    with theme():
        figure = new_figure(WIDTH, _HEIGHT * len(groups) + 0.4)
        axes = figure.subplots(len(groups), 1, squeeze=False)[:, 0]
        alt = []
        for ax, (phase, outcome) in zip(axes, groups, strict=True):
            part = rows.where(outcome=outcome, phase=phase)
            event_study(part, ax=ax)
            label = capital(facts.outcome(audience, outcome).label)
            if len(facts.phases) > 1 and phase in facts.phases:
                label = text("figures.phase_and_wave", phase=label, wave=facts.phases[phase])
            ax.set_title(fill(label, 36))
            shown = sorted(part.findings(), key=since_of)
            each = Markup("; ").join(_said(rows, one) for one in shown)
            alt.append(Markup("{}: {}").format(label, each))
        add_key(figure)
    who = facts.audiences[audience]
    table = since_table(of_audience, wave_from=pair[0], wave_to=pair[1])
    return finish(
        figure,
        name=text("figures.since_name", audience=who),
        alt=sentence("figures.since_alt", {"audience": who, "rows": Markup(". ").join(alt)}),
        caption=escape(text("figures.since_caption", audience=capital(who), level=level(rows))),
        data_html=table.body if table else "",
        mark=mark(rows),
    )


def _said(released: Released, row: Finding) -> Markup:
    """One row as an alt text says it."""
    return said(released, row, label=time_label(since_of(row)))


def _of_roles(released: Released, roles: Sequence[Role]) -> Released:
    """Keep what belongs to effects of these roles, the effects among them."""
    effects = released.where(quantity="effect", variant="").findings()
    parents = {row.finding_id for row in effects if not roles or row.role in roles}
    kept = [
        row.finding_id
        for row in released.findings()
        if row.finding_id in parents or row.parent_id in parents
    ]
    return by_ids(released, kept)
