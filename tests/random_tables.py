"""Tables as budgets have them, made at random: what they hold, and how they look flat and as CSV."""

from __future__ import annotations

import random
from dataclasses import dataclass

Cell = tuple[str, str, str]  # row label, heads, number as written

_TOPICS = ("Wijkteams", "Jeugdhulp", "Wegen en straten", "Sport en bewegen", "Afval", "Cultureel erfgoed", "Openbaar groen",
           "Economie", "Huishoudelijke hulp", "Onderwijshuisvesting", "Beschermd wonen", "Dienstverlening aan inwoners")  # fmt: skip
_ASPECTS = ("dat tevreden is met de buurt", "dat zich veilig voelt", "dat vrijwilligerswerk doet", "met een uitkering",
            "dat de gemeente vertrouwt", "dat wekelijks sport", "dat mantelzorg verleent")  # fmt: skip
_SOURCES = ("CBS", "Stads- en wijkenquête", "GGD", "Veiligheidsmonitor", "RIVM")


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomTable:
    """A table: `flat` as a page gives it when its lines are lost, `csv` with semicolons, `cells` what it holds."""

    flat: str
    csv: str
    cells: tuple[Cell, ...]


def make(seed: int) -> RandomTable:
    """Return one of the shapes seen: money by row and measure, indicators, or a few labelled rows."""
    choose = random.Random(seed)
    return choose.choice((_money, _indicators, _plain))(choose)


def _number(choose: random.Random, *, may_be_negative: bool = False) -> str:
    size = choose.choice((9, 99, 999, 9_999, 99_999, 9_999_999))
    written = f"{choose.randint(0, size):,}".replace(",", ".")
    return f"-{written}" if may_be_negative and written != "0" else written


def _money(choose: random.Random) -> RandomTable:
    year = choose.randint(2019, 2028)
    n_ahead = choose.randint(1, 3)
    heads = [f"Rekening\n{year - 2}", f"Begroting\n{year - 1}", f"Begroting\n{year}"]
    ahead = [str(year + n) for n in range(1, n_ahead + 1)]
    columns = [head.replace("\n", " ") for head in heads] + [f"Meerjarenraming {one}" for one in ahead]
    measures = choose.choice((("Lasten", "Baten"), ("Toevoeging", "Onttrekking")))
    caption = f"{choose.choice(_TOPICS)}\nbedragen x 1.000,-"
    flat = [caption, "\u00a0", *heads, "Meerjarenraming", *ahead]
    csv = [f'"{caption}"', ";".join(["", "", *(f'"{head}"' for head in heads), *(f'"Meerjarenraming\n{one}"' for one in ahead)])]
    cells: list[Cell] = []
    for topic in choose.sample(_TOPICS, choose.randint(2, 6)):
        for number, measure in enumerate(measures):
            values = [_number(choose, may_be_negative=number == 1) for _ in columns]
            flat += [topic if number == 0 else "\u00a0", measure, *values]
            csv.append(";".join([topic if number == 0 else "", measure, *values]))
            cells += [(f"{topic} – {measure}", column, value) for column, value in zip(columns, values, strict=True)]
        values = [_number(choose) for _ in columns]
        flat += ["Saldo", "\u00a0", *values]
        csv.append(";".join(["Saldo", "", *values]))
        cells += [(f"{topic} – Saldo", column, value) for column, value in zip(columns, values, strict=True)]
    return _table(flat, csv, cells)


def _indicators(choose: random.Random) -> RandomTable:
    year = choose.randint(2019, 2028)
    years = [str(year + n) for n in range(choose.randint(2, 4))]
    code = f"{choose.randint(1, 12)}{choose.choice('ABCD')}{choose.randint(1, 3)}"
    flat = ["Effectindicator", "Realisatie", "Streefwaarden", "Bron", *years, f"Doel {code} {choose.choice(_TOPICS)} gaat goed"]
    csv = [";".join(["Effectindicator", "Realisatie", *(f"Streefwaarden {one}" for one in years), "Bron"])]
    cells: list[Cell] = []
    for letter in "abcdef"[: choose.randint(2, 6)]:
        percent = choose.random() < 0.6
        label = f"{code}.{letter} {'Percentage' if percent else 'Aantal'} inwoners {choose.choice(_ASPECTS)}"
        mark = "%" if percent else ""
        counted = [f"{choose.randint(1, 99)}{mark} ({year - n})" for n in range(choose.randint(1, 3), 0, -1)]
        breaks = ["\n" if choose.random() < 0.7 else "\n\n" for _ in counted[1:]]
        value = counted[0] + "".join(gap + one for gap, one in zip(breaks, counted[1:], strict=True))
        aims = [f"{choose.randint(1, 99)}{mark}" if choose.random() < 0.8 else "-" for _ in years]
        source = choose.choice(_SOURCES)
        flat += [label, value, *aims, source]
        csv.append(";".join([label, f'"{value}"', *aims, source]))
        cells += [(label, "Realisatie", one) for one in counted]
        cells += [(label, f"Streefwaarden {one}", aim) for one, aim in zip(years, aims, strict=True) if aim != "-"]
    return _table(flat, csv, cells)


def _plain(choose: random.Random) -> RandomTable:
    year = choose.randint(2019, 2028)
    columns = [f"{choose.choice(('Rekening', 'Begroting'))} {year + n}" for n in range(choose.randint(2, 4))]
    flat, csv = ["\u00a0", *columns], [";".join(["", *columns])]
    cells: list[Cell] = []
    for topic in choose.sample(_TOPICS, choose.randint(1, 6)):
        values = [_number(choose) for _ in columns]
        flat += [topic, *values]
        csv.append(";".join([topic, *values]))
        cells += [(topic, column, value) for column, value in zip(columns, values, strict=True)]
    return _table(flat, csv, cells)


def _table(flat: list[str], csv: list[str], cells: list[Cell]) -> RandomTable:
    text = "\n\n".join(["Begroting van de gemeente", "Tabel", *flat, "Einde van de tabel, hierna volgt lopende tekst."])
    return RandomTable(flat=text + "\n", csv="\n".join(csv) + "\n", cells=tuple(cells))
