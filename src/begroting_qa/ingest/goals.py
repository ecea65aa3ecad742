"""Goal trees -> Tables: what a municipality wants to reach, and what it does for that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from begroting_qa.domain import Cell, CellRole
from begroting_qa.ingest.cells import DEED_HEAD, GOAL_CODE, GOAL_HEAD, MAX_LABEL_CHARS, FoundTable, found_table, group_cell
from begroting_qa.ingest.layout import Group


def read_goals(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read a goal tree: heads `Doel` and `Prestatie`, then coded cells; a goal may stand after its own deeds."""
    heads = _goal_heads(groups, first)
    if heads is None:
        return None
    cells, at = heads
    coded: list[tuple[Group, re.Match[str]]] = []
    seen: set[str] = set()
    while at < len(groups):
        if groups[at].is_empty_cell:
            at += 1
            continue
        match = GOAL_CODE.match(groups[at].text)
        code = match[0].strip() if match else ""
        if match is None or code in seen or len(groups[at].text) > MAX_LABEL_CHARS:
            break
        seen.add(code)
        coded.append((groups[at], match))
        at += 1
    while at > first and groups[at - 1].is_empty_cell:
        at -= 1
    if len(coded) < 2:  # noqa: PLR2004 (a single code is a heading)
        return None
    row_of_goal: dict[str, tuple[int, int]] = {}
    row = 1
    goals = {m["goal"]: g for g, m in coded if not m["deed"]}
    for group, match in coded:
        if not match["deed"]:
            if any(m["deed"] and m["goal"] == match["goal"] for _, m in coded):
                continue
            cells.append(group_cell(group, row, 0, CellRole.LABEL))
        else:
            cells.append(group_cell(group, row, 1, CellRole.VALUE))
            top, _ = row_of_goal.get(match["goal"], (row, 0))
            row_of_goal[match["goal"]] = (top, row - top + 1)
        row += 1
    for goal, (top, span) in row_of_goal.items():
        if goal in goals:
            cells.append(replace(group_cell(goals[goal], top, 0, CellRole.LABEL), row_span=span))
    return found_table(cells, 2, first, at)


def _goal_heads(groups: Sequence[Group], first: int) -> tuple[list[Cell], int] | None:
    group = groups[first]
    if group.is_empty_cell:
        return None
    words = group.text.split()
    if len(words) == 2 and len(group.lines) == 1 and GOAL_HEAD.fullmatch(words[0]) and DEED_HEAD.fullmatch(words[1]):  # noqa: PLR2004
        cut = group.start + len(words[0])
        deed = group.end - len(words[1])
        return [
            Cell(start=group.start, end=cut, row=0, column=0, role=CellRole.HEADER),
            Cell(start=deed, end=group.end, row=0, column=1, role=CellRole.HEADER),
        ], first + 1
    at = first + 1
    while at < len(groups) and groups[at].is_empty_cell:
        at += 1
    if GOAL_HEAD.fullmatch(group.text) and at < len(groups) and DEED_HEAD.fullmatch(groups[at].text):
        return [group_cell(group, 0, 0, CellRole.HEADER), group_cell(groups[at], 0, 1, CellRole.HEADER)], at + 1
    return None
