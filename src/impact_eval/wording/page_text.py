"""A page as the lint reads it: its visible text, its blocks and its marked numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_HTML_BLOCKS: Final = (
    "p li figcaption caption dd dt dl summary td th tr thead tbody table div section title main"
    " footer header blockquote article aside details ul ol nav figure pre address text tspan svg"
    " label option legend fieldset body head html h1 h2 h3 h4 h5 h6"
)
BLOCKS: Final = frozenset(_HTML_BLOCKS.split())
UNSEEN: Final = frozenset({"script", "style"})
VOID: Final = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col", "source"})
SPOKEN: Final = (
    *("alt", "title", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"),
    *("placeholder", "summary", "label"),
)
MARK: Final = "\ue000"
BREAK: Final = "\ue001"
MARKED_ALT: Final = "data-alt"
_TABLE: Final = frozenset({"table", "tr", "td", "th"})
_BREAKS: Final = frozenset({"br", "small", "span"})
_OURS: Final = re.compile(f"[{MARK}{BREAK}]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A `<data>` element: its attributes and the text in it."""

    attributes: dict[str, str]
    shown: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that a reader takes as one: a paragraph, a cell, an alternative text.

    In `text` stand `MARK` for each marked number, `marks` in their order, and `BREAK` where
    something begins a line of its own or ends one.
    """

    text: str
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class Cell:
    """A cell of a table while its page is read: its tag, its attributes, what stands in it."""

    tag: str
    attributes: Mapping[str, str]
    blocks: list[Block] = field(default_factory=list)

    def span(self, name: str) -> int:
        """How many columns or rows it takes."""
        found = self.attributes.get(name, "")
        return max(1, int(found)) if found.isdigit() else 1

    @property
    def text(self) -> str:
        """All that stands in it."""
        return " ".join(block.text for block in self.blocks)


@dataclass(slots=True)
class Line:
    """A row of a table: its cells, and whether it stands in the head."""

    in_head: bool
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says.

    `lines` are all visible pieces of text and the texts of attributes that are read aloud; `blocks`
    are the same with every marked number taken out; `marks` the marked numbers; `tables` the rows
    of each table, a table within another being one of its own.
    """

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    tables: tuple[tuple[Line, ...], ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marked numbers of all blocks, in order."""
        return tuple(mark for block in self.blocks for mark in block.marks)


def read_page(html: str) -> PageText:
    """Take a page apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    tables = tuple(tuple(lines) for lines in reader.tables)
    return PageText(tuple(filter(None, reader.lines)), tuple(reader.blocks), tables)


def legible(text: str) -> str:
    """Return the text of a block as a message shows it, an ellipsis for each marked number."""
    return _tidy(text.replace(MARK, "\N{HORIZONTAL ELLIPSIS}").replace(BREAK, " "))


class _Reader(HTMLParser):
    """Collects text by block; images speak through their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.unseen = 0
        self.lines: list[str] = []
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._text: list[str] = []
        self._marks: list[Mark] = []
        self._mark: dict[str, str] | None = None
        self._shown = ""
        self.tables: list[list[Line]] = []
        self._within: list[list[Line]] = []
        self._cells: list[tuple[int, Cell]] = []  # with how many tables they stand in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.end_block()
        elif tag in _BREAKS:
            self._text.append(BREAK)
        if attrs:
            self._attributes(tag, {name: value or "" for name, value in attrs})
        if tag in _TABLE:
            self._open_table(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)
            self.unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.end_block()
        elif tag in _BREAKS:
            self._text.append(BREAK)
        elif tag == "data":
            self._end_mark()
        if tag in _TABLE:
            self._end_cell()
            if tag == "table" and self._within:
                self._within.pop()
        while tag in self.open:
            last = self.open.pop()
            self.unseen -= last in UNSEEN
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        data = _OURS.sub(" ", data)
        self._line.append(data)
        if self._mark is None:
            self._text.append(data)
        else:
            self._shown += data

    def updatepos(self, i: int, j: int) -> int:
        """Do not count lines: nobody asks where a tag stands."""
        return j

    def end_block(self) -> None:
        """Close the text of a block."""
        self._end_mark()
        self.lines.append(_tidy("".join(self._line)))
        text = _tidy("".join(self._text))
        if text.strip(BREAK + " "):
            self.blocks.append(Block(text, tuple(self._marks)))
            if self._cells:
                self._cells[-1][1].blocks.append(self.blocks[-1])
        self._line, self._text, self._marks = [], [], []

    def _open_table(self, tag: str, found: dict[str, str | None]) -> None:
        """Begin a table, a row or a cell; what HTML lets authors leave open ends the last one."""
        if tag != "table":
            self._end_cell()
        if tag == "table":
            self._within.append([])
            self.tables.append(self._within[-1])
        elif self._within and tag == "tr":
            self._within[-1].append(Line("thead" in self.open))
        elif self._within and self._within[-1]:
            cell = Cell(tag, {name: value or "" for name, value in found.items()})
            self._within[-1][-1].cells.append(cell)
            self._cells.append((len(self._within), cell))

    def _end_cell(self) -> None:
        """End the open cell of the innermost table, and what is open in it."""
        while self._cells and self._cells[-1][0] >= len(self._within):
            self._cells.pop()

    def _attributes(self, tag: str, found: dict[str, str]) -> None:
        """Take what is read aloud as a block of its own; `data-alt` is the alt text with marks."""
        if tag == "data":
            self._end_mark()
            self._mark, self._shown = found, ""
            self._text.append(MARK)
            return
        said = [found[name] for name in SPOKEN if name in found]
        if tag == "meta" and found.get("name") in {"description", "author", "keywords"}:
            said.append(found.get("content", ""))
        self.lines += map(_tidy, said)
        marked = read_page(found[MARKED_ALT]) if MARKED_ALT in found else None
        if marked and list(marked.lines) == [_tidy(found.get("alt", ""))]:
            self.blocks += marked.blocks
            said.remove(found["alt"])
        self.blocks += [Block(_tidy(_OURS.sub(" ", one)), ()) for one in said if one.strip()]

    def _end_mark(self) -> None:
        if self._mark is not None:
            self._marks.append(Mark(self._mark, self._shown.strip()))
            self._mark = None


def _tidy(text: str) -> str:
    return " ".join(text.split())
