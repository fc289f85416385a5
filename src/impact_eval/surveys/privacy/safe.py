"""The safeguarding lead's files: written once for each disclosure, opened with one key only."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from impact_eval.errors import ImpactEvalError, UnknownNameError
from impact_eval.study import Study
from impact_eval.study.find import find_root
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.privacy.disclosures import Disclosure

ROUTED: Final = "routed.json"


class SafeguardingError(ImpactEvalError):
    """A key or a file of the safeguarding lead cannot be used."""


def hand_on_disclosures(
    disclosures: Iterable[Disclosure], *, study: Study, now: dt.datetime
) -> list[Path]:
    """Encrypt the disclosures that were not handed on before, one file for each recipient.

    Parameters
    ----------
    disclosures : iterable of Disclosure
        Of all files of the study.
    study : Study
        The study, whose `safeguarding_folder` is written to.
    now : datetime
        Names the files.

    Returns
    -------
    list of Path
        New files; empty if there is nothing new.

    Notes
    -----
    What was handed on is remembered by hashes with a secret key of its own, which stays when the
    study's key changes.
    """
    disclosures = tuple(disclosures)
    if not disclosures:
        return []
    key, routed = (
        study_key(study.key_file.with_name(f"{study.id}.safeguarding.key")),
        _routed(study),
    )
    new: dict[str, list[Disclosure]] = {}
    for disclosure in disclosures:
        digest = _digest(disclosure, key)
        if digest not in routed:
            routed.add(digest)
            new.setdefault(disclosure.recipient, []).append(disclosure)
    paths = [_write(recipient, mine, study, now) for recipient, mine in new.items()]
    if paths:
        path = study.safeguarding_folder / ROUTED
        path.write_text(json.dumps(sorted(routed), indent=0) + "\n", encoding="ascii")
    return paths


def make_key(path: Path, *, root: Path | None = None) -> str:
    """Write a new private key, readable by its owner only.

    Parameters
    ----------
    path : Path
        Of the new file; outside every project.
    root : Path, optional
        Folder of the project; the one of the working folder if there is one.

    Returns
    -------
    str
        The public key, for `recipient` in study.toml.

    Raises
    ------
    SafeguardingError
        If the path lies inside a project, or is there already.
    """
    from pyrage import x25519  # noqa: PLC0415  (few studies need it)

    place = path.expanduser().resolve()
    if _inside_a_project(place, root):
        raise SafeguardingError(
            "The private key must not lie inside a project: whoever holds the data could open "
            "what is meant for the safeguarding lead alone. Name a path elsewhere."
        )
    identity = x25519.Identity.generate()
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SafeguardingError("There is such a file already; name a new one.") from None
    except OSError:
        raise SafeguardingError("No file can be written there; name another path.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def open_disclosures(path: Path, *, key: Path) -> dict[str, Any]:
    """Decrypt a file of disclosures with the lead's private key.

    Parameters
    ----------
    path : Path
        A file of data/safeguarding/<id>.
    key : Path
        The file that `make_key` wrote.

    Returns
    -------
    dict
        `study`, `made_at` and `disclosures`, each with audience, file, row, column, school, wave
        and code as typed, and text.

    Raises
    ------
    SafeguardingError
        If one of the two files is not what it should be, or they do not belong together.
    """
    import pyrage  # noqa: PLC0415  (few studies need it)

    try:
        lines = key.expanduser().read_text(encoding="ascii").split("\n")
        secret = next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        identity = pyrage.x25519.Identity.from_str(secret.strip())
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise SafeguardingError("The key file holds no private key of age.") from None
    try:
        plain = pyrage.decrypt(path.read_bytes(), [identity])
    except OSError:
        raise SafeguardingError("There is no such file to be opened.") from None
    except pyrage.DecryptError:
        raise SafeguardingError(
            "The file cannot be opened with this key: it is damaged, or was made for another."
        ) from None
    content: dict[str, Any] = json.loads(plain)
    return content


def _inside_a_project(place: Path, root: Path | None) -> bool:
    roots = [root.resolve()] if root else []
    for start in (place.parent, None):
        try:
            roots.append(find_root(start))
        except UnknownNameError:
            continue
    return any(place.is_relative_to(one) for one in roots)


def _routed(study: Study) -> set[str]:
    path = study.safeguarding_folder / ROUTED
    return set(json.loads(path.read_text(encoding="ascii"))) if path.is_file() else set()


def _digest(disclosure: Disclosure, key: bytes) -> str:
    """Keyed hash of what makes a disclosure the same one in a later export of the same form."""
    one = disclosure.content()
    if str(one["code"]).strip(" |"):
        one = {name: text for name, text in one.items() if name not in ("file", "row", "column")}
    message = json.dumps([disclosure.recipient, one], sort_keys=True).encode()
    return hmac.new(key, b"disclosure\x1f" + message, hashlib.sha256).hexdigest()


def _write(recipient: str, mine: list[Disclosure], study: Study, now: dt.datetime) -> Path:
    import pyrage  # noqa: PLC0415  (few studies need it)

    content = {
        "study": study.id,
        "made_at": now.isoformat(timespec="seconds"),
        "disclosures": [one.content() for one in mine],
    }
    plain = json.dumps(content, ensure_ascii=False).encode()
    locked = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])
    folder = study.safeguarding_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp, number = now.strftime("%Y%m%dT%H%M%SZ"), 1
    while True:
        path = folder / (f"{stamp}.age" if number == 1 else f"{stamp}-{number}.age")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            number += 1
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(locked)
        return path
