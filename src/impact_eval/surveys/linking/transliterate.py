"""Names in Arabic and Cyrillic letters as Latin consonants, so that spellings can be compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from impact_eval.surveys.text import folded

# letter for letter, by sound in Urdu; short vowels are not written, so vowels are dropped below
_ARABIC: Final = (
    "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکكگلمنںوہهھءیيىےئؤآةۃأإ",
    "abpttsjchkddzrrzzsssztzagfkkkglmnnvhhhayyyyavattaa",
)
_CYRILLIC: Final = (
    "абвгдеёжзийклмнопрстуфхцчшщыэюяәғқңөұүһі",
    "abvgdeejziiklmnoprstufhscssieuaagknouuhi",
    "ъь",
)
_LETTERS: Final = str.maketrans(*_ARABIC) | str.maketrans(*_CYRILLIC)
# digraphs of Latin spellings, longest first, then letters of one sound
_DIGRAPHS: Final = {"sch": "s", "sh": "s", "ch": "c", "kh": "k", "gh": "g", "zh": "j", "ph": "f"}
_SAME_SOUND: Final = str.maketrans("wqxz", "vkks")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_DOUBLE: Final = re.compile(r"(.)\1+")
# a number that stands close behind a word, as in №12, which is "No" in one sign
_NUMBERED: Final = re.compile(r"(?<=[^\W\d_]{2})(?=\d)")
_NO_LETTER: Final = re.compile(r"[\W_]+")


def words(text: str) -> tuple[str, ...]:
    """Words of a name in one case, without accents and signs.

    >>> words("Lycée No. 7,  GIRLS' school"), words("№12 7b")
    (('lycee', 'no', '7', 'girls', 'school'), ('no', '12', '7b'))
    """
    split = unicodedata.normalize("NFD", folded(text).replace("'", "").replace("\u2019", ""))
    plain = unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))
    return tuple(filter(None, _NO_LETTER.split(_NUMBERED.sub(" ", plain))))


def skeleton(word: str) -> str:
    """Consonants of a word as they sound, in Latin letters; digits stay.

    >>> skeleton("کراچی"), skeleton("karachi"), skeleton("караганда"), skeleton("qaraghandy")
    ('krc', 'krc', 'krgnd', 'krgnd')
    """
    latin = word.translate(_LETTERS)
    for two, one in _DIGRAPHS.items():
        latin = latin.replace(two, one)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", latin.translate(_SAME_SOUND)))
