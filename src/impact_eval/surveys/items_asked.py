"""Which items a source can hold, by the codebook and the survey forms."""

from __future__ import annotations

from collections.abc import Iterator

from impact_eval.study import Study
from impact_eval.study.source import ColumnRule, Source


def items_asked(source: Source, study: Study) -> Iterator[tuple[str, str]]:
    """Items and waves that a source can hold."""
    waves = source.waves or study.answer_wave_ids
    audiences = possible_audiences(source, study)
    for item in study.item_rows:
        if item.audience in audiences:
            asked = study.waves_of(item)
            for wave in waves:
                if wave in asked:
                    yield item.item_id, wave


def possible_audiences(source: Source, study: Study) -> tuple[str, ...]:
    """Audiences whose forms a source can hold."""
    rule = source.audience
    if isinstance(rule, ColumnRule):
        declared = tuple(rule.values.values())
        return declared or study.audience_ids
    return (rule,)
