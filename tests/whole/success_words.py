"""A reader of pages of its own: what they say, which verdicts they give, which words of success.

It shares nothing with the package's own check of pages, neither its lists nor its parser.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

# By language of the page. A word of success anywhere; our own denials stand in `ALLOWED`.
SUCCESS = {
    "en": (
        r"\bsuccess\w*",
        r"\bimprov\w*",
        r"\bbetter\b",
        r"\beffective\w*",
        r"\bworked\b",
        r"\bimpact",
        r"\braised?\b",
        r"\braises\b",
        r"\bboost\w*",
        r"\bbenefit\w*",
        r"\bachieve\w*",
        r"\bthanks to\b",
        r"\bled to\b",
        r"\bbeyond what may change anyway",
        r"\bby enough to matter",
        r"\bsize open\b",
        r"\blarger than (?:(?!\. ).)*(?:matters|plus what)",
        r"\bmore than what may change",
        r"\bmoved? the right way",
    )
}
ALLOWED = {
    "en": (
        r"is no better measure of the change",
        r"\bimpact-eval\b",  # the name of the command
        r"\bno(?:t a)? range of benefits",
    )
}
# What a verdict may say where there was no effect, by language.
NO_SUCCESS = {
    "en": {
        *("these data cannot tell", "about the same", "no verdict", "not shown", "not estimated"),
        *("not in the plan", "not comparable", "shown without a verdict", "–", "⋯"),
    }
}
VERDICT_HEADING = {"en": "What can be said"}
_SPOKEN = ("alt", "title", "aria-label", "aria-description", "placeholder")


class _Text(HTMLParser):
    """Collects text by paragraph or cell, verdicts of cards, and cells under the verdict's head."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.pieces: list[str] = [""]
        self.verdicts: list[str] = []
        self._hidden = 0
        self._in_verdict = False
        self._heads: dict[str, str] = {}
        self._head = ""
        self._column: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.language = own.get("lang", self.language) if tag == "html" else self.language
        self._hidden += tag in {"script", "style"}
        if tag not in {"data", "span", "b", "em", "strong", "abbr", "a", "code", "small"}:
            self.pieces.append("")
        self.pieces[-1:-1] = [own[name] for name in _SPOKEN if own.get(name)]
        self._in_verdict = self._in_verdict or own.get("class") == "verdict"
        if self._in_verdict and own.get("class") == "verdict":
            self.verdicts.append("")
        if tag == "th":
            self._head = own.get("id", "")
            self._heads[self._head] = ""
        if tag == "td":
            self._column = own.get("headers", "").rpartition(" ")[2]
            self.verdicts += [""] if self._is_verdict() else []

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"}
        if tag in {"p", "th", "td"}:
            self._in_verdict, self._head, self._column = False, "", None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.pieces[-1] += data
        if self._head:
            self._heads[self._head] += data
        if self._in_verdict or self._is_verdict():
            self.verdicts[-1] += data

    def _is_verdict(self) -> bool:
        heading = VERDICT_HEADING.get(self.language, "")
        return bool(self._column) and self._heads.get(self._column or "", "").strip() == heading


def read(html: str) -> tuple[str, list[str], list[str]]:
    """Return the language of a page, what it says piece by piece, and its verdicts."""
    reader = _Text()
    reader.feed(html)
    pieces = [" ".join(one.split()) for one in reader.pieces]
    verdicts = [" ".join(one.split()) for one in reader.verdicts]
    return reader.language, [one for one in pieces if one], verdicts


def successes(html: str, *, ignore: tuple[str, ...] = ()) -> list[str]:
    """List each word of success on a page, and each verdict that is one."""
    language, pieces, verdicts = read(html)
    found = []
    for piece in pieces:
        left = piece
        for allowed in (*ALLOWED[language], *map(re.escape, ignore)):
            left = re.sub(allowed, " ", left, flags=re.IGNORECASE)
        for word in SUCCESS[language]:
            found += [
                f"{one.group(0)!r} in {piece[:200]!r}" for one in re.finditer(word, left, re.I)
            ]
    calm = NO_SUCCESS[language]
    found += [f"verdict {one!r}" for one in verdicts if one.lower() not in calm]
    return found
