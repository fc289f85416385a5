"""The texts of a language: one TOML file each, looked up by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from markupsafe import Markup

from impact_eval.errors import UnknownNameError

LANGUAGES = ("en",)
DEFAULT = "en"
_FIELD = re.compile(r"\{([a-z_]*)\}")


@cache
def texts(language: str = DEFAULT) -> Mapping[str, str]:
    """Read every text of a language by its dotted key, `tables.before`.

    Raises
    ------
    UnknownNameError
        If there is no such language; the message lists those there are.
    """
    if language not in LANGUAGES:
        raise UnknownNameError(
            f"`language` must be one of {', '.join(LANGUAGES)}; found {language!r}"
        )
    file = resources.files("impact_eval.wording") / f"{language}.toml"
    return MappingProxyType(dict(_flat(tomllib.loads(file.read_text("utf-8")))))


def text(key: str, /, *, language: str = DEFAULT, **values: object) -> str:
    """Return one text with its fields filled in, as it is: the caller escapes it for HTML.

    Parameters
    ----------
    key
        Section and name, as in `en.toml`.
    language
        ISO 639-1 code.
    **values
        The fields of that text, no more and no fewer.

    Examples
    --------
    >>> text("tables.low_to_high", low="0.6", high="1.2")
    '0.6 to 1.2'
    """
    return _template(key, values, language).format(**values)


def sentence(key: str, values: Mapping[str, object], *, language: str = DEFAULT) -> Markup:
    """Return one text as HTML: values that are not `Markup` already are escaped.

    Examples
    --------
    >>> sentence("tables.low_to_high", {"low": "<b>", "high": Markup("<b>2</b>")})
    Markup('&lt;b&gt; to <b>2</b>')
    """
    return Markup(_template(key, values, language)).format(**values)  # noqa: S704 (our own text)


def fitting_sentence(key: str, values: Mapping[str, object], *, language: str = DEFAULT) -> Markup:
    """Return one text as HTML, filled with those of the values that it has fields for."""
    wanted = fields(texts(language).get(key, ""))
    own = {name: value for name, value in values.items() if name in wanted}
    return sentence(key, own, language=language)


def has_text(key: str, *, language: str = DEFAULT) -> bool:
    """Whether a language has a text of that key."""
    return key in texts(language)


def fields(template: str) -> set[str]:
    """Names of the fields of a text."""
    return set(_FIELD.findall(template))


def _template(key: str, values: Mapping[str, object], language: str) -> str:
    """Look a text up and hold its fields against the values."""
    known = texts(language)
    if key not in known:
        raise UnknownNameError(f"no text has the key {key!r} in {language}.toml")
    template = known[key]
    missing, unused = fields(template) - set(values), set(values) - fields(template)
    if missing:
        raise UnknownNameError(f"{key!r} needs {', '.join(sorted(missing))}")
    if unused:
        raise UnknownNameError(f"{key!r} has no field {', '.join(sorted(unused))}")
    return template


def _flat(tree: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted keys and texts of nested tables."""
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            pairs.append((prefix + name, value))
    return pairs
