"""Section about what people said afterwards of the time before."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.pages.display import Html, Pieces
from impact_eval.pages.folding import fold
from impact_eval.tables import capital, looking_back_table, not_compared, together
from impact_eval.wording import text


def looking_back(released: Released) -> Pieces:
    """Return tables of what people said looking back, beside what they had said at the time.

    Parameters
    ----------
    released
        From `released_findings`.

    Returns
    -------
    Pieces
        A table for each audience and pair of surveys; the reason where there was no earlier survey
        to set it against; or a sentence that says that nobody was asked.
    """
    shown = together(released)
    refused = [Html(words, str(Markup("<p>{}</p>").format(words))) for words in not_compared(shown)]
    rows = shown.where(quantity="response_shift").findings()
    labelled = []
    for audience, before, after in dict.fromkeys(
        (row.audience, row.wave_from, row.wave_to) for row in rows
    ):
        make = partial(looking_back_table, wave_from=before, wave_to=after)
        facts = shown.facts
        label = text(
            "pages.fold",
            audience=capital(facts.audiences[audience]),
            after=facts.waves[after],
        )
        labelled.append((label, make(shown.where(audience=audience))))
    if refused and not any(table for _, table in labelled):
        return Pieces(tuple(refused))
    tables = fold(labelled, empty="looking_back")
    return Pieces((*refused, *tables.pieces))
