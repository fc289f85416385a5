"""Sections that say why they show nothing: no introduction to what is not there, nothing twice."""

from __future__ import annotations

import re
from typing import Final

_NONE: Final = r'<p class="ie-none">(?P<said>[^<]*)</p>'
_INTRODUCED: Final = re.compile(rf"<p>(?:(?!</?p[ >]|</?h2).)*</p>\s*(?={_NONE})", re.DOTALL)
_TWICE: Final = re.compile(rf"{_NONE}(?P<between>\s*)<p class=\"ie-none\">(?P=said)</p>")


def without_empty(main: str) -> str:
    """Take the introductions of empty sections off a page, and what a section says twice.

    Parameters
    ----------
    main
        HTML of a page's main part, in which the sentence that stands where there is nothing to show
        is a paragraph of the class `ie-none`.

    Returns
    -------
    str
        The same without the paragraph just above such a sentence, and without its repetition.

    Examples
    --------
    >>> page = '<h2>By school</h2><p>In the order of names.</p><p class="ie-none">None.</p>'
    >>> without_empty(page)
    '<h2>By school</h2><p class="ie-none">None.</p>'
    """
    return _TWICE.sub(r'<p class="ie-none">\g<said></p>', _INTRODUCED.sub("", main))
