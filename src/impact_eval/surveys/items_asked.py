"""Which items a source can hold, by the codebook and the survey forms."""

from __future__ import annotations

from collections.abc import Iterator

from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source


def items_asked(source: Source, study: Study) -> Iterator[tuple[str, str]]:
    """Items and waves that a source can hold."""
    waves = source.waves or study.wave_ids
    items = study.items[study.items["audience"].isin(possible_audiences(source, study))]
    for item, asked in zip(items["item_id"], items["waves"], strict=True):
        for wave in waves:
            if not asked or wave in asked.split("|"):
                yield item, wave


def possible_audiences(source: Source, study: Study) -> tuple[str, ...]:
    """Audiences whose forms a source can hold."""
    rule = source.audience
    if isinstance(rule, ColumnRule):
        declared = tuple(rule.values.values())
        return declared or study.audience_ids
    return (rule,)
