"""Every Dutch sentence in which a figure is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from begroting_qa.domain import CheckKind, Measure, Phase

NO_COMMON_YEAR = "Realisatie en streefwaarde staan hier bij verschillende jaren; voor geen enkel jaar staan ze er allebei."
_OF_MONEY = {
    Measure.LASTEN: "lasten van",
    Measure.BATEN: "baten van",
    Measure.SALDO: "saldo van",
    Measure.TOEVOEGING: "toevoeging aan",
    Measure.ONTTREKKING: "onttrekking uit",
}


def line_name(measure: Measure, subject: str, code: str | None) -> str:
    """What a row's numbers are of: `lasten van Ondersteuning`, `9D1.a Aantal huisuitzettingen`."""
    if measure in _OF_MONEY:
        named = f"{code} {subject}" if code else subject
        if named.lower().startswith(str(measure)):  # `Saldo van baten en lasten`
            return named
        return f"{_OF_MONEY[measure]} {named}"
    return f"{code} {subject}" if code else subject


def without_digits(subject: str) -> str:
    """A label as a refusal may say it: no number that the question did not name."""
    return re.split(r"\s*\(|\s+(?:per|van|op)\s+\d|\s+\w*\d", subject)[0].strip() or "deze regel"


def moment(period: str | None, phase: Phase | None, heads: Sequence[str]) -> str:
    """Of which year and phase a figure is: `begroting 2025`; where no phase is named, the head of its column."""
    if phase is None:
        return " ".join(heads) or (period or "")
    return f"{phase} {period}" if period else str(phase)


def told_figure(name: str, amount: str, period: str | None, phase: Phase | None, heads: Sequence[str]) -> str:
    """A figure with all that says what it is."""
    said = f"{name[0].upper()}{name[1:]}"
    if period and f"({period})" in amount:  # `275 (2023)` names its year itself
        return f"{said}: {amount}{f', {phase}' if phase else ''}."
    if "€" not in amount and period and phase:
        return f"{said}: {amount} ({period}), {phase}."
    return f"{said}, {moment(period, phase, heads)}: {amount}."


def told_elsewhere(title: str, amount: str) -> str:
    """Another document says something else."""
    return f"{title} noemt een andere waarde: {amount}."


def told_otherwise(kind: CheckKind, amounts: Sequence[str]) -> str:
    """The document contradicts a figure that is told."""
    if kind is CheckKind.EXPLANATION:
        return f"Let op: de toelichting in het document noemt {_and(amounts)}, en dat verschilt."
    return f"Let op: de bedragen die samen hierop moeten uitkomen verschillen ervan: {_and(amounts)}."


def told_target(amount: str, period: str | None) -> str:
    """What was aimed at."""
    return f"De streefwaarde {f'voor {period} ' if period else ''}was {amount}."


def beside_target(difference: Decimal, said: str, unit: str) -> str:
    """How what was counted lies to what was aimed at."""
    if not difference:
        return "Dat is precies de streefwaarde."
    amount = f"{said} {unit}".strip()
    return f"De realisatie ligt {amount} {'boven' if difference > 0 else 'onder'} de streefwaarde."


def told_difference(said: str, unit: str, difference: Decimal, calculation: str) -> str:
    """What lies between two figures."""
    if not difference:
        return "Dat is gelijk."
    words = f"{said} {unit}".strip()
    return f"Dat is {words} {'hoger' if difference > 0 else 'lager'} ({calculation})."


def told_balance(name: str, when: str, said: str, calculation: str, scale: int, *, adds: bool) -> str:
    """A saldo that was calculated, with the convention of the document."""
    how = "lasten plus baten, die hier negatief staan" if adds else "baten min lasten"
    scaled = f", × € {scale:,}".replace(",", ".", 2).replace(". ×", ", ×") if scale > 1 else ""
    return f"{name[0].upper()}{name[1:]}, {when}: {said} ({how}: {calculation}{scaled})."


