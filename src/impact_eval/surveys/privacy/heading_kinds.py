"""What a heading asks for, in English, Urdu, Russian and Kazakh."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from impact_eval.surveys.privacy.content_kinds import Kind
from impact_eval.surveys.text import folded

# Phrases of whole words, most telling first; a heading may hold further words around them.
_PHRASES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "identity number": (
        "cnic", "nic", "b form", "bay form", "national id", "identity number", "id card",
        "passport", "iin", "иин", "жсн", "удостоверение", "жеке куәлік", "паспорт", "төлқұжат",
        "شناختی کارڈ", "شناختی نمبر", "ب فارم", "پاسپورٹ",
    ),
    "e-mail": (
        "email", "e mail", "mail address", "почта", "эл почта", "электронная почта", "имейл",
        "пошта", "электрондық пошта", "ای میل", "برقی ڈاک",
    ),
    "telephone": (
        "phone", "telephone", "mobile", "cell", "whatsapp", "phone number", "contact number", "tel",
        "телефон", "моб", "мобильный", "ватсап", "номер телефона", "ұялы", "телефон нөмірі",
        "فون", "موبائل", "ٹیلی فون", "واٹس ایپ", "رابطہ نمبر",
    ),
    "coordinates": (
        "gps", "latitude", "longitude", "lat", "lon", "lng", "geopoint", "geolocation",
        "coordinates", "altitude", "широта", "долгота", "координаты", "геолокация", "ендік",
        "бойлық", "координаттар", "عرض بلد", "طول بلد",
    ),
    "address": (
        "address", "street", "house number", "home address", "адрес", "улица", "место жительства",
        "мекенжай", "мекен жай", "тұрғылықты жері", "көше", "پتہ", "گلی", "مکان نمبر", "رہائش",
    ),
    "date of birth": (
        "date of birth", "birth date", "birthdate", "dob", "birthday", "дата рождения",
        "туған күні", "تاریخ پیدائش",
    ),
    "name": (
        "name", "fullname", "firstname", "lastname", "surname", "forename", "nickname",
        "username", "submitted by", "фио", "имя", "фамилия", "отчество", "ф и о", "аты", "тегі",
        "есімі", "аты жөні", "әкесінің аты", "نام", "ولدیت", "والد کا نام", "والدہ کا نام",
    ),
}  # fmt: skip
_NOT_OF_PEOPLE: Final = re.compile(
    r"\b(school|district|province|region|workshop|session|form|file|device|course|app|question"
    r"|школы|школа|файла|района|области|региона|мектеп|мектептің|ауданның|اسکول|سکول|ضلع)\b"
)
_SPLIT: Final = re.compile(r"[\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def heading_kind(heading: str) -> Kind | None:
    """Say what a heading asks people for, if it is something that tells who they are.

    Parameters
    ----------
    heading : str
        As typed; groups before it do not matter.

    Returns
    -------
    str or None
        A kind, or None. The name of a school, a form or a place is no person's.

    Examples
    --------
    >>> heading_kind("about/fatherPhone"), heading_kind("طالب کا نام")
    ('telephone', 'name')
    >>> heading_kind("school_name") is None, heading_kind("k01") is None
    (True, True)
    """
    words = " ".join(_SPLIT.split(folded(_CAMEL.sub(" ", heading)))).strip()
    spaced = f" {words} "
    for kind, phrases in _PHRASES.items():
        if any(f" {phrase} " in spaced for phrase in phrases):
            if kind == "name" and _NOT_OF_PEOPLE.search(words):
                return None
            return kind
    return None
