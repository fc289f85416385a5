"""A drawn way through a study: boxes from top to bottom, of text that a phone can wrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

STYLE = """<style>
.ie-path{margin:1em 0 1.5em;max-width:34em}
.ie-path ol{list-style:none;margin:0;padding:0}
.ie-path li{margin:0;padding:0}
.ie-path li+li::before{content:"\\2193";display:block;text-align:center;line-height:1.5}
.ie-path-step{border:1px solid #5b6675;border-radius:4px;padding:.4em .7em}
.ie-path-step strong{display:block;font-weight:600}
.ie-path-step span{display:inline-block;margin-inline-end:1.5em}
</style>"""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its plain label, and the HTML of what was counted in it."""

    label: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathFigure:
    """Boxes one below the other that show themselves in a notebook and in a published page.

    Parameters
    ----------
    name
        Short plain name.
    caption
        Plain text of the line under the boxes.
    boxes
        From the first step to the last.
    mark
        Plain text such as "Simulated data"; empty for none.

    Examples
    --------
    >>> figure = PathFigure("the way", "From top to bottom.", (Box("Asked", ("People: 12",)),))
    >>> figure.body.count("<li")
    1
    """

    name: str
    caption: str
    boxes: tuple[Box, ...]
    mark: str = ""

    def __repr__(self) -> str:
        return f"Figure: {self.name}"

    @property
    def body(self) -> str:
        """The HTML without its style, as a published page wants it."""
        steps = "".join(f"<li>{_step(box)}</li>" for box in self.boxes)
        mark = f' <span class="ie-mark">{escape(self.mark)}</span>' if self.mark else ""
        label = "p" + sha256(f"{self.name}{steps}".encode()).hexdigest()[:10]
        return (
            f'<figure class="ie-path" aria-labelledby="{label}"><ol>{steps}</ol>'
            f'<figcaption id="{label}">{escape(self.caption)}{mark}</figcaption></figure>'
        )

    @property
    def html(self) -> str:
        """The HTML with its style."""
        return STYLE + self.body

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}


def _step(box: Box) -> str:
    counts = "".join(f"<span>{count}</span>" for count in box.counts)
    return f'<div class="ie-path-step"><strong>{escape(box.label)}</strong>{counts}</div>'
