"""Pieces one below the other that a reader opens one at a time, each under its audience."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from impact_eval.disclosure import Released
from impact_eval.figures import PathFigure
from impact_eval.pages.display import Folded, Html, Pieces
from impact_eval.pages.nothing import section
from impact_eval.tables import ReportTable, capital, wave_pairs
from impact_eval.wording import text

Foldable = Html | ReportTable | PathFigure
Labelled = tuple[str, Foldable | None]


def fold(labelled: Iterable[Labelled], *, empty: str, not_printed: Collection[str] = ()) -> Pieces:
    """Return the pieces under their labels, the first one open; a single piece is not folded.

    Of pieces whose label is among `not_printed`, paper shows the label alone.
    """
    made = [(label, piece) for label, piece in labelled if piece is not None]
    if len(made) < 2:
        return section([piece for _, piece in made], empty=empty)
    return Pieces(
        tuple(
            Folded(
                label,
                repr(piece),
                piece.html,
                opened=number == 0,
                named=_named(label, piece),
                on_paper=label not in not_printed,
            )
            for number, (label, piece) in enumerate(made)
        )
    )


def _named(label: str, piece: Foldable) -> bool:
    """Whether the label says what the caption of a table says."""
    return isinstance(piece, ReportTable) and label.lower().endswith(piece.caption.lower())


def fold_audiences(
    released: Released, *makers: Callable[[Released], Foldable | None], empty: str
) -> Pieces:
    """Make each piece for each audience on its own."""
    return fold(of_audiences(released, makers), empty=empty)


def fold_pairs(
    released: Released, make: Callable[..., ReportTable | None], *, empty: str
) -> Pieces:
    """Make a table for each audience and each pair of waves that the study compares."""
    return fold(tables_of_pairs(released, make), empty=empty)


def of_audiences(
    released: Released, makers: Iterable[Callable[[Released], Foldable | None]]
) -> Iterator[Labelled]:
    """Yield each piece for each audience, with the two as its label."""
    for audience, label in released.facts.audiences.items():
        for make in makers:
            piece = make(released.where(audience=audience))
            if piece is not None:
                what = piece.name if isinstance(piece, Html) else piece.caption
                words = {"audience": capital(label), "what": what[:1].lower() + what[1:]}
                yield text("pages.fold_what", **words), piece


def tables_of_pairs(
    released: Released, make: Callable[..., ReportTable | None]
) -> Iterator[Labelled]:
    """Yield a table for each audience and each pair of waves, with the two as its label."""
    for audience, label in released.facts.audiences.items():
        mine = released.where(audience=audience)
        for before, after in wave_pairs(released):
            words = text("pages.fold", audience=capital(label), after=released.facts.waves[after])
            yield words, make(mine, wave_from=before, wave_to=after)
