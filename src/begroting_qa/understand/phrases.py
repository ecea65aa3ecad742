"""How people ask for numbers in Dutch: the wording that `quantity.py` reads, as patterns over a folded question."""

from __future__ import annotations

import re

from begroting_qa.domain import Aspect, Phase
from begroting_qa.dutch import MONTHS
from begroting_qa.measures import WITHDRAWING

YEAR = r"(?:19|20)\d{2}"
THROUGH = re.compile(rf"\b({YEAR})\s*(?:-|–|tot en met|t/m|tm)\s*({YEAR})\b")

# years that only name a document: `wat zegt het jaarverslag 2018 over 2015?`
DOCUMENT_YEAR = re.compile(
    rf"\b(?:jaarverslag|jaarstukken|voortgangsrapportage|rapportage)(?: van| over)? ({YEAR})\b|"
    rf"\b(?:in|volgens|uit) de (?:programma)?begroting(?: van)? ({YEAR})\b"
)
SINCE = re.compile(rf"\b(?:vanaf|sinds|na)\s+({YEAR})\b")
OF_PHASE = r"(?:de\s+)?(?:rekening|begroting|raming|meerjarenraming)\s+"
BETWEEN = re.compile(
    rf"\b(?:tussen|van|vanaf|over)\s+(?:de jaren\s+)?(?:{OF_PHASE})?({YEAR})\s+(?:en|tot|naar|op)\s+(?:{OF_PHASE})?({YEAR})\b"
)

