"""Whether a text is made of given texts alone: templates with slots, in slots templates again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from impact_eval.wording.page_text import BREAK, MARK, legible

_TOKEN: Final = re.compile(
    rf"{MARK}|{BREAK}|\{{[a-z_]*\}}|[+−-]?\d[\w.,:%-]*\w|\d|\w+(?:[-'’]\w+)*|[^\w\s]"
)
_NUMBER: Final = re.compile(r"[+−-]?\d")
_WORD: Final = re.compile(r"\w")
_TAG: Final = re.compile(r"<[^>]+>")
_BETWEEN: Final = frozenset(",;.()-–—·“”\"'’/?!¦&|⋯…*") | {"and", "or", BREAK}
_MANY_SLOTS: Final = 3  # with fewer and no word, punctuation says as much
_CLOSING: Final = frozenset(")”\"'’.")
_ENDS: Final = frozenset(".?!)")


class _Node:
    """A place in the tree of all texts: what may follow, and whether a text ends here."""

    __slots__ = ("ends", "literal", "slot")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.slot: _Node | None = None
        self.ends = False

    def add(self, tokens: Iterable[str]) -> None:
        """Add a text, token by token."""
        node = self
        for token in tokens:
            if token.startswith("{"):
                node.slot = node.slot or _Node()
                node = node.slot
            else:
                node = node.literal.setdefault(token, _Node())
        node.ends = True


class Grammar:
    """The texts that a page may be made of.

    Parameters
    ----------
    templates
        Texts with slots, `{name}`. What stands in a slot is a marked number, a number or a date, a
        template, a label, or several of these with punctuation, "and" or "or" between them; after a
        number, and after the end of a sentence, with nothing between.
    labels
        Texts without slots: a brace in them is a brace.

    Notes
    -----
    Upper and lower case are the same, and so are a colon and a full stop, since a page may make the
    words before a colon a heading. A text is read from its end to its start: for each token, where
    a piece that begins there may end. Each place of the tree is tried once at each token, so a text
    of n tokens takes at most in the order of n² steps.

    Examples
    --------
    >>> grammar = Grammar(["{who} was higher {when}."], ["The mean of students", "after"])
    >>> grammar.holds("The mean of students was higher after.")
    True
    >>> grammar.first_strange("The mean of students was raised after.")
    'was raised after.'
    """

    def __init__(self, templates: Iterable[str], labels: Iterable[str]) -> None:
        root = _Node()
        self._roots: tuple[_Node, ...] = (root,)
        self._known: dict[str, str] = {}
        self._fewer: Grammar | None = None
        for template in templates:
            found = _tokens(unescape(_TAG.sub("", template)).replace("`", ""))
            literal = [one for one in found if not one.startswith("{")]
            worded = any(_WORD.match(one) or one in "%⋯–" for one in literal)
            if worded or len(found) - len(literal) >= _MANY_SLOTS:
                root.add(found)
        _add_labels(root, labels)

    def with_labels(self, labels: Iterable[str]) -> Grammar:
        """Return a grammar with further texts without slots, which shares the work of this one."""
        more, own = Grammar((), ()), _Node()
        _add_labels(own, labels)
        more._roots, more._fewer = (*self._roots, own), self
        return more

    def holds(self, text: str) -> bool:
        """Whether the text is made of known texts alone."""
        return not self.first_strange(text)

    def first_strange(self, text: str) -> str:
        """Return the text from the first word on that no known text has, or nothing."""
        if text not in self._known:
            strange = self._fewer is None or bool(self._fewer.first_strange(text))
            self._known[text] = self._strange(text) if strange else ""
        return self._known[text]

    def _strange(self, text: str) -> str:
        return _rest(text, _Reading(self._roots, _tokens(text)).furthest())


class _Reading:
    """One text while it is read: what may end where.

    A set of places is an integer with a bit for each.
    """

    def __init__(self, roots: tuple[_Node, ...], tokens: list[str]) -> None:
        self.roots, self.tokens, self.size = roots, tokens, len(tokens)
        self.slots = [root.slot for root in roots if root.slot is not None]
        self.pieces = [0] * (self.size + 2)
        self._tried: dict[tuple[int, int], int] = {}
        self._after: dict[int, int] = {}
        self._places = self._places_of_tokens()
        for place in range(self.size - 1, -1, -1):
            self._read(place)

    def furthest(self) -> int:
        """Return how many tokens from the start known texts account for."""
        return max(self._past(end) for end in _bits(self.pieces[0] | 1))

    def _places_of_tokens(self) -> dict[str, int]:
        """Return where each token stands, or stands after nothing but the start of a line."""
        found: dict[str, int] = {}
        for place, token in enumerate(self.tokens):
            first = place
            while first and self.tokens[first - 1] == BREAK:
                first -= 1
            for one in range(first, place + 1):
                found[token] = found.get(token, 0) | 1 << one
        return found

    def _past(self, place: int) -> int:
        while place < self.size and self.tokens[place] in _BETWEEN:
            place += 1
        return place

    def _read(self, place: int) -> None:
        """Find where pieces that begin here may end: one known text, or several in a row."""
        token, ends, units = self.tokens[place], 0, 0
        todo = 0
        if token == MARK or _NUMBER.match(token):
            percent = place + 1 < self.size and self.tokens[place + 1] == "%"
            todo |= (3 if percent else 1) << (place + 1)
        for root in self.roots:
            if (node := root.literal.get(token)) is not None:
                todo |= self._ends(node, place + 1)
        while todo:
            units |= todo
            further = 0
            for end in _bits(todo):
                further |= self._joined(end)
            further &= ~ends
            ends |= further
            todo = 0
            for slot in self.slots:
                for end in _bits(further & self._may_follow(slot)):
                    todo |= self._ends(slot, end)
            todo &= ~units
        if token in _BETWEEN:
            ends |= self.pieces[place + 1]
        self.pieces[place] = ends

    def _joined(self, end: int) -> int:
        """Return where it may end if what ends here goes on with a further piece, or does not."""
        if end in self._after:
            return self._after[end]
        place, found, tokens, size = end, 1 << end, self.tokens, self.size
        last = tokens[end - 1]
        if end < size and (last in _ENDS or last == MARK or _NUMBER.match(last)):
            found |= self.pieces[end]
        while place < size and tokens[place] in _BETWEEN:
            found |= self.pieces[place]
            if tokens[place] in _CLOSING:
                found |= 1 << (place + 1)
            place += 1
            found |= self.pieces[place]
        self._after[end] = found
        return found

    def _may_follow(self, node: _Node) -> int:
        """Return the places where a known text may go on, or end, from this node on."""
        key = (id(node), -1)
        if key not in self._tried:
            found = 0
            if node.ends or node.slot is not None:
                found = (1 << (self.size + 1)) - 1
            for token in self._places.keys() & node.literal.keys():
                found |= self._places[token]
            self._tried[key] = found
        return self._tried[key]

    def _ends(self, node: _Node, place: int) -> int:
        """Find where a known text may end of which a part, up to this node, ends before `place`."""
        key = (id(node), place)
        if key in self._tried:
            return self._tried[key]
        found = 1 << place if node.ends else 0
        while place < self.size and self.tokens[place] == BREAK:
            place += 1
        if place < self.size:
            if (after := node.literal.get(self.tokens[place])) is not None:
                found |= self._ends(after, place + 1)
            if node.slot is not None:
                for end in _bits(self.pieces[place] & self._may_follow(node.slot)):
                    found |= self._ends(node.slot, end)
        self._tried[key] = found
        return found


def _add_labels(root: _Node, labels: Iterable[str]) -> None:
    for label in labels:
        found = _tokens(label.replace("{", "(").replace("}", ")"))
        while found and found[-1] == ".":
            found.pop()  # a full stop may end anything
        if found:
            root.add(found)


def _bits(places: int) -> Iterator[int]:
    """Yield the places of a set."""
    while places:
        last = places & -places
        yield last.bit_length() - 1
        places ^= last


def _tokens(text: str) -> list[str]:
    return ["." if one == ":" else one.lower() for one in _TOKEN.findall(text)]


def _rest(text: str, accounted: int) -> str:
    """Return what is left of a text after so many tokens, without our own signs."""
    places = [found.start() for found in _TOKEN.finditer(text)]
    rest = text[places[accounted] :] if accounted < len(places) else ""
    return legible(rest)
