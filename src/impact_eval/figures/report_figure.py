"""A figure for readers: PNG bytes with an alt text, a caption and the numbers behind it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from impact_eval.figures.theme import WARN

COLOURS: Final = 128  # more than a figure of flat colours and smooth edges needs
DOTS_PER_INCH: Final = 192  # twice the 96 of a screen, so that print and phones are sharp


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A drawn figure that shows itself in a notebook and in a published page.

    Parameters
    ----------
    name
        Short plain name, which stands above the figure, and for it where none can be shown.
    png
        The image.
    width, height
        In CSS pixels: half the pixels of the image.
    alt
        What a reader who cannot see the figure needs to know.
    caption
        HTML of the line under the figure.
    data_html
        HTML table of the numbers that are drawn.
    marked_alt
        The alt text as HTML with its numbers marked; empty if it has none.
    """

    name: str
    png: bytes = field(repr=False)
    width: int
    height: int
    alt: str
    caption: str
    data_html: str = ""
    marked_alt: str = ""

    def __repr__(self) -> str:
        return f"Figure: {self.name}"

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": b64encode(self.png).decode("ascii"), "text/plain": repr(self)}
        shown = {
            "name": self.name[:1].upper() + self.name[1:],
            "width": self.width,
            "height": self.height,
            "alt": self.alt,
            "caption": self.caption,
            "table": self.data_html,
        }
        if self.marked_alt:
            shown["marked_alt"] = self.marked_alt
        return data, {"image/png": shown}


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure in inches that pyplot does not know of."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(hspace=0.09))
    FigureCanvasAgg(figure)
    return figure


def finish(
    figure: Figure, *, name: str, alt: str, caption: str, data_html: str = "", mark: str = ""
) -> ReportFigure:
    """Draw the mark into the figure, render it and return the object that shows itself.

    Parameters
    ----------
    figure
        Made by `new_figure`.
    name, caption, data_html
        As in `ReportFigure`.
    alt
        As in `ReportFigure`; as `Markup` if there are numbers in it, which are marked.
    mark
        Text written inside the image, such as "Simulated data"; empty for none.

    Returns
    -------
    ReportFigure
        With the same bytes for the same drawing: the image holds no date and no version.
    """
    if mark:
        figure.suptitle(mark, x=0.995, ha="right", fontsize=9, color=WARN, weight="bold")
    width, height = (round(inches * DOTS_PER_INCH / 2) for inches in figure.get_size_inches())
    marked = str(alt) if isinstance(alt, Markup) else ""
    plain = alt.striptags() if isinstance(alt, Markup) else alt
    return ReportFigure(name, _png(figure), width, height, plain, caption, data_html, marked)


def _png(figure: Figure) -> bytes:
    """Render with few colours, which is a third of the size, and with nothing but the pixels."""
    figure.set_dpi(DOTS_PER_INCH)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), pixels)
    stream = BytesIO()
    few = drawn.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
    few.save(stream, format="png", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return stream.getvalue()
