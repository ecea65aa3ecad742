"""Question -> Quantity: which numbers it asks for, of which years and phase, and what is to be done with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import TypeVar

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from begroting_qa.domain import Measure, Operation, Phase, Quantity
from begroting_qa.dutch import fold, is_dutch_word, tokens
from begroting_qa.measures import WITHDRAWING, is_measure, measures_named

_YEAR = r"(?:19|20)\d{2}"
_THROUGH = re.compile(rf"\b({_YEAR})\s*(?:-|–|tot en met|t/m|tm)\s*({_YEAR})\b")

Kind = TypeVar("Kind")

# years that only name a document: `wat zegt het jaarverslag 2018 over 2015?`
_DOCUMENT_YEAR = re.compile(
    rf"\b(?:jaarverslag|jaarstukken|voortgangsrapportage|rapportage)(?: van| over)? ({_YEAR})\b|"
    rf"\b(?:in|volgens|uit) de (?:programma)?begroting(?: van)? ({_YEAR})\b"
)
_SINCE = re.compile(rf"\b(?:vanaf|sinds|na)\s+({_YEAR})\b")
_OF_PHASE = r"(?:de\s+)?(?:rekening|begroting|raming|meerjarenraming)\s+"
_BETWEEN = re.compile(
    rf"\b(?:tussen|van|over)\s+(?:de jaren\s+)?(?:{_OF_PHASE})?({_YEAR})\s+(?:en|tot|naar|op)\s+(?:{_OF_PHASE})?({_YEAR})\b"
)
MAX_YEARS = 20
_FLOWS = frozenset((Measure.SALDO, Measure.TOEVOEGING, Measure.ONTTREKKING))
_OVER_YEARS = frozenset((Operation.SERIES, Operation.AVERAGE, Operation.SUM))
_EXTREMES = frozenset((Operation.HIGHEST, Operation.LOWEST))
_OF_ONE_YEAR = frozenset((Operation.LOOK_UP, Operation.SERIES))

# what is no question for a number, whatever numbers it names
_OTHER = re.compile(
    r"^(?!.*\b(?:hoe ?veel|percentage|procent|aandeel)\b.*\bwanneer\b)(?!.*\bwanneer\b.*\b(?:hoogst|laagst)).*\bwanneer\b|"
    r"\b(?:waarom|waardoor|waarmee|waarvoor|waarover|waaruit|hoezo|reden(?:en)?|oorza\w+|toelichting|verklaring|"
    r"hoe kom(?:t|en)|hoe kan het|wie(?!.*\b(?:meer|minder|hoger|lager)\b.*\bof\b)|betekent|"
    r"wat doet (?!het saldo|de lasten|de baten)|"
    r"wat is het doel(?! voor (?:(?:het|de) (?:percentage|aantal)|\d{4}))|"
    r"wat wil|hoe ?lang duurt|gebruikt? voor|ter dekking|"
    r"(?<!procent komt )(?<!procent gaat )(?<!wat is )daarvan|waarvan)\b"
)
_ASKS = re.compile(
    r"\b(?:hoe ?veel|hoe (?:hoog|laag|groot|veel|vaak)|kost(?:en|te|ten)?|\w*bedrag(?:en)?|budget(?:ten)?|percentage|"
    r"procent|aantal(?:len)?|totaal|meting(?:en)?|jaarcijfers?|gemiddelde?|\w*scores?|scoor\w*|schaal van|kwijt|cijfers?|"
    r"laste?n?|baten|"
    r"programmalasten|lastenkant|inkomstenkant|"
    r"sald[oi]|resultaat|"
    r"streef\w*|realisaties?|gerealiseerde?|uitgaven|"
    rf"inkomsten|opbrengsten|toevoeging(?:en)?|{WITHDRAWING}\w*|onttrokken|optelt|reserves?|subsidies?|"
    r"geraamd|begroot|ontwikkel\w*|verloop|"
    r"verliep|in hoeverre|hoever|mikte|subsidiesaldo|indicator\w*|gehaald|behaald|"
    r"meer|meest|minst|minder|hoger|lager|hoogste?|laagste?|"
    r"grootste|kleinste|hardst|sterkst|meeste|minste|duurste?|goedkoopste?|positiefst|negatiefst|geld|euro|"
    r"per (?:duizend|1\.?000)|procentpunt\w*|percentagepunt\w*|"
    r"aandeel|deel|verschil\w*|stijg\w*|stegen|steeg|daal\w*|dalen|groei\w*|"
    r"\w*duur|\w*tijd|hoe ?lang|uit(?:geven|gegeven|geeft)?|besteed\w*|rekening|begroting (?:\d{4} )?(?:voor|van))\b"
)
_PHASES = (
    (
        Phase.STREEFWAARDE,
        r"streefwaarden?|streefcijfers?|streven|streeft|nastreeft|streefdoel|target|lat|ambieert|mik(?:t|te|ken)|beoogt|beoogde|"
        r"wil\w* .{0,80}\b(?:terugbrengen|bereiken|halen|uitkomen|verlagen|verhogen)",
    ),
    (Phase.MEERJARENRAMING, r"meerjarenraming\w*|meerjarenbegroting|raming(?:en)?"),
    (Phase.REKENING, "rekening|jaarrekening"),
    (Phase.REALISATIE, "realisaties?|gerealiseerde?|werkelijke?|behaalde?"),
    (Phase.BEGROTING, "begroot|begrote?|begroting"),
)
_BUDGETED = re.compile(r"\b(?:begroot|begrote)\b")  # not `de begroting`, which may name a document
_OF = r"(?:de|het|die|deze)"
_NETS = re.compile(
    r"\b(?:per saldo|netto|onder de streep|na aftrek|"
    r"(?:baten|inkomsten|opbrengsten) van de (?:lasten|uitgaven|kosten) af\w*)\b|\bsaldo\b.*\breserve(?!s)"
)
_EVERYDAY = (
    (re.compile(r"\b(?:spaarpot|reservepot|pot)(?:ten|jes)\b"), "reserves"),
    (re.compile(r"\b(?:spaarpot|reservepot|pot)(?:je)?\b"), "reserve"),
    (re.compile(r"\s?%"), " procent"),
    (re.compile(r"\bop (?:de|elke|iedere) (?:duizend|1\.?000)\b|\bop duizend\b"), "per duizend"),
)
_AFTER_RESERVES = re.compile(
    r"\b(?:na|inclusief|incl\.?) (?:de |alle )?(?:verrekening|mutaties?|reservemutaties|reserves)\b|"
    r"\breserves\b.{0,30}\bverreken\w*|\bverreken\w* .{0,30}\breserves\b"
)
_MUTATIONS = re.compile(
    r"\b(?:mutaties?|muteren|muteert|muteerden) (?:in |van |op |aan )?(?:de |alle )?reserves?\b|\breservemutaties?\b"
)
_MINUS = re.compile(
    r"\b(?:(?:lasten|uitgaven|kosten) min (?:de )?(?:baten|inkomsten|opbrengsten)|"
    r"(?:toevoeging|storting)\w* min (?:de )?(?:onttrekking|opname)\w*)\b"
)
# what a question leaves out, or says with a word for a measure: `zonder de toevoegingen te verrekenen`, `de baten storten in`
_ASIDE = re.compile(
    r"\b(?:zonder|exclusief|los van|afgezien van|buiten)\b[^,.;:?]*|,[^,.;:?]*\bniet (?:mee|inbegrepen)[^,.;:?]*|"
    r"\bstort(?:en|te|ten)?\b(?=[^,.;:?]{0,30}\bin\s*(?:[.,;:?]|$))"
)
_IN_AND_OUT = re.compile(
    r"\b(?:storting|toevoeging|opname|onttrekking)(?:en|s) en (?:de )?(?:storting|toevoeging|opname|onttrekking)(?:en|s)\b.*"
    r"\b(?:tegen elkaar|per saldo|verschil\w*|weg\w*)|\breserves?\b.{0,40}\b(?:er)?in dan (?:er ?uit|uit)\b|"
    r"\bin (?:de |haar |onze )?reserves? dan (?:er ?uit|er .{0,20}uit)\b|"
    r"\b(?:erin|bij) dan er ?(?:uit|af)\b"
)
_FROM_RESERVE = re.compile(
    rf"\breserve\b.*\baan ?(?:ge)?spr[eo]\w+|"
    rf"\buit (?:{_OF}|alle|onze|welke) (?:[\w-]+[ ,]+){{0,5}}?\w*reserves?|\b(?:greep|grepen|opname) uit\b|"
    r"\breserve\b.*\b(?:gehaald|genomen|gebruikt|geput|eruit|uitgehaald|er .{0,12}\buit)\b"
)
_INTO_RESERVE = re.compile(
    rf"\bopzij ?(?:te )?(?:ge)?(?:zet|leg)\w*|\b(?:in|aan) (?:{_OF}|alle|onze) \w*reserves?\b.*\b(?:stop\w*|stort\w*)\b|"
    rf"\bnaar {_OF} \w*reserve\b|\bvoeg\w* .{{0,80}}\btoe\b|"
    rf"\b(?:in|aan) {_OF} \w*reserve\b.*\b(?:gestopt|gezet|gestort|bijgestort|gaat|toegevoegd|"
    r"gedaan|komt)\b|"
    r"\bgaat? er .{0,20}in de (?:\w+ ?){0,4}reserve"
)
_STOCK = re.compile(
    r"\b(?:zit|zat|zitten|stand|omvang|hoogte|hoe (?:groot|hoog)|saldo)\b.{0,40}\breserves?\b|"
    r"\breserves?\b.{0,60}\b(?:groot|hoog)\b"
)
_BALANCE = re.compile(r"\bsaldo (?:van|tussen) (?:de )?(?:baten en (?:de )?lasten|lasten en (?:de )?baten)\b")
_SPENDS = re.compile(
    r"\b(?:geef|geeft|geven|gaf|gaven|trekt?|gaan?|ging)\b.{0,120}\buit\b|\buitgeeft\b|"
    r"\b(?:gaat|ging|gaan)\b(?! om\b) (?:er )?.{0,30}\bnaar\b|"
    r"\bgeld\b.{0,30}\b(?:naar|voor|aan)\b"
)
_COMES_IN = re.compile(
    r"\b(?:komt|kwam|komen|kwamen|haalt|halen|haalde|krijgt|kreeg|krijgen) (?:\S+ ){0,8}binnen\b(?! (?:de|het|een|dit|dat)\b)"
)
_AMOUNT = re.compile(r"\b(?:hoe ?veel|welk bedrag|hoe hoog|wat kost\w*|wat (?:gee?ft?|gaf|gaven|geven))\b")
_MONEY = re.compile(
    r"\b(?:geld|euro|bedrag(?:en)?|budget(?:ten)?|kost(?:en|te)?|uitgaven|miljoen|ton|begroot|geraamd|kostenposten?|uitgavenpost)\b"
)

# what a reader may mistype, and the whole question hangs on
_MENDED_TO = (
    "lasten", "baten", "saldo", "uitgaven", "inkomsten", "opbrengsten", "ontvangsten", "resultaat", "streefwaarde", "begroting",
    "toevoeging", "toevoegingen", "onttrekking", "onttrekkingen", "percentage", "procent", "verschil", "hoogste", "laagste",
    "gemiddeld",
)  # fmt: skip
SHORTEST_MENDED = 4

# --- what is to be done with the numbers ----------------------------------------------------------------------------------

_GROWTH = (
    r"(?:groei\w*|ge(?:groeid|stegen)|stijg\w*|steeg|stegen|toe ?ne\w+|n[ae]\w*m\w* .{0,60}toe|daal\w*|"
    r"dalen|gedaald|daling|zakt|zakken|zakte|gezakt|krimpt|krimp|gekrompen|"
    r"af ?ne\w+|n[ae]\w*m\w* .{0,60}af|verander\w*|toename|afname|toegenomen|"
    r"afgenomen|terugval(?!len)\w*|terugloop|slink\w*|geslonken|opgelopen|om(?:hoog|laag)|erbij|eraf|"
    r"oploopt?|achteruit\w*|vooruit(?:gegaan|gaan|ging)|"
    r"lo(?:opt|pen) .{0,120}\bop\b|liep(?:en)? .{0,80}\b(?:op|terug)\b|val(?:t|len) .{0,40}weg|weggevallen|"
    r"kelder\w*|duikel\w*|verlo(?:or|ren)|lever\w* .{0,80}\bin\b|"
    r"lo(?:op|pen|opt) .{0,80}\bterug|terug ?lo\w+|scheel\w*)"
)
_GROWS = re.compile(_GROWTH)
_MORE = "(?:meer|minder|hoger|lager|groter|kleiner|duurder|goedkoper)"
_UP = re.compile(
    r"\b(?:hoogste?|grootste?|meeste?|duurste?|positiefste?|tevredenste?|zwaarste?|hardste?|sterkste?|snelste?)\b|"
    r"\bpiek\w*|\bop volgorde\b|\brangschik\w*"
)
_DOWN = re.compile(r"\b(?:laagste?|kleinste?|minste?|goedkoopste|negatiefste?|zwakste?|slechtste?)\b")
_WHICH = re.compile(
    r"\b(?:welke?|wat|waar|wanneer)\b|\bvolgorde\b|\brangschik\w*|\b(?:beleidsterrein|reserve|indicator|taakveld|post) met\b"
)
_WHICH_OF_TWO = re.compile(rf"\b(?:waar|welke?|wat|waaraan|wie)\b.*\b{_MORE}\b.*\bof\b")
_RELATIVE = re.compile(r"\b(?:in verhouding|verhoudingsgewijs|relatie(?:f|ve)|procentue\w+|percentueel|in procenten)\b")
_PERCENTUAL = re.compile(
    rf"\b(?:procentue\w+|relatie(?:f|ve)|in procenten|"
    rf"hoeveel procent (?:ligt|lag|liggen|lagen) .{{0,120}}(?:boven|onder)|"
    rf"hoeveel procent .{{0,120}}(?:{_MORE}|{_GROWTH})|"
    rf"(?:met|welk|een) percentage .{{0,120}}(?:{_MORE}|{_GROWTH})|percentage waarmee)\b"
)
_DIFFERENCE = re.compile(
    rf"\b(?:komt? er .{{0,40}}\bbij(?=\s*(?:[,.?!]|$|in \d|ten opzichte|vergeleken|na ))|"
    rf"gaat er .{{0,40}}\baf|verschil\w*|hoeveel (?:\w+ )?{_MORE}|"
    rf"hoeveel (?:.{{0,60}}\b)?extra|"
    rf"(?:gat|kloof|afstand) tussen|verlies|"
    rf"(?:bleef|blijft|bleven|ligt|lag|lagen) .{{0,80}}\bachter|hoeveel lig(?:t|gen) .{{0,120}}\b(?:onder|boven)|min|"
    rf"{_GROWTH}|{_MORE} (?:\w+ ){{0,8}}dan)\b"
)
_THE = r"(?:de|het|al|alle|onze|ons|al het|(?:de|het) hele)"
_WHOLE = r"(?:totale? )?(?:lasten|baten|uitgaven|saldo|begroting|inkomsten|kosten|budget|programma\w*)"
_SHARE = re.compile(
    rf"\b(?:welk (?:aandeel|deel) (?:.{{0,120}}\b)?(?:van|in) {_THE}|(?:aan)?deel van {_THE} (?:totale? |programma|{_WHOLE})|"
    rf"welk percentage van {_THE} (?:totale|lasten|baten|uitgaven|programma)|hoeveel procent van {_THE} {_WHOLE}|"
    rf"(?:hoeveel procent|welk percentage) van (?:alles?|wat|wie)|als (?:percentage|procent) van {_THE}|"
    r"(?:welk (?:percentage|deel|aandeel)|hoeveel procent) (?:daarvan )?(?:gaat|ging|komt|kwam)\b.{0,80}\b(?:naar|uit|van)|"
    r"(?:procent|percentage|deel)\b.{0,100}\b(?:gedekt|dekken|dekte?n?|terugverdiend?|terug ?verdienen|bekostigd)|"
    r"aandeel\b.{0,60}\b(?:in|van) (?:de |het )?tota)"
)
_OF_PROGRAMME = re.compile(r"\b(?:programma|begroting)\b")
_RATIO = re.compile(
    r"\b(?:hoe ?veel (?:keer|maal)|hoe ?vaak (?:zo|groter|hoger|meer|gaat|gaan|past)|verhouding tussen|gedeeld door|"
    r"tegenover (?:iedere|elke) euro)\b"
)
_SUM = re.compile(
    r"\b(?:optel\w*|tel\w* .{0,120}\bop\b|samen|bij elkaar|totaal van \w.{0,60} en|opgeteld|gezamenlijke?|cumulatief|som van)\b"
)
_AVERAGE = re.compile(
    rf"{_YEAR}\W{{1,3}}middel(?:en|t)?\b|"
    r"\bgemiddelde? (?:per jaar|over|van de (?:lasten|baten|jaren)|in de (?:jaren|periode))|\bjaargemiddelde\b|"
    r"\bgemiddelde?\b.{0,40}\b(?:per jaar|saldo|lasten|baten|uitgaven)\b|"
    rf"\bgemiddelde?\b.{{0,80}}\b(?:over|tussen|in) (?:de )?(?:jaren |periode )?{_YEAR}\D{{1,12}}{_YEAR}"
)
_IN_ALL = re.compile(r"\b(?:hoe ?veel|welk bedrag|wat)\b.*\b(?:in totaal|totaal)\b")
_WHICH_YEAR = re.compile(r"\bjaar\b|\bwanneer\b")
_EACH_YEAR = re.compile(r"\b(?:per|elk|ieder) jaar\b|\bjaarlijks|\bjaar voor jaar\b")
_SERIES = re.compile(
    r"\b(?:welke (?:realisaties|streefwaarden|streefcijfers|waarden)|ontwikkel\w*|verloop|verliep|verlopen|"
    r"loopt(?! .{0,120}\b(?:op|terug|af)\b)|per jaar|"
    r"liep(?! .{0,20}\b(?:op|terug|af)\b)|jaar (?:voor|op|na) jaar|van jaar tot jaar|op een rij(?:tje)?|"
    r"(?:elk|ieder) jaar|alle jaren|door de jaren|jaarlijks\w*|over de jaren|de jaren|meerjarig\w*|reeks|"
    r"trend)\b|^\W*hoe (?:is|zijn|was|waren|heeft|hebben)\b.*\bveranderd\b|\bhoe veranderden?\b"
)
_DEVELOPS = re.compile(
    r"^\W*hoe (?:is|zijn|was|waren|heeft|hebben)\b.*\bveranderd?\b|\bhoe veranderden?\b|\bontwikkel\w*|\bverliep|\bverloop"
)
_TARGET = re.compile(
    r"\b(?:gehaald|behaald|haalt|halen|haalde|bereikt)\b|"
    r"\b(?:onder of boven|boven of onder)\b|\bop het niveau\b|\bhoe ver\b.{0,80}\b(?:af|vandaan|verwijderd)\b|"
    r"\bvold(?:oet|eed)\b.{0,100}\bstreef|"
    r"\b(?:onder|boven|van|met|tot|opzichte van|bij|op) (?:de |het |onze )?(?:streefwaarde|streefcijfer|doel(?! \d))\b"
)
_AIM = re.compile(r"\b\w*stree?f\w*|\bambitie\w*|\bdoel\w*|\bnorm\b|\bgehaald\b|\bbehaald\b|\bwil\w* (?:halen|bereiken)\b")
_OBLIGED = re.compile(r"\b(?:moest(?:en)?|moet(?:en)?|opgave|taakstelling|zou(?:den)?(?! (?:ik|je|u|jij|wij)\b))\b")
_WAITS = re.compile(r"\bwacht\w*|\bhoe ?lang\b")  # what people had to do themselves
_TOTAL = re.compile(r"\b(?:totale?|totaal|geheel|hele programma|programma als geheel)\b")


@cache
def _frame() -> frozenset[str]:
    text = resources.files("begroting_qa").joinpath("lexicon/quantity_words.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
_SPELLED = {
    **{word: number for number, word in enumerate(_UNITS, 1)},
    **{word: number for number, word in enumerate(_TEENS, 10)},
    "twintig": 20, "dertig": 30,
    **{f"{word}{'en' if not word.endswith('e') else 'ën'}twintig": 20 + number for number, word in enumerate(_UNITS, 1)},
    **{f"{word}entwintig": 20 + number for number, word in enumerate(_UNITS, 1)},
}  # fmt: skip
_SPELLED_YEAR = re.compile(r"\btweeduizend ?(?:en ?)?([a-zë]+)\b", re.IGNORECASE)
_SPELLED_PROGRAMME = re.compile(rf"\bprogramma ({'|'.join((*_UNITS, *_TEENS))})\b", re.IGNORECASE)


_OR_NOT = re.compile(r",? of niet\b", re.IGNORECASE)
_COMPARED_WITH = re.compile(r"\b(?:tov\b|t\.o\.v\.?(?=\s|$))", re.IGNORECASE)
_RESERVE_OF = re.compile(r"\b(?!bestemmings|algemene|egalisatie)(\w{4,})-?reserve\b", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """Return a text with what a telephone hears, as `tweeduizend zevenentwintig` and `programma negen`, in digits.

    `t.o.v.` and `Oekraïnereserve` are written in the words of a budget.
    """
    text = _SPELLED_YEAR.sub(lambda m: str(2000 + _SPELLED[m[1].lower()]) if m[1].lower() in _SPELLED else m[0], text)
    text = _SPELLED_PROGRAMME.sub(lambda m: f"programma {_SPELLED[m[1].lower()]}", text)
    text = _OR_NOT.sub("", text)
    text = _COMPARED_WITH.sub("ten opzichte van", text)
    return _RESERVE_OF.sub(r"reserve \1", text)


def find_quantity(text: str, typed: str, years: Sequence[int]) -> Quantity | None:
    """Return what numbers a question asks for, None where it asks for something else.

    `text` is the question with its spelling mended, `typed` as it came; `years` are those that it names.
    """
    # that is no account
    text = re.sub(r"voor (?:rekening (?:komt |kwam |komen )?van|(?:zijn|haar|hun) rekening)", "komt van", text)
    said = _in_budget_words(" ".join(_mended(word) for word in fold(text).split(" ")))
    asks_target = _TARGET.search(said) is not None and _AIM.search(said) is not None
    if _OTHER.search(said) or not (asks_target or _ASKS.search(said)):
        return None
    measures = _measures_asked(said, typed)
    of_programme = _OF_PROGRAMME.search(said) is not None
    operation, grows, periods, is_range = _asked_over(said, years)
    if operation is Operation.SHARE and not (measures or of_programme):
        operation = Operation.LOOK_UP  # `welk aandeel van de inwoners` is a number that the table gives
    phases = tuple(_named(_PHASES, said))
    if len(periods) == 1 and _BUDGETED.search(said):
        phases = tuple(phase for phase in phases if phase is not Phase.REKENING)
    of_money = bool({Phase.REKENING, Phase.MEERJARENRAMING} & set(phases)) or (operation is Operation.SHARE and of_programme)
    is_obliged = _OBLIGED.search(said) is not None and not phases and not _WAITS.search(said)
    if is_obliged:
        phases = (Phase.STREEFWAARDE, Phase.BEGROTING)  # what had to be is not what was counted
    words = {
        token.text for token in (*tokens(text), *tokens(typed)) if asks_number(token.text) or _mended(token.text) != token.text
    }
    return Quantity(
        operation=operation,
        measures=tuple(measures),
        phases=phases,
        periods=periods,
        is_range=is_range,
        is_money=bool(measures) or of_money or _MONEY.search(said) is not None,
        is_total=_TOTAL.search(said) is not None,
        is_obliged=is_obliged,
        asks_amount=_AMOUNT.search(said) is not None,
        is_stock=_STOCK.search(said) is not None and not _FLOWS & set(measures),
        grows=grows,
        is_relative=_RELATIVE.search(said) is not None,
        said=said,
        words=frozenset(words),
    )


def _measures_asked(said: str, typed: str) -> list[Measure]:
    """Return what a question wants measured, by the names of measures and by what it says is done with the money."""
    said, typed = _ASIDE.sub(" ", said), _ASIDE.sub(" ", fold(typed))
    measures = list(dict.fromkeys((*measures_named(said), *measures_named(typed))))
    if Measure.SUBSIDIE in measures:
        return [Measure.SUBSIDIE]  # `Subsidie saldo` is what is given, and no saldo of lasten and baten
    if _AFTER_RESERVES.search(said) or Measure.RESULTAAT in measures:
        return [Measure.RESULTAAT]
    if any(pattern.search(said) for pattern in (_NETS, _BALANCE, _IN_AND_OUT, _MUTATIONS, _MINUS)):
        return [Measure.SALDO]
    if _FROM_RESERVE.search(said) and Measure.TOEVOEGING not in measures:
        return [Measure.ONTTREKKING]
    if _INTO_RESERVE.search(said) and Measure.ONTTREKKING not in measures:
        return [Measure.TOEVOEGING]
    if not measures and _COMES_IN.search(said):
        return [Measure.BATEN]
    return measures or ([Measure.LASTEN] if _SPENDS.search(said) else [])


def _asked_over(said: str, years: Sequence[int]) -> tuple[Operation, bool, tuple[str, ...], bool]:
    """Return what is to be done, whether what grew is asked for, over which years, and whether these are a stretch."""
    periods, is_range = _periods(said, years)
    operation, grows = _operation(said, periods)
    asks_sum = _IN_ALL.search(said) is not None or re.search(r"\bhet totaal\b", said) is not None
    if _MINUS.search(said) and operation is Operation.DIFFERENCE:
        operation = Operation.LOOK_UP  # that is the saldo
    elif _IN_AND_OUT.search(said):
        operation = Operation.SUM if len(periods) > 1 else Operation.LOOK_UP
    elif _NETS.search(said) and "reserve" in said:
        operation = Operation.SERIES if is_range else Operation.LOOK_UP  # a saldo of a reserve is a change itself
    elif operation is Operation.SERIES and (is_range or len(periods) > 2) and asks_sum and not _EACH_YEAR.search(said):  # noqa: PLR2004
        operation = Operation.SUM  # `hoeveel wordt er van 2025 tot en met 2028 in totaal gestort?`
    between = _BETWEEN.search(said)
    is_over_years = operation in _OVER_YEARS or (operation in _EXTREMES and not grows and _WHICH_YEAR.search(said))
    if is_over_years and between is not None and int(between[1]) < int(between[2]):
        periods, is_range = tuple(str(year) for year in range(int(between[1]), int(between[2]) + 1)), True
    elif operation in _OF_ONE_YEAR and not is_range:
        periods = _without_document_years(said, periods)
    return operation, grows, periods, is_range


def asks_number(word: str) -> bool:
    """Tell whether a folded word says which number is asked for or what to do with it, and nothing of its subject."""
    return word in _frame() or _is_named(word) or _operates(word)


def _in_budget_words(said: str) -> str:
    """Return a folded question with the words of a budget for everyday ones: `spaarpotjes` are reserves."""
    for pattern, word in _EVERYDAY:
        said = pattern.sub(word, said)
    return said


def _mended(word: str) -> str:
    """Return a word that is no Dutch word and one letter off `lasten` or `streefwaarde` as that word."""
    if len(word) < SHORTEST_MENDED or not word.isalpha() or is_dutch_word(word):
        return word
    near = extract(word, _MENDED_TO, scorer=OSA.distance, score_cutoff=1, limit=1)
    return near[0][0] if near else word


def _named(kinds: Sequence[tuple[Kind, str]], said: str) -> Iterator[Kind]:
    for kind, pattern in kinds:
        if re.search(rf"\b(?:{pattern})\b", said):
            yield kind


def _operates(word: str) -> bool:
    """Tell whether a word says what to do with numbers: `gestegen`, `optelt`, `ontwikkeld`."""
    return any(pattern.fullmatch(word) for pattern in (_ASKS, _GROWS, _DIFFERENCE, _SUM, _SERIES, _TARGET, _UP, _DOWN, _TOTAL))


def _is_named(word: str) -> bool:
    return is_measure(word) or any(re.fullmatch(pattern, word) for _, pattern in _PHASES)


def _periods(said: str, years: Sequence[int]) -> tuple[tuple[str, ...], bool]:
    """Return the years asked for, and whether they are a stretch: `2025 tot en met 2028`, `vanaf 2025`."""
    found = [str(year) for year in years]
    is_range = False
    for match in _THROUGH.finditer(said):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + MAX_YEARS:
            found += [str(year) for year in range(first, last + 1)]
            is_range = True
    since = _SINCE.search(said)
    if since is not None and len(found) == 1:
        found = [str(year) for year in range(int(since[1]), int(since[1]) + MAX_YEARS)]
        is_range = True
    return (tuple(sorted(dict.fromkeys(found))) if len(found) > 1 else tuple(found)), is_range


def _without_document_years(said: str, periods: tuple[str, ...]) -> tuple[str, ...]:
    """Return the years without those that only name a document, where others are left."""
    of_documents = {m[1] or m[2] for m in _DOCUMENT_YEAR.finditer(said)}
    return tuple(period for period in periods if period not in of_documents) or periods


def _operation(said: str, periods: Sequence[str]) -> tuple[Operation, bool]:
    """Return what is to be done, and whether the highest or lowest growth is asked for."""
    grows = re.search(rf"\b{_GROWTH}\b", said) is not None
    down = _DOWN.search(said) is not None
    if _WHICH_OF_TWO.search(said):
        return (Operation.LOWEST if re.search(r"\b(?:minder|lager|kleiner)\b", said) else Operation.HIGHEST), False
    if (down or _UP.search(said)) and _WHICH.search(said):
        return (Operation.LOWEST if down else Operation.HIGHEST), grows
    if _TARGET.search(said) and _AIM.search(said) and "reserve" not in said:
        return Operation.TARGET, False
    asks_each = len(periods) > 2 and re.search(r"\bhoe ?veel\b", said) is None  # noqa: PLR2004 (two years are compared)
    ordered = (
        (
            Operation.AVERAGE,
            _AVERAGE.search(said) or (len(periods) > 2 and re.search(r"\b(?:gemiddeld|middelt?)\b|\bhet gemiddelde\b", said)),
        ),  # noqa: PLR2004
        (Operation.SHARE, _SHARE.search(said)),
        (Operation.CHANGE, _PERCENTUAL.search(said) and (grows or len(periods) > 1 or re.search(rf"\b{_MORE}\b", said))),
        (Operation.DIFFERENCE, _DIFFERENCE.search(said) and not _DEVELOPS.search(said) and not asks_each),
        (Operation.RATIO, _RATIO.search(said)),
        (Operation.SUM, _SUM.search(said)),
        (Operation.SERIES, _SERIES.search(said) or len(periods) > 2),  # noqa: PLR2004 (two years may be compared)
    )
    return next((operation for operation, found in ordered if found), Operation.LOOK_UP), False
