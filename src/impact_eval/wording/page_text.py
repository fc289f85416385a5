"""A page as the lint reads it: its visible text, its prose and its marked numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

PROSE = frozenset({"p", "li", "figcaption", "caption", "dd", "dt", "summary"}) | {
    f"h{level}" for level in range(1, 7)
}
BLOCKS = PROSE | {"td", "th", "div", "section", "tr", "table", "title", "main", "footer", "header"}
UNSEEN = frozenset({"script", "style"})
VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col", "source"})
SPOKEN = ("alt", "title", "aria-label", "content")


@dataclass(frozen=True, slots=True)
class Mark:
    """A `<data>` element: its attributes and the text in it."""

    attributes: dict[str, str]
    shown: str


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says.

    `lines` are all visible pieces of text and the texts of attributes that are read aloud; `prose`
    the paragraphs, list items, headings and captions, with every marked number taken out; `marks`
    the marked numbers.
    """

    lines: tuple[str, ...]
    prose: tuple[str, ...]
    marks: tuple[Mark, ...]


def read_page(html: str) -> PageText:
    """Take a page apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_line()
    prose = tuple(line for line in (_tidy(one) for one in reader.prose) if line)
    lines = tuple(line for line in (_tidy(one) for one in reader.lines) if line)
    return PageText(lines, prose, tuple(reader.marks))


class _Reader(HTMLParser):
    """Collects text by block; svg and images speak through their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.lines: list[str] = []
        self.prose: list[str] = []
        self.marks: list[Mark] = []
        self._line = ""
        self._prose = ""
        self._mark: dict[str, str] | None = None
        self._shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.lines += [attributes[name] for name in SPOKEN if name in attributes and tag != "data"]
        if tag in BLOCKS:
            self.end_line()
        if tag == "data":
            self._mark, self._shown = attributes, ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.end_line()
        if tag == "data" and self._mark is not None:
            self.marks.append(Mark(self._mark, self._shown.strip()))
            self._mark = None
        while tag in self.open:
            if self.open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if any(tag in UNSEEN for tag in self.open):
            return
        self._line += data
        if self._mark is not None:
            self._shown += data
        elif self._in_prose():
            self._prose += data

    def end_line(self) -> None:
        """Close the text of a block."""
        self.lines.append(self._line)
        self.prose.append(self._prose)
        self._line = self._prose = ""

    def _in_prose(self) -> bool:
        """Whether the nearest block around the text is prose and no table is around that."""
        if "table" in self.open and "caption" not in self.open:
            return False
        return any(tag in PROSE for tag in self.open)


def _tidy(text: str) -> str:
    return " ".join(text.split())
