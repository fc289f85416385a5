"""Section on the findings with the forms back in that the plan leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.findings import NOT_REPEATED
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.findings import released_findings, released_without_exclusions
from impact_eval.pages.nothing import section
from impact_eval.study import Study
from impact_eval.tables import with_commands, without_exclusions_list, without_exclusions_table
from impact_eval.wording import Compared, compare, counted, numbers, sentence, text


def without_exclusions(study: Study) -> Pieces:
    """Give every finding also with the forms in it that the plan leaves out.

    Parameters
    ----------
    study
        From `Study.open`; prepared.

    Returns
    -------
    Pieces
        How many findings are the same, and a table of the planned ones and of those that differ; or
        a sentence that says that the plan excludes nothing, or that there was nothing to exclude.
    """
    if not study.plan.exclude:
        return section([], empty="without_exclusions")
    beside = released_without_exclusions(study)
    if beside is None:
        return section([], empty="without_exclusions_no_form")
    return two_sets(released_findings(study), beside, flags=study.plan.exclude)


def exclusions_list(study: Study) -> pd.DataFrame:
    """List every finding that is shown with and without what the plan leaves out.

    Parameters
    ----------
    study
        From `Study.open`; prepared.

    Returns
    -------
    DataFrame
        Columns `tables.without_exclusions.COMPARED`, a row for each finding, numbers as on a page;
        no row where nothing was left out.
    """
    released, beside = released_findings(study), released_without_exclusions(study)
    compared = () if beside is None else compare(released, beside)
    return without_exclusions_list(released, compared)


def two_sets(released: Released, beside: Released, *, flags: Sequence[str]) -> Pieces:
    """Hold released findings against those without exclusions.

    Parameters
    ----------
    released
        From `released_findings`.
    beside
        From `released_without_exclusions`.
    flags
        What the plan leaves out.
    """
    compared = compare(released, beside)
    lines = Markup("").join(Markup("<p>{}</p>").format(one) for one in _said(compared, flags))
    name = text("without_exclusions.name")
    return section(
        [Html(name, str(lines)), without_exclusions_table(released, compared), _rest()],
        empty="without_exclusions_no_form",
    )


def _said(compared: Sequence[Compared], flags: Sequence[str]) -> Iterator[Markup]:
    """Yield what is left out, and how many findings are otherwise for it."""
    named = "; ".join(_in_a_row(text(f"tables.flags.{flag}")) for flag in flags)
    yield sentence("without_exclusions.left_out", {"flags": named})
    found = {name: numbers.counted(name, value) for name, value in counted(compared).items()}
    withheld = found.pop("withheld")
    if compared and not any(one.given for one in compared):
        yield sentence("without_exclusions.none_given", {"all": found["all"]})
        return
    yield sentence("without_exclusions.counts", found)
    if any(not one.given for one in compared):
        yield sentence("without_exclusions.withheld", {"withheld": withheld})


def _rest() -> Html:
    """Return what is given once only, and where all of it can be had."""
    reasons = [text(f"without_exclusions.not_repeated.{why}") for why in NOT_REPEATED]
    items = Markup("").join(Markup("<li>{}</li>").format(reason) for reason in reasons)
    head = text("without_exclusions.once")
    listed = Markup("<p>{}</p><ul>{}</ul>").format(head, items)
    return Html(head, f"{listed}<p>{with_commands(text('without_exclusions.next'))}</p>")


def _in_a_row(words: str) -> str:
    return words[:1].lower() + words[1:]
