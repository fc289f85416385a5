"""Pieces of a page that are neither a table nor a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from IPython.display import display

from impact_eval.figures import PathFigure, ReportFigure
from impact_eval.tables import ReportTable
from impact_eval.wording import text


@dataclass(frozen=True, slots=True)
class Html:
    """HTML made by `impact_eval.wording`, with a short name for where only text is shown."""

    name: str
    html: str

    def __repr__(self) -> str:
        return f"Text: {self.name}"

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}


@dataclass(frozen=True, slots=True)
class Folded:
    """A piece under a line that opens it; on paper it is open.

    `named`: the line says what the piece's own caption says, which then need not be seen.
    `on_paper`: if not, only its line is printed.
    """

    label: str
    name: str
    inner: str
    opened: bool = False
    named: bool = False
    on_paper: bool = True

    def __repr__(self) -> str:
        return f"{self.label}: {self.name}"

    @property
    def html(self) -> str:
        """The line and, under it, the HTML of the piece."""
        opened = " open" if self.opened else ""
        more = "" if self.on_paper else _not_printed()
        summary = f"<summary>{escape(self.label)}{more}</summary>"
        classes = "ie-fold ie-named" if self.named else "ie-fold"
        classes += "" if self.on_paper else " ie-screen"
        return f'<details class="{classes}"{opened}>{summary}{self.inner}</details>'

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}


def _not_printed() -> str:
    return f'<span class="only-paper" hidden> {escape(text("pages.not_printed"))}</span>'


Piece = Html | Folded | ReportTable | ReportFigure | PathFigure


@dataclass(frozen=True, slots=True)
class Pieces:
    """Several pieces of a page, shown one after another."""

    pieces: tuple[Piece, ...]

    def __repr__(self) -> str:
        return "; ".join(map(repr, self.pieces))

    def _ipython_display_(self) -> None:
        """Show each piece; JupyterLab shows an image without its caption, so that follows."""
        for piece in self.pieces:
            display(piece)  # type: ignore[no-untyped-call]
            if isinstance(piece, ReportFigure):
                said = Html(piece.name, f'<p class="only-notebook">{piece.caption}</p>')
                display(said)  # type: ignore[no-untyped-call]
