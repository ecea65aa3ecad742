"""Groups -> one HTML page: bars with their intervals as plain SVG, and the same figures in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from begroting_qa.evaluate.baseline import Group
from begroting_qa.evaluate.measures import MEASURES, Form
from begroting_qa.evaluate.wording import shown

LABEL_WIDTH = 150
BAR_WIDTH = 420
ROW_HEIGHT = 26
CHARTED = [m for m in MEASURES if m.is_compared and m.form in (Form.SHARE, Form.RANK)]
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b2730;background:#fff}"
    "table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto}"
    "td,th{padding:.25rem .5rem;border-bottom:1px solid #ccd3d8;text-align:left;vertical-align:top}"
    "svg{max-width:100%;height:auto}.bar{fill:#154f6b}.line{stroke:#1b2730;stroke-width:2}text{font-size:13px;fill:#1b2730}"
    "@media(prefers-color-scheme:dark){body{background:#12181d;color:#e8edf0}text{fill:#e8edf0}.bar{fill:#6fb3d2}"
    ".line{stroke:#e8edf0}}"
)


def html_page(
    groups: Sequence[Group],
    *,
    table: Sequence[Sequence[str]],
    paired: Sequence[Sequence[str]],
    changed: Sequence[Sequence[str]],
    said: Sequence[str],
) -> str:
    """Return the page; the tables have their head first, and an empty one is left out."""
    parts = ["<h1>Evaluatie</h1>"]
    if said:
        parts.append(f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in said)}</ul>")
    for group in (g for g in groups if g.kind is None):
        parts += [f"<h2>{escape(group.split)}, {group.size} vragen</h2>", chart(group), _values_table(group)]
    parts += ["<h2>Per soort vraag</h2>", _table(table)]
    if paired:
        parts += ["<h2>Tegenover het ijkpunt</h2>", _table(paired)]
    if changed:
        parts += ["<h2>Veranderde vragen</h2>", _table(changed)]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="nl">\n<head><meta charset="utf-8"><title>Evaluatie</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def chart(group: Group) -> str:
    """Return the measures of a split as horizontal bars from 0 to 1, each with the interval in which it likely lies."""
    rows = [(m, group.values[m.name], group.intervals.get(m.name)) for m in CHARTED]
    rows = [(m, value, interval) for m, value, interval in rows if value is not None]
    height = ROW_HEIGHT * len(rows) + 4
    bars: list[str] = []
    for number, (measure, value, interval) in enumerate(rows):
        top = number * ROW_HEIGHT
        bars.append(f'<text x="0" y="{top + 17}">{escape(measure.label)}</text>')
        bars.append(f'<rect class="bar" x="{LABEL_WIDTH}" y="{top + 5}" width="{value * BAR_WIDTH:.1f}" height="14"/>')
        if interval is not None:
            low, high = (LABEL_WIDTH + end * BAR_WIDTH for end in (interval.low, interval.high))
            bars.append(f'<line class="line" x1="{low:.1f}" x2="{high:.1f}" y1="{top + 12}" y2="{top + 12}"/>')
        bars.append(f'<text x="{LABEL_WIDTH + BAR_WIDTH + 10}" y="{top + 17}">{shown(measure, value)}</text>')
    told = f"Balken van 0 tot 1 voor {len(rows)} maten, elk met het 95%-interval; dezelfde cijfers staan in de tabel eronder."
    title, described = f"t-{group.split}", f"d-{group.split}"
    width = LABEL_WIDTH + BAR_WIDTH + 90
    return (
        f'<svg role="img" aria-labelledby="{title} {described}" viewBox="0 0 {width} {height}">'
        f'<title id="{title}">Maten van {group.split}</title><desc id="{described}">{told}</desc>{"".join(bars)}</svg>'
    )


def _values_table(group: Group) -> str:
    rows = [["maat", "waarde", "van", "tot"]]
    for m in CHARTED:
        interval = group.intervals.get(m.name)
        if group.values[m.name] is not None and interval is not None:
            rows.append([m.label, shown(m, group.values[m.name]), shown(m, interval.low), shown(m, interval.high)])
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in body)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
