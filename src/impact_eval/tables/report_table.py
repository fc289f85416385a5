"""A table for readers: great_tables inside, HTML that is the same for the same content."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from typing import Final, Literal

import pandas as pd
from great_tables import GT
from great_tables import html as as_html
from great_tables._text import Text
from markupsafe import Markup

Align = Literal["left", "right", "center"]

STYLE = """<style>
.ie-table{margin:0 0 .5em;overflow-x:auto;max-width:100%}
.ie-table table{border-collapse:collapse;font-variant-numeric:tabular-nums;line-height:1.4}
.ie-table caption{caption-side:top;text-align:start;font-weight:600;padding:0 0 .5em}
.ie-table th,.ie-table td{padding:.4em .9em .4em 0;
vertical-align:top;border-bottom:1px solid #e3e6ea}
.ie-table thead th{vertical-align:bottom;border-bottom:1px solid #5b6675;font-weight:600}
.ie-detail{font-size:.88em;opacity:.8}
.ie-table .ie-left{text-align:start}.ie-table .ie-right{text-align:end}
.ie-table .ie-center{text-align:center}
.ie-table th[scope=row]{font-weight:400}.ie-table tbody th[scope=row]{min-width:11em}
.ie-table td.ie-right,.ie-range{white-space:nowrap}
.ie-table td.ie-left,.ie-table thead th.ie-left:not(:first-child){padding-left:1em}
.ie-named .ie-what{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.ie-notes{font-size:.88em;margin:0 0 1.5em}.ie-notes p{margin:0 0 .25em}
.ie-mark{border:1px solid currentColor;border-radius:3px;color:#8a4b00;font-size:.8em;
font-weight:600;padding:.05em .45em;white-space:nowrap}
</style>"""


_GROUP: Final = re.compile(r'(<th class="ie-group"[^>]*>)(.*?)(</th>)')
_ALIGNED: Final = re.compile(r'class="ie-(left|right|center)"')


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the key of its cells, its heading, its spanner and its alignment."""

    key: str
    label: str
    spanner: str = ""
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its heading, the HTML of its cells by column key, its group, its detail."""

    label: str
    cells: Mapping[str, str]
    group: str = ""
    detail: str = ""

    @property
    def heading(self) -> str:
        """The label as HTML, with the detail in smaller letters under it."""
        small = (
            f'<br><small class="ie-detail">{_as_html(self.detail)}</small>' if self.detail else ""
        )
        return _as_html(self.label) + small


@dataclass(frozen=True)
class ReportTable:
    """A table that shows itself in a notebook and in a published page.

    Parameters
    ----------
    caption
        One line of plain text.
    columns, rows
        In order. Labels are plain text or, with a marked number, `Markup`; cells are HTML made by
        `impact_eval.wording`.
    row_heading
        Heading of the column of row labels.
    notes
        HTML of the lines under the table.
    mark
        Plain text shown beside the caption, such as "Simulated data"; empty for none.

    Examples
    --------
    >>> table = ReportTable("Change", (Column("x", "Change"),), (Row("Quiz", {"x": "1.2"}),))
    >>> repr(table)
    'Table: Change (1 row)'
    >>> table.html.count("<td")
    1
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    row_heading: str = ""
    notes: tuple[str, ...] = ()
    mark: str = ""

    def __repr__(self) -> str:
        count = len(self.rows)
        return f"Table: {self.caption} ({count} {'row' if count == 1 else 'rows'})"

    @cached_property
    def table_id(self) -> str:
        """An id made from the content, so that it is the same in every run."""
        content = [self.caption, self.row_heading, *self.notes, self.mark]
        content += [f"{column}" for column in self.columns]
        content += [f"{row.group}|{row.heading}|{dict(row.cells)}" for row in self.rows]
        return "t" + sha256("\x1f".join(content).encode()).hexdigest()[:10]

    @cached_property
    def great_table(self) -> GT:
        """The same table as a `great_tables.GT`, to restyle or to save."""
        grouped = any(row.group for row in self.rows)
        frame = pd.DataFrame(
            [
                {"group": row.group, "label": row.heading}
                | {column.key: row.cells.get(column.key, "") for column in self.columns}
                for row in self.rows
            ],
            columns=["group", "label", *(column.key for column in self.columns)],
        )
        if not grouped:
            frame = frame.drop(columns="group")
        keys = [column.key for column in self.columns]
        table = GT(
            frame,
            id=self.table_id,
            rowname_col="label",
            groupname_col="group" if grouped else None,
        )
        table = table.tab_stubhead(label=self.row_heading or "\u00a0").fmt(
            fns=str, columns=["label", *keys]
        )
        table = table.cols_label({column.key: _for_gt(column.label) for column in self.columns})
        for spanner in dict.fromkeys(column.spanner for column in self.columns if column.spanner):
            under = [column.key for column in self.columns if column.spanner == spanner]
            table = table.tab_spanner(label=spanner, columns=under)
        for align in ("left", "right", "center"):
            aligned = [column.key for column in self.columns if column.align == align]
            table = table.cols_align(align=align, columns=aligned) if aligned else table
        return table

    @cached_property
    def body(self) -> str:
        """The HTML without its style, as a published page wants it."""
        table = _only_table(self.great_table.as_raw_html())
        label = f"{self.table_id}-caption"
        mark = f' <span class="ie-mark">{escape(self.mark)}</span>' if self.mark else ""
        what = f'<span class="ie-what">{escape(self.caption)}</span>'
        caption = f'<caption id="{label}">{what}{mark}</caption>'
        table = table.replace(">", f">{caption}", 1)
        notes = "".join(f"<p>{note}</p>" for note in self.notes)
        return (
            f'<div class="ie-table" id="{self.table_id}" role="region" '
            f'aria-labelledby="{label}" tabindex="0">{table}</div>'
            + (f'<div class="ie-notes">{notes}</div>' if notes else "")
        )

    @cached_property
    def html(self) -> str:
        """The HTML with its style, alignment inline: JupyterLab drops the rest until it trusts."""
        body = _ALIGNED.sub(r'\g<0> style="text-align:\1"', self.body)
        return STYLE + body.replace('class="ie-group"', 'class="ie-group" style="text-align:left"')

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}


def _as_html(label: str) -> str:
    """Return plain text escaped, and text with a marked number as it is."""
    return str(label) if isinstance(label, Markup) else escape(label)


def _for_gt(label: str) -> str | Text:
    """Return plain text as it is, and text with a marked number as HTML."""
    return as_html(str(label)) if isinstance(label, Markup) else label


_CLASSES = {
    "gt_left": "ie-left",
    "gt_right": "ie-right",
    "gt_center": "ie-center",
    "gt_group_heading": "ie-group",
}


def _only_table(html: str) -> str:
    """Keep great_tables' table, without its styles and without the classes that need them."""
    start, end = html.index("<table"), html.index("</table>") + len("</table>")
    lines = [line.strip() for line in html[start:end].splitlines() if line.strip()]
    lines[0] = "<table>"
    short = "\n".join(_short_classes(line) for line in lines)
    return _GROUP.sub(r"\1<span>\2</span>\3", short)


def _short_classes(line: str) -> str:
    before, found, rest = line.partition('class="')
    if not found:
        return line
    names, _, after = rest.partition('"')
    kept = [_CLASSES[name] for name in names.split() if name in _CLASSES]
    return f'{before}class="{" ".join(kept)}"{after}' if kept else f"{before.rstrip()}{after}"
