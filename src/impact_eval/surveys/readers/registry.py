"""All readers, by the layout that study.toml names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from impact_eval.surveys.readers.google_forms import GOOGLE_FORMS
from impact_eval.surveys.readers.kobo import KOBO
from impact_eval.surveys.readers.long import LONG
from impact_eval.surveys.readers.odk import ODK
from impact_eval.surveys.readers.reader import Reader
from impact_eval.surveys.readers.spss import SPSS
from impact_eval.surveys.readers.stata import STATA
from impact_eval.surveys.readers.wide import WIDE
from impact_eval.surveys.readers.workbook import WORKBOOK
from impact_eval.vocabulary import Layout

READERS: Final[Mapping[Layout, Reader]] = {
    "kobo": KOBO,
    "odk": ODK,
    "google_forms": GOOGLE_FORMS,
    "workbook": WORKBOOK,
    "spss": SPSS,
    "stata": STATA,
    "long": LONG,
    "wide": WIDE,
}