# what is no question for a number, whatever numbers it names
OTHER = re.compile(
    r"^(?!.*\b(?:hoe ?veel|percentage|procent|aandeel)\b.*\bwanneer\b)(?!.*\bwanneer\b.*\b(?:hoogst|laagst)).*\bwanneer\b|"
    r"(?:^(?:(?:door|met|van|voor) )?|\bover |[.?!:;,] )wie\b(?!.*\b(?:meer|minder|hoger|lager)\b.*\bof\b)|"
    r"^(?!.*\b(?:procent|percentage|deel|gemiddeld\w*)\b).*\bdaarvan\b|"
    r"\b(?:waarom|waardoor|waarmee|waarvoor|waarover|waaruit|waarvan|hoezo|reden(?:en)?|oorza\w+|toelichting|verklaring|"
    r"hoe kom(?:t|en)|hoe kan het|betekent|wat doet (?!het saldo|de lasten|de baten)|"
    r"wat is het doel(?! voor (?:(?:het|de) (?:percentage|aantal)|\d{4}))|wat wil|hoe ?lang duurt|gebruikt? voor|ter dekking)\b"
)
ASKS = re.compile(
    r"\b(?:hoe ?veel|hoe (?:hoog|laag|groot|veel|vaak)|kost(?:en|te|ten)?|\w*bedrag(?:en)?|budget(?:ten)?|percentage|"
    r"procent|aantal(?:len)?|totaal|meting(?:en)?|jaarcijfers?|gemiddelde?|\w*scores?|scoor\w*|schaal van|kwijt|\w*cijfers?|"
    r"laste?n?|baten|"
    r"programmalasten|lastenkant|inkomstenkant|"
    r"sald[oi]|resultaat|"
    r"streef\w*|realisaties?|gerealiseerde?|uitgaven|"
    rf"inkomsten|opbrengsten|toevoeging(?:en)?|{WITHDRAWING}\w*|onttrokken|optelt|reserves?|subsidies?|"
    r"geraamd|begroot|ontwikkel\w*|verloop|"
    r"verliep|in hoeverre|hoever|mikte|subsidiesaldo|indicator\w*|gehaald|behaald|"
    r"meer|meest|minst|minder|hoger|lager|hoogste?|laagste?|"
    r"grootste|kleinste|hardst|sterkst|meeste|minste|duurste?|goedkoopste?|vaakst|positiefst|negatiefst|geld|euro|"
    r"per (?:duizend|1\.?000)|procentpunt\w*|percentagepunt\w*|"
    r"aandeel|deel|verschil\w*|stijg\w*|stegen|steeg|daal\w*|dalen|groei\w*|"
    r"\w*duur|\w*tijd|hoe ?lang|uit(?:geven|gegeven|geeft)?|besteed\w*|rekening|begroting (?:\d{4} )?(?:voor|van (?!\d)))\b"
)
PHASES = (
    (
        Phase.STREEFWAARDE,
        r"streefwaarden?|streefcijfers?|streven|streeft|nastreeft|nagestreefde?|streefdoel|target|lat|ambieert|mik(?:t|te|ken)|beoogt|beoogde|"
        r"wil\w* .{0,80}\b(?:terugbrengen|bereiken|halen|uitkomen|verlagen|verhogen)",
    ),
    (Phase.MEERJARENRAMING, r"meerjarenraming\w*|meerjarenbegroting|raming(?:en)?"),
    (Phase.REKENING, "rekening|jaarrekening"),
    (Phase.REALISATIE, "realisaties?|gerealiseerde?|werkelijke?|behaalde?"),
    (Phase.BEGROTING, "begroot|begrote?|begroting"),
)
BUDGETED = re.compile(r"\b(?:begroot|begrote)\b")  # not `de begroting`, which may name a document
OF = r"(?:de|het|die|deze)"
NETS = re.compile(
    r"\b(?:per saldo|netto|onder de streep|na aftrek|"
    r"(?:baten|inkomsten|opbrengsten) van de (?:lasten|uitgaven|kosten) af\w*)\b|\bsaldo\b.*\breserve(?!s)"
)
EVERYDAY = (
    (re.compile(r"\b(?:spaarpot|reservepot|pot)(?:ten|jes)\b"), "reserves"),
    (re.compile(r"\b(?:spaarpot|reservepot|pot)(?:je)?\b"), "reserve"),
    (re.compile(r"\s?%"), " procent"),
    (re.compile(r"\bop (?:de|elke|iedere) (?:duizend|1\.?000)\b|\bop duizend\b"), "per duizend"),
)
AFTER_RESERVES = re.compile(
    r"\b(?:na|inclusief|incl\.?) (?:de |alle )?(?:verrekening|mutaties?|reservemutaties|reserves)\b|"
    r"\breserves\b.{0,30}\bverreken\w*|\bverreken\w* .{0,30}\breserves\b"
)
MUTATIONS = re.compile(
    r"\b(?:mutaties?|muteren|muteert|muteerden) (?:in |van |op |aan )?(?:de |alle )?reserves?\b|\breservemutaties?\b"
)
MINUS = re.compile(
    r"\b(?:(?:lasten|uitgaven|kosten) min (?:de )?(?:baten|inkomsten|opbrengsten)|"
    r"(?:toevoeging|storting)\w* min (?:de )?(?:onttrekking|opname)\w*)\b"
)
# what a question leaves out, or says with a word for a measure: `zonder de toevoegingen te verrekenen`, `de baten storten in`
ASIDE = re.compile(
    r"\b(?:zonder|exclusief|los van|afgezien van|buiten)\b[^,.;:?]*|,[^,.;:?]*\bniet (?:mee|inbegrepen)[^,.;:?]*|"
    r"(?<=raakt )[^,.;:?]*\bkwijt\b|\bstort(?:en|te|ten)?\b(?=[^,.;:?]{0,30}\bin\s*(?:[.,;:?]|$))"
)
IN_AND_OUT = re.compile(
    r"\b(?:storting|toevoeging|opname|onttrekking)(?:en|s) en (?:de )?(?:storting|toevoeging|opname|onttrekking)(?:en|s)\b.*"
    r"\b(?:tegen elkaar|per saldo|verschil\w*|weg\w*)|\breserves?\b.{0,40}\b(?:er)?in dan (?:er ?uit|uit)\b|"
    r"\bin (?:de |haar |onze )?reserves? dan (?:er ?uit|er .{0,20}uit)\b|"
    r"\buit dan (?:er )?(?:\w+ )?binnen\w*|"
    r"\b(?:erin|bij) dan er ?(?:uit|af)\b|\breserves?\b.*\bdan (?:we |wij )?(?:er ?in\w*|in(?:gestopt|gestort|gaat))\b|"
    r"\b(?:stort|stop|zet|voeg)\w*\b.*\breserves?\b.*\bdan (?:we |wij |er |men )?(?:er ?)?uit"
)
FROM_RESERVE = re.compile(
    rf"\breserve\b.*\baan ?(?:ge)?spr[eo]\w+|"
    rf"\buit (?:{OF}|alle|onze|welke) (?:[\w-]+[ ,]+){{0,5}}?\w*reserves?|\b(?:greep|grepen|opname) uit\b|"
    r"\breserve\b.*\b(?:gehaald|genomen|gebruikt|geput|eruit|uitgehaald|er .{0,12}\buit)\b"
)
INTO_RESERVE = re.compile(
    rf"\bopzij ?(?:te )?(?:ge)?(?:zet|leg)\w*|\b(?:in|aan) (?:{OF}|alle|onze) \w*reserves?\b.*\b(?:stop\w*|stort\w*)\b|"
    rf"\b(?:stop\w*|zet\w*|stort\w*|steek\w*|stak)\b.{{0,80}}\b(?:in|naar) (?:{OF}|alle|onze) (?:[\w-]+ ){{0,5}}?\w*reserves?\b|"
    rf"\bnaar {OF} \w*reserve\b|\bvoeg\w* .{{0,80}}\btoe\b|"
    rf"\b(?:in|aan) {OF} \w*reserve\b.*\b(?:gestopt|gezet|gestort|bijgestort|gaat|toegevoegd|"
    r"gedaan|komt)\b|"
    r"\b(?:ging|gaat|gaan|gingen)\b.{0,40}\breserves?\b.{0,80}\bin\W*$|\breserves?\b.*\bkr(?:ee|ij|e)gt?(?:en)?\b.*\bbij\b|"
    r"\bgaat? er .{0,20}in de (?:\w+ ?){0,4}reserve"
)
STOCK = re.compile(
    r"\b(?:zit|zat|zitten|stand|omvang|hoogte|hoe (?:groot|hoog)|saldo)\b.{0,40}\breserves?\b|"
    r"\breserves?\b.{0,60}\b(?:groot|hoog)\b"
)
BALANCE = re.compile(r"\bsaldo (?:van|tussen) (?:de )?(?:baten en (?:de )?lasten|lasten en (?:de )?baten)\b")
SPENDS = re.compile(
    r"\b(?:geef|geeft|geven|gaf|gaven|trekt?|gaan?|ging)\b.{0,120}\buit\b|\buitgeeft\b|"
    r"\b(?:gaat|ging|gaan)\b(?! om\b) (?:er )?.{0,30}\bnaar\b|"
    r"\bgeld\b.{0,30}\b(?:naar|voor|aan)\b"
)
COMES_IN = re.compile(
    r"\b(?:komt|kwam|komen|kwamen|haalt|halen|haalde|krijgt|kreeg|krijgen) (?:\S+ ){0,8}binnen\b(?! (?:de|het|een|dit|dat)\b)"
)
HOW_MANY = re.compile(r"\bhoe ?veel\b")
AMOUNT = re.compile(r"\b(?:hoe ?veel|welk bedrag|hoe hoog|wat kost\w*|wat (?:gee?ft?|gaf|gaven|geven))\b")
MONEY = re.compile(
    r"\b(?:geld|euro|bedrag(?:en)?|budget(?:ten)?|kost(?:en|te)?|uitgaven|miljoen|ton|begroot|geraamd|kostenposten?|uitgavenpost|"
    r"begroting (?:\d{4} )?(?:voor|van(?! \d)))\b"
)

