"""How every figure looks: one context manager, and the colours with their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl

WIDTH: Final = 5.2  # inches: at 96 dots an inch a phone shows it with text of readable size

INK: Final = "#1f2933"
QUIET: Final = "#5b6675"
LINE: Final = "#d5dae0"
ACCENT: Final = "#0b5c8a"
SECOND: Final = "#b3541e"  # told from ACCENT by lightness as well as by hue
BAND: Final = "#e4e8ec"  # what may change without any programme
WARN: Final = "#8a4b00"

_STYLE: Final[dict[Any, Any]] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 11,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 10.5,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": LINE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.6,
}


@contextmanager
def theme() -> Iterator[None]:
    """Draw in the project's style inside a `with`, and leave matplotlib as it was.

    Examples
    --------
    >>> with theme():
    ...     mpl.rcParams["font.size"]
    11.0
    """
    with mpl.rc_context(_STYLE):
        yield
