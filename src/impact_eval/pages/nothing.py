"""What a section shows: its pieces, or one sentence that says why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from markupsafe import Markup

from impact_eval.disclosure import Released
from impact_eval.figures import ReportFigure
from impact_eval.pages.display import Html, Piece, Pieces
from impact_eval.tables import ReportTable, wave_pairs
from impact_eval.wording import text

Made = Piece | None
NOTHING: Final = Markup('<p class="ie-none">{}</p>')


def section(pieces: Iterable[Made], *, empty: str) -> Pieces:
    """Return the pieces that were made; if there are none, the sentence of that key."""
    made = tuple(piece for piece in pieces if piece is not None)
    return Pieces(made or (sentence(empty),))


def sentence(key: str) -> Html:
    """Return one sentence of the pages' strings as a paragraph."""
    words = text(f"pages.empty.{key}")
    return Html(words, str(NOTHING.format(words)))


def for_each_pair(
    released: Released, make: Callable[..., ReportTable | ReportFigure | None], *, empty: str
) -> Pieces:
    """Make one table or figure for each pair of waves that the study compares."""
    pairs = wave_pairs(released)
    return section(
        (make(released, wave_from=before, wave_to=after) for before, after in pairs), empty=empty
    )


def if_changed(released: Released, key: str) -> str:
    """Return the key's sentence of a plan that was changed after its lock, where it was so."""
    changed = (released.frame["plan_status"] == "changed_since_lock").any()
    return f"{key}_changed" if changed else key