# what a reader may mistype, and the whole question hangs on
MENDED_TO = (
    "lasten", "baten", "saldo", "uitgaven", "inkomsten", "opbrengsten", "ontvangsten", "resultaat", "streefwaarde", "begroting",
    "toevoeging", "toevoegingen", "uitgegeven", "onttrekking", "onttrekkingen", "percentage", "procent", "verschil", "hoogste",
    "laagste", "veranderen", "ontwikkelen",
    "gemiddeld",
)  # fmt: skip

# --- what is to be done with the numbers ----------------------------------------------------------------------------------

GROWTH = (
    r"(?:groei\w*|ge(?:groeid|stegen)|stijg\w*|steeg|stegen|toe ?ne\w+|n[ae]\w*m\w* .{0,120}toe|daal\w*|"
    r"dalen|gedaald|daling|zakt|zakken|zakte|gezakt|krimpt|krimp|gekrompen|"
    r"af ?ne\w+|n[ae]\w*m\w* .{0,120}af|verander\w*|toename|afname|toegenomen|"
    r"afgenomen|terugval(?!len)\w*|terugloop|slink\w*|geslonken|opgelopen|om(?:hoog|laag)|erbij|eraf|"
    r"oploopt?|achteruit\w*|vooruit(?:gegaan|gaan|ging)|"
    r"lo(?:opt|pen) .{0,120}\bop\b(?! jaar)|liep(?:en)? .{0,80}\b(?:op|terug)\b|val(?:t|len) .{0,40}weg|weggevallen|"
    r"kelder\w*|duikel\w*|verlo(?:or|ren)|verdwij?n\w*|verdween|ga(?:at|an) er .{0,60}\b(?:af|bij)\b|lever\w* .{0,80}\bin\b|"
    r"lo(?:op|pen|opt) .{0,80}\bterug|terug ?lo\w+|scheel\w*)"
)
GROWS = re.compile(GROWTH)
MORE = r"(?:meer|minder|hoger|lager|groter|kleiner|duurder|goedkoper|langer|korter|vaker)"
UP = re.compile(
    r"\b(?:hoogste?|grootste?|meeste?|duurste?|verst|vaakst|positiefste?|tevredenste?|zwaarste?|hardste?|sterkste?|snelste?)\b|"
    r"\bpiek\w*|\bop volgorde\b|\brangschik\w*"
)
DOWN = re.compile(r"\b(?:laagste?|kleinste?|minste?|goedkoopste|negatiefste?|zwakste?|slechtste?)\b")
WHICH = re.compile(
    r"\b(?:welke?|wat|waar|wanneer)\b|\bvolgorde\b|\brangschik\w*|\b(?:beleidsterrein|reserve|indicator|taakveld|post) met\b"
)
WHICH_OF_TWO = re.compile(rf"\b(?:waar|welke?|wat|waaraan|wie)\b.*\b{MORE}\b.*\bof\b")
PERCENTUAL = re.compile(
    rf"\b(?:procentue\w+|relatie(?:f|ve)|in procenten|"
    rf"hoeveel procent (?:ligt|lag|liggen|lagen) .{{0,120}}(?:boven|onder)|"
    rf"hoeveel procent .{{0,120}}(?:{MORE}|{GROWTH})|"
    rf"(?:met|welk|een) percentage .{{0,120}}(?:{MORE}|{GROWTH})|percentage waarmee)\b"
)
DIFFERENCE = re.compile(
    rf"\b(?:komt? er .{{0,40}}\bbij(?=\s*(?:[,.?!]|$|in \d|ten opzichte|vergeleken|na ))|"
    rf"gaat er .{{0,40}}\baf|verschil\w*|hoeveel (?:\w+ )?{MORE}|"
    rf"hoeveel (?:.{{0,60}}\b)?extra|"
    rf"(?:gat|kloof|afstand) tussen|verlies|raakt? .{{0,80}}\bkwijt|"
    rf"(?:bleef|blijft|bleven|ligt|lag|lagen) .{{0,80}}\bachter|hoeveel lig(?:t|gen) .{{0,120}}\b(?:onder|boven)|min|"
    rf"{GROWTH}|{MORE} (?:\w+ ){{0,8}}dan)\b"
)
THE = r"(?:de|het|al|alle|onze|ons|al het|(?:de|het) hele)"
WHOLE = r"(?:totale? )?(?:lasten|baten|uitgaven|saldo|begroting|inkomsten|kosten|budget|programma\w*)"
COMPARES = re.compile(rf"\b{MORE}\b")
SHARE = re.compile(
    rf"\b(?:welk (?:aandeel|deel) (?:.{{0,120}}\b)?(?:van|in) {THE}|(?:aan)?deel van {THE} (?:totale? |programma|{WHOLE})|"
    rf"welk percentage van {THE} {WHOLE}|hoeveel procent van {THE} {WHOLE}|"
    rf"(?:hoeveel procent|welk percentage) van (?:alles?|wat|wie)|"
    rf"hoeveel procent (?:is|was|zijn|waren) .{{0,60}}\bvan {THE} {WHOLE}|"
    rf"(?:hoeveel procent|welk (?:deel|percentage)) daarvan|als (?:percentage|procent) van {THE}|"
    r"(?:welk (?:percentage|deel|aandeel)|hoeveel procent) (?:daarvan )?"
    r"(?:gaat|ging|komt|kwam|hoort|hoorde)\b.{0,80}\b(?:naar|uit|van|bij)|"
    r"(?:dekt|dekken|dekten)\b.{0,100}\bprocent|van (?:elke|iedere) (?:honderd |100 )?euro|(?:afzet|afgezet|afzetten|af) tegen|"
    r"(?:procent|percentage|deel)\b.{0,100}\b(?:gedekt|dekken|dekte?n?|terugverdiend?|terug ?verdienen|bekostigd)|"
    r"aandeel\b.{0,60}\b(?:in|van) (?:de |het )?tota)"
)
OF_PROGRAMME = re.compile(r"\b(?:programma|begroting)\b")
RATIO = re.compile(
    r"\b(?:hoe ?veel (?:keer|maal)|hoe ?vaak (?:zo|groter|hoger|meer|gaat|gaan|past|passen)|verhouding tussen|gedeeld door|"
    r"tegenover (?:iedere|elke) euro)\b"
)
SUM = re.compile(
    r"\b(?:optel\w*|tezamen|tel\w* .{0,120}\bop\b|samen|bij elkaar|totaal van \w.{0,60} en|opgeteld|gezamenlijke?|cumulatief|"
    r"som van)\b"
)
AVERAGE = re.compile(
    rf"{YEAR}\W{{1,3}}middel(?:en|t)?\b|"
    r"\bgemiddelde? (?:per jaar|over|van de (?:lasten|baten|jaren)|in de (?:jaren|periode))|\bjaargemiddelde\b|"
    r"\bgemiddelde?\b.{0,40}\b(?:per jaar|saldo|lasten|baten|uitgaven)\b|"
    rf"\bgemiddelde?\b.{{0,80}}\b(?:over|tussen|in) (?:de )?(?:jaren |periode )?{YEAR}\D{{1,12}}{YEAR}"
)
MEAN = re.compile(r"\b(?:gemiddeld|middelt?)\b|\bhet gemiddelde\b")  # of several years that are named
IN_ALL = re.compile(r"\b(?:hoe ?veel|welk bedrag|wat)\b.*\b(?:in totaal|totaal)\b|\bhet totaal\b")
WHICH_YEAR = re.compile(r"\bjaar\b|\bwanneer\b")
EACH_YEAR = re.compile(r"\b(?:per|elk|ieder) jaar\b|\bjaarlijks|\bjaar voor jaar\b")
SERIES = re.compile(
    r"\b(?:welke (?:realisaties|streefwaarden|streefcijfers|waarden)|ontwikkel\w*|verloop|verliep|verlopen|"
    r"loopt(?! .{0,120}\b(?:op(?! jaar)|terug|af)\b)|per jaar|"
    r"liep(?! .{0,20}\b(?:op|terug|af)\b)|jaar (?:voor|op|na) jaar|van jaar tot jaar|op een rij(?:tje)?|"
    r"(?:elk|ieder) jaar|alle jaren|door de jaren|jaarlijks\w*|over de jaren|de jaren|meerjarig\w*|reeks|op en neer|"
    r"trend)\b|^\W*hoe (?:is|zijn|was|waren|heeft|hebben)\b.*\bveranderd\b|\bhoe verander(?:den?|en|t)\b"
)
DEVELOPS = re.compile(
    r"^\W*hoe (?:is|zijn|was|waren|heeft|hebben)\b.*\bveranderd?\b|\bhoe verander(?:den?|en|t)\b|\bontwikkel\w*|"
    r"\bverliep|\bverloop"
)
TARGET = re.compile(
    r"\b(?:gehaald|behaald|haalt|halen|haalden?|bereikt|bereikten?)\b|"
    r"\b(?:onder of boven|boven of onder)\b|\bop het (?:niveau|peil)\b|\bhoe ver\b.{0,80}\b(?:af|vandaan|verwijderd)\b|"
    r"\bvold(?:oet|eed)\b.{0,100}\b(?:streef|norm|doel)|"
    r"\b(?:onder|boven|van|met|tot|opzichte van|bij|op) (?:de |het |onze )?(?:streefwaarde|streefcijfer|doel(?! \d))\b"
)
AIM = re.compile(r"\b\w*stree?f\w*|\bambitie\w*|\bdoel\w*|\bnorm\b|\bgehaald\b|\bbehaald\b|\bwil\w* (?:halen|bereiken)\b")
OBLIGED = re.compile(r"\b(?:moest(?:en)?|moet(?:en)?|opgave|taakstelling|zou(?:den)?(?! (?:ik|je|u|jij|wij)\b))\b")
WAITS = re.compile(r"\bwacht\w*|\bhoe ?lang\b")  # what people had to do themselves
TOTAL = re.compile(r"\b(?:totale?|totaal|geheel|hele programma|programma als geheel)\b")
# words by themselves that ask for a number
WORDS = (ASKS, GROWS, DIFFERENCE, SUM, SERIES, TARGET, UP, DOWN, TOTAL)
# what is a saldo, in whatever words
NET = (NETS, BALANCE, IN_AND_OUT, MUTATIONS, MINUS)
ASPECTS = (
    (
        Aspect.WITHIN_YEAR,
        re.compile(rf"\b\d{{1,2}} (?:{MONTHS})\b|\b(?:eerste|tweede) (?:helft|half ?jaar|kwartaal)|\b(?:derde|vierde) kwartaal"),
    ),
    (Aspect.WHICH_YEAR, re.compile(r"\bjaar|\bwanneer\b")),
    (Aspect.AGAINST_TARGET, re.compile(r"\bstreef(?:waarden?|cijfers?)\b")),
    (Aspect.GAP, re.compile(r"\b(?:verschil|scheel\w*|hoeveel (?:meer|minder|hoger|lager))\b")),
    (
        Aspect.FALLS,
        re.compile(
            r"\bda(?:al|len|ling)|\bkrimpt|\bgekrompen|\bafne|\baf\b|\bachteruit|\bverlo|\bverlies|\blever|\bterug|\bzakt|\bgedaald"
        ),
    ),
    (
        Aspect.RELATIVE,
        re.compile(r"\b(?:in verhouding|verhoudingsgewijs|relatie(?:f|ve)|procentue\w+|percentueel|in procenten)\b"),
    ),
    (Aspect.PERCENT, re.compile(r"\b(?:percentage|procent|aandeel|welk deel)\b")),
    (Aspect.TOGETHER, re.compile(r"\b(?:samen|bij elkaar|opgeteld|gezamenlijk)\b")),
    (Aspect.FITS_IN, re.compile(r"\bpas(?:t|sen)\b")),
    (Aspect.ABSOLUTE, re.compile(r"\babsolu(?:ut|te)\b")),
)
