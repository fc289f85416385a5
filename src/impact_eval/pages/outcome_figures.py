"""Figures of the whole programme's outcomes: their changes, and their means in each wave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import isfinite
from textwrap import fill

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.figures import (
    ROW,
    WIDTH,
    ReportFigure,
    add_key,
    change_intervals,
    finish,
    new_figure,
    phase_means,
    theme,
    wave_means,
)
from impact_eval.pages.display import Pieces
from impact_eval.pages.figure import level, mark, row_label, said
from impact_eval.pages.nothing import if_changed, section
from impact_eval.pages.roll_outs import event_figures
from impact_eval.tables import (
    MOST_SIDE_BY_SIDE,
    by_group,
    by_ids,
    capital,
    changes_list,
    means_list,
    outcome_changes,
    together,
    wave_pairs,
)
from impact_eval.vocabulary import Role
from impact_eval.wording import main_changes, sentence, text

_OPENING: tuple[Role, ...] = ("primary", "secondary")


def change_figures(released: Released, *, roles: Sequence[Role] = ()) -> Pieces:
    """One figure for each audience: every outcome's changes over what may be no consequence.

    Parameters
    ----------
    released
        From `released_findings`.
    roles
        Only changes of these roles in the plan; where it has none, those that a page opens with.
        By default all.

    Returns
    -------
    Pieces
        Figures, or a sentence that says why there are none.
    """
    released = together(released)
    pairs = wave_pairs(released)
    rows = [row for pair in pairs for row in _main(released, pair, roles)]
    if roles and not rows:
        roles = _opening_roles(released)
        rows = [row for pair in pairs for row in _main(released, pair, roles) if roles]
    figures = (
        _audience_changes(released, audience, [row for row in rows if row.audience == audience])
        for audience in released.facts.audiences
    )
    over_time = event_figures(released, roles) if released.facts.cohorts else ()
    return section((*over_time, *figures), empty=_why_no_figure(released, rows))


def mean_figures(released: Released) -> Pieces:
    """One figure for each audience, or outcome of many phases: the means in each wave.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        Figures, or a sentence that says that there are no means.
    """
    figures = (
        figure
        for audience in released.facts.audiences
        for figure in _audience_means(released, audience)
    )
    return section(figures, empty="means")


def _opening_roles(released: Released) -> tuple[Role, ...]:
    """Return the role of the changes that a page opens with; empty if nothing was planned."""
    found = {row.role for row in main_changes(released)}
    return tuple(role for role in _OPENING if role in found)


def _why_no_figure(released: Released, rows: Sequence[Finding]) -> str:
    if not wave_pairs(released):
        return "changes"
    return "refused" if rows else if_changed(released, "planned")


def _main(released: Released, pair: tuple[str, str], roles: Sequence[Role]) -> tuple[Finding, ...]:
    return outcome_changes(released, wave_from=pair[0], wave_to=pair[1], roles=roles).findings()


def _audience_changes(
    released: Released, audience: str, rows: Sequence[Finding]
) -> ReportFigure | None:
    facts = released.facts
    outcomes = {
        outcome: by_group(released, [row for row in rows if row.outcome == outcome])
        for of, outcome in facts.outcomes
        if of == audience
    }
    outcomes = {name: found for name, found in outcomes.items() if any(row.known for row in found)}
    if not outcomes:
        return None
    heights = [0.95 + ROW * len(found) for found in outcomes.values()]
    with theme():
        figure = new_figure(WIDTH, sum(heights) + 0.6)
        axes = figure.subplots(len(outcomes), 1, height_ratios=heights, squeeze=False)[:, 0]
        for ax, (outcome, found) in zip(axes, outcomes.items(), strict=True):
            part = by_ids(released, [row.finding_id for row in found])
            change_intervals(part, [row_label(released, row) for row in found], ax=ax)
            ax.set_title(fill(capital(facts.outcome(audience, outcome).label), 36))
        add_key(figure)
    audience_label = facts.audiences[audience]
    what = "effects" if facts.arms else "changes"
    every = [row for found in outcomes.values() for row in found]
    alt = [
        Markup("{}: {}").format(
            capital(facts.outcome(audience, outcome).label),
            Markup("; ").join(said(released, row) for row in found),
        )
        for outcome, found in outcomes.items()
    ]
    table = changes_list(by_ids(released, [row.finding_id for row in every]))
    return finish(
        figure,
        name=text(f"figures.{what}_name", audience=audience_label),
        alt=sentence(
            f"figures.{what}_alt", {"audience": audience_label, "rows": Markup(". ").join(alt)}
        ),
        caption=escape(_caption(released, audience, list(outcomes), every)),
        data_html=table.body if table else "",
        mark=mark(released),
    )


def _caption(
    released: Released, audience: str, outcomes: Sequence[str], rows: Sequence[Finding]
) -> str:
    """Say what is drawn, and of the two aids only those that are."""
    facts = released.facts
    known = [facts.outcome(audience, outcome) for outcome in outcomes]
    who = facts.audiences[audience]
    key, who = ("effects", capital(who)) if facts.arms else ("changes", who)
    words = [text(f"figures.{key}_caption", audience=who, level=level(released))]
    if any(row.widened for row in rows):
        words.append(text("figures.family_caption"))
    if not facts.arms and any(one.secular is not None for one in known):
        words.append(text("figures.secular_caption"))
    if any(one.smallest_effect is not None for one in known):
        words.append(text("figures.smallest_caption"))
    return " ".join(words)


def _means_caption(audience: str, rows: Released, *, many: bool) -> str:
    """Say what is drawn, and that some means stand without an interval where they do."""
    key = "figures.phase_means_caption" if many else "figures.means_caption"
    words = [text(key, audience=audience, level=level(rows))]
    if any(row.known and not isfinite(row.conf_low) for row in rows.findings()):
        words.append(text("figures.no_interval_caption"))
    return " ".join(words)


def _audience_means(released: Released, audience: str) -> Iterator[ReportFigure]:
    """Yield one figure of all outcomes, or one for each where many phases make it long."""
    facts = released.facts
    rows = released.where(quantity="mean", audience=audience, level="programme", subgroup="")
    shown = rows.frame["phase"].isin(list(facts.phases)) & rows.frame["estimate"].notna()
    rows = Released(rows.frame.loc[shown | (len(facts.phases) < 2)], facts)
    outcomes = [
        outcome
        for of, outcome in facts.outcomes
        if of == audience
        and len(rows.where(outcome=outcome))
        and not facts.outcome(audience, outcome).ranges
    ]
    many = rows.frame["phase"].nunique() > MOST_SIDE_BY_SIDE
    for together_shown in [[outcome] for outcome in outcomes] if many else [outcomes]:
        if together_shown:
            yield _means(rows, audience, together_shown, many=many)


def _means(rows: Released, audience: str, outcomes: Sequence[str], *, many: bool) -> ReportFigure:
    facts = rows.facts
    height = 1.0 + 0.32 * rows.frame["phase"].nunique() if many else 2.55
    with theme():
        figure = new_figure(WIDTH, height * len(outcomes))
        axes = figure.subplots(len(outcomes), 1, squeeze=False)[:, 0]
        for ax, outcome in zip(axes, outcomes, strict=True):
            draw = phase_means if many else wave_means
            draw(rows.where(outcome=outcome), ax=ax)
            ax.set_title(fill(capital(facts.outcome(audience, outcome).label), 36))
        if many:
            add_key(figure)
    rows = by_ids(rows, [row.finding_id for row in rows.findings() if row.outcome in outcomes])
    label = facts.audiences[audience]
    labels = ", ".join(facts.outcome(audience, outcome).label for outcome in outcomes)
    table = means_list(rows)
    key = "figures.phase_means_alt" if many else "figures.means_alt"
    return finish(
        figure,
        name=text("figures.means_name", audience=label),
        alt=text(key, audience=label, outcomes=labels),
        caption=escape(_means_caption(label, rows, many=many)),
        data_html=table.body if table else "",
        mark=mark(rows),
    )