def told_change(percent: str, value: Decimal) -> str:
    """A change in percents."""
    if not value:
        return "In procenten is er geen verschil."
    return f"In procenten: {percent}% {'hoger' if value > 0 else 'lager'}, afgerond."


def told_share(name: str, percent: str, whole: str, when: str) -> str:
    """A part of a whole."""
    return f"De {name} zijn afgerond {percent}% van de {whole} ({when})." if name.startswith(("lasten", "baten")) else (
        f"Het aandeel van {name} in {whole} is afgerond {percent}% ({when})."
    )  # fmt: skip


def told_ratio(times: str, calculation: str) -> str:
    """How many times one figure is another."""
    return f"Dat is afgerond {times} keer zo groot{f' ({calculation})' if calculation else ''}."


def part_of_sum(subject: str, period: str | None, display: str) -> str:
    """One term of a sum, by what tells it apart."""
    if subject:
        return f"{subject} {display}"
    return display if period and f"({period})" in display else f"{period}: {display}"


def told_sum(said: str, parts: Sequence[str]) -> str:
    """Amounts of running text added up."""
    return f"Samen is dat {said} ({' + '.join(parts)})."


def told_gap(said: str, more: str, less: str) -> str:
    """Two amounts of running text side by side."""
    return f"Het verschil is {said} ({more} − {less})."


def told_percentage(percent: str, part: str, whole: str) -> str:
    """One number of running text in percents of another."""
    return f"Dat is afgerond {percent}% ({part} van de {whole})."


def names_together(measure: Measure, subjects: Sequence[str]) -> str:
    """Several rows of one measure."""
    return f"{_OF_MONEY.get(measure, str(measure))} {', '.join(subjects[:-1])} en {subjects[-1]}"


def told_total(name: str, said: str, original: str, parts: Sequence[str], *, is_mean: bool) -> str:
    """A sum or a mean with its terms."""
    lead = f"Gemiddeld {name}" if is_mean else f"{name[0].upper()}{name[1:]} samen"
    exact = f" ({original})" if original else ""
    rounded = ", afgerond" if is_mean else ""
    return f"{lead}: {said}{exact}{rounded} ({'; '.join(parts)})."


def point(amount: str, display: str, period: str | None, scale: int, phase: Phase | None) -> str:
    """One value in a series; amounts in a table's own thousands, so that a row stays readable."""
    shown = display if scale > 1 else amount
    when = f"{phase} {period}" if phase else period
    return shown if period and f"({period})" in shown else f"{shown} ({when})"


def told_series(name: str, phase: Phase | None, points: Sequence[str], scale: int) -> str:
    """A thing through the years."""
    scaled = f" (× € {scale:,})".replace(",", ".") if scale > 1 else ""
    lead = f"{name[0].upper()}{name[1:]}" if name else ""
    of_phase = str(phase) if phase else ""
    heads = ", ".join(part for part in (lead, of_phase if lead else of_phase.capitalize()) if part)
    return f"{heads}{scaled}: {', '.join(points)}." if heads else f"{', '.join(points)}."


def told_extreme(subject: str, amount: str, measure: Measure, when: str, *, highest: bool) -> str:
    """The highest or lowest of several rows."""
    if measure in (Measure.INDICATOR, Measure.OVERIG):
        return f"Het {'hoogst' if highest else 'laagst'} ({when}) is {subject}: {amount}."
    size = "hoogste" if highest else "laagste"
    article = "het" if measure in (Measure.SALDO, Measure.RESULTAAT) else "de"
    return f"{subject} heeft {article} {size} {measure} ({when}): {amount}."


def told_growth(
    subject: str,
    change: str,
    measure: Measure,
    years: tuple[str, str],
    calculation: str,
    *,
    grows: bool,
    is_most: bool,
    is_relative: bool,
) -> str:
    """The row that changed most; where all fall, the one that grows most falls least."""
    verb, most = "groeit" if grows else "daalt", "meest" if is_most else "minst"
    how = "in verhouding " if is_relative else ""
    what = f"in {measure} " if measure in _OF_MONEY else ""
    return f"{subject} {verb} {how}het {most} {what}tussen {years[0]} en {years[1]}: {change} ({calculation})."


def year_beside(amount: str, period: str | None) -> str:
    """Another year of the same row."""
    return f"In {period}: {amount}." if period and f"({period})" not in amount else f"{amount}."


# --- notices ------------------------------------------------------------------------------------------------------------


def year_chosen(period: str | None, phase: Phase | None) -> str:
    """The question names no year."""
    return f"De vraag noemt geen jaar; dit is {moment(period, phase, ())}."


def negative_sign(measure: Measure) -> str:
    """Income is written as a negative number."""
    if measure is Measure.BATEN:
        return "In dit document staan baten als negatieve bedragen; het saldo is lasten plus baten."
    return "In dit document staan onttrekkingen als negatieve bedragen."


def note_in_document(note: str) -> str:
    """A footnote to the row."""
    return f"Noot bij deze regel in het document: {note.lstrip('* ')}"


def reworded(labels: Sequence[str]) -> str:
    """One thing has several names."""
    return f"In verschillende documenten heet deze regel anders: {'; '.join(f'‘{label}’' for label in labels)}."


def gaps(years: Sequence[str]) -> str:
    """Years between others for which nothing was counted."""
    return f"Er is geen cijfer over {_and(years)}."


def sources_differ(sources: Sequence[str]) -> str:
    """The numbers of a series were counted by several."""
    return f"De cijfers komen niet uit dezelfde bron: {', '.join(sources)}."


def values_differ(periods: Sequence[str]) -> str:
    """Documents give several values for one year."""
    return f"Documenten geven verschillende waarden voor {', '.join(dict.fromkeys(periods))}."


NO_TARGET_YEAR = (
    "Dat staat niet in de documenten: voor geen enkele indicator staan realisatie en streefwaarde van hetzelfde jaar er allebei."
)

# --- what is not there --------------------------------------------------------------------------------------------------


def year_not_there(name: str, period: str, years: Sequence[str], title: str) -> str:
    """A year that the row does not have."""
    if not years:
        return f"Dat staat niet in de documenten: voor {name} is geen cijfer gevonden voor {period}."
    consecutive = [str(year) for year in range(int(years[0][:4]), int(years[-1][:4]) + 1)]
    if list(years) == consecutive and len(years) > 2:  # noqa: PLR2004 (a stretch of years, not a list)
        return (
            f"Dat staat niet in de documenten: voor {name} loopt {title} van {years[0]} tot en met {years[-1]}, zonder {period}."
        )
    return f"Dat staat niet in de documenten: voor {name} staan er cijfers over {_and(years)}, niet over {period}."


def phase_not_there(name: str, period: str, wanted: str, there: Sequence[str]) -> str:
    """A phase that the row does not have in a year."""
    has = f"; wel een {' en een '.join(there)}" if there else ""
    return f"Dat staat niet in de documenten: voor {name} staat er bij {period} geen {wanted}{has}."


def programme_not_there(number: str, parts: Sequence[str]) -> str:
    """A programme of which no document is there."""
    return f"Dat staat niet in de documenten: programma {number} is niet ingelezen, wel {_and(parts)}."


def city_not_there(parts: Sequence[str]) -> str:
    """The documents are of a part of the budget."""
    return f"Dat staat niet in de documenten: ze gaan over {_and(parts)}, niet over de hele begroting."


def _and(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} en {parts[-1]}" if len(parts) > 1 else parts[0]


def stock_not_there(subject: str) -> str:
    """The documents tell of a reserve what changes, not how much it holds."""
    return (
        f"Dat staat niet in de documenten: van {subject} geven ze wat eraan wordt toegevoegd en eruit wordt onttrokken, niet "
        "hoeveel erin zit."
    )


def reading(parts: Sequence[str]) -> str:
    """How the question was read."""
    return f"Gelezen als: {'; '.join(dict.fromkeys(parts))}"
