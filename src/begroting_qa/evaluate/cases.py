"""eval/questions/*.jsonl -> Cases: questions with what a right answer holds and where the documents say so."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from begroting_qa import messages
from begroting_qa.domain import AnswerStatus
from begroting_qa.errors import CasesError
from begroting_qa.evaluate.released import check_released, newest_versions
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, MAX_TURNS

_LOOKALIKES = str.maketrans({**dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‐‑‒–—−", "-")})


class CaseKind(StrEnum):
    """What a question is like; the measures are shown per kind."""

    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    COMPARISON = "comparison"
    SERIES = "series"
    COMMITMENT = "commitment"
    REFERENCE = "reference"
    PLAIN = "plain"
    MISSPELLED = "misspelled"
    FOLLOWUP = "followup"
    UNANSWERABLE = "unanswerable"


class Split(StrEnum):
    """What a case is for: tuning looks at `dev` only, `test` says what the tuning is worth."""

    DEV = "dev"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of one document's canonical text."""

    document_id: str
    start: int
    end: int

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Whether the stretches share at least one character."""
        return self.document_id == document_id and start < self.end and self.start < end


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact that the documents state; any of its places proves it."""

    quote: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with its judgement.

    An answer is right when it holds all strings of at least one alternative in `accepted`; an unanswerable case has no
    alternatives and no evidence. Cases of one `group` belong together, as `twin:t-001`; `history` holds
    the questions that were asked before, the last one last.
    """

    id: str
    question: str
    kind: CaseKind
    split: Split
    status: AnswerStatus
    accepted: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]
    must_pass: bool
    note: str
    group: str = ""
    history: tuple[str, ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Whether the documents hold the answer."""
        return self.status is AnswerStatus.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSet:
    """All cases in order of file and line; `sha256` is of the files' names and contents."""

    cases: tuple[Case, ...]
    sha256: str


NonEmpty = Annotated[str, Field(min_length=1, pattern=r"\S")]


class EvidenceLine(BaseModel):
    """A literal quote from one document."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: NonEmpty
    quote: NonEmpty


class CaseLine(BaseModel):
    """One line of a case file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: NonEmpty
    question: Annotated[NonEmpty, Field(max_length=MAX_QUESTION_CHARS)]
    kind: CaseKind
    split: Split
    status: AnswerStatus
    accepted: list[NonEmpty | Annotated[list[NonEmpty], Field(min_length=1)]]
    evidence: list[EvidenceLine]
    must_pass: bool = Field(default=False, alias="mustPass")
    note: str = ""
    group: str = ""
    history: list[NonEmpty] = Field(default_factory=list, max_length=MAX_TURNS)
    draft: bool = False


def comparable(text: str) -> str:
    """Return `text` without the differences that readers do not see: case, kinds of blanks, quotation marks and dashes."""
    folded = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).casefold()
    return re.sub(r"\s+", " ", folded).strip()


def load_cases(paths: Sequence[Path], texts: Mapping[str, str]) -> CaseSet:
    """Return the cases of the files, a folder standing for the newest versions in it; `texts` is canonical, by document id.

    Raises:
        CasesError: a file cannot be read or was changed after its release, a line does not fit the schema, contradicts itself,
            repeats an id, is a draft, or quotes what its document does not say; the message names file and line.
    """
    files = sorted({file.resolve(): file for path in paths for file in _expand(path)}.values(), key=lambda f: (f.name, f))
    check_released(files)
    digest = hashlib.sha256()
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for file in files:
        data = _read(file)
        digest.update(file.name.encode() + b"\0" + data + b"\0")
        for number, line in _lines(file, data):
            case = _to_case(file, number, line, texts)
            if case.id in seen:
                raise _error(file, number, id_twice(case.id, seen[case.id]))
            seen[case.id] = f"{file.name}, regel {number}"
            cases.append(case)
    if not cases:
        raise CasesError(no_cases(paths))
    return CaseSet(cases=tuple(cases), sha256=digest.hexdigest())


def _expand(path: Path) -> list[Path]:
    return newest_versions(path) if path.is_dir() else [path]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CasesError(file_unreadable(file, error)) from error


def _lines(file: Path, data: bytes) -> Iterator[tuple[int, str]]:
    # not splitlines(): a quote may hold U+2028, which JSON leaves unescaped
    for number, raw in enumerate(data.split(b"\n"), 1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _error(file, number, LINE_NOT_UTF8) from error
        if line.strip():
            yield number, line


def _to_case(file: Path, number: int, raw: str, texts: Mapping[str, str]) -> Case:
    try:
        line = CaseLine.model_validate_json(raw)
    except ValidationError as error:
        raise _error(file, number, _problem(error.errors()[0])) from error
    if line.draft:
        raise _error(file, number, IS_DRAFT)
    is_answerable = line.status is AnswerStatus.ANSWERED
    if is_answerable == (line.kind is CaseKind.UNANSWERABLE):
        raise _error(file, number, kind_against_status(line.kind, line.status))
    for key, values in (("accepted", line.accepted), ("evidence", line.evidence)):
        if is_answerable != bool(values):
            raise _error(file, number, missing_for_answer(key) if is_answerable else left_at_refusal(key, line.status))
    places: dict[str, list[Place]] = {}
    quotes: dict[str, str] = {}
    for evidence in line.evidence:
        if evidence.document not in texts:
            raise _error(file, number, messages.not_one_of("document", evidence.document, sorted(texts)))
        found = list(_find(evidence.document, texts[evidence.document], evidence.quote))
        if not found:
            raise _error(file, number, quote_not_found(evidence.quote, evidence.document, texts[evidence.document]))
        # what several documents say in the same words is one fact with several places
        same = comparable(evidence.quote)
        quotes.setdefault(same, evidence.quote)
        places.setdefault(same, []).extend(found)
    return Case(
        id=line.id,
        question=line.question,
        kind=line.kind,
        split=line.split,
        status=line.status,
        accepted=tuple((a,) if isinstance(a, str) else tuple(a) for a in line.accepted),
        evidence=tuple(Evidence(quote=quotes[same], places=tuple(found)) for same, found in places.items()),
        must_pass=line.must_pass,
        note=line.note,
        group=line.group,
        history=tuple(line.history),
    )


def _find(document_id: str, text: str, quote: str) -> Iterator[Place]:
    if quote not in text:
        return
    # a document may say the same twice with its lines broken elsewhere: each is as good a place
    for match in re.finditer(r"\s+".join(map(re.escape, quote.split())), text):
        yield Place(document_id=document_id, start=match.start(), end=match.end())


# --- what is wrong with a line, in Dutch --------------------------------------------------------------------------------

IS_DRAFT = "dit is een concept; kijk vraag, 'accepted' en 'evidence' na, en haal daarna 'draft' weg"
LINE_NOT_UTF8 = "deze regel is geen UTF-8; sla het bestand op als UTF-8"
_WANTED = {
    "id": "een niet-lege tekst",
    "question": f"een vraag van 1 tot {MAX_QUESTION_CHARS} tekens",
    "accepted": "een lijst van niet-lege teksten, of van lijsten daarvan",
    "evidence": 'een lijst van {"document": …, "quote": …}, allebei een niet-lege tekst',
    "mustPass": "true of false",
    "draft": "true of false",
    "note": "een tekst",
    "group": "een tekst",
    "history": f"een lijst van hoogstens {MAX_TURNS} eerdere vragen",
}


def _error(file: Path, number: int, problem: str) -> CasesError:
    return CasesError(messages.listing_error(file, number, problem))


def _problem(error: ErrorDetails) -> str:
    where = [str(part) for part in error["loc"]] or [""]
    key = where[0]
    fields = EvidenceLine.model_fields if key == "evidence" and len(where) > 1 else CaseLine.model_fields
    match error["type"]:
        case "json_invalid":
            return not_json(error["msg"])
        case "extra_forbidden":
            return messages.unknown_key(where[-1], [field.alias or name for name, field in fields.items()])
        case "missing":
            return messages.missing_key(where[-1])
        case "enum":
            members = {"kind": CaseKind, "split": Split, "status": AnswerStatus}[key]
            return messages.not_one_of(key, error["input"], [member.value for member in members])
        case _ if not key:
            return NOT_AN_OBJECT
        case _:
            return messages.wrong_type(key, _shorten(str(error["input"])), _WANTED.get(key, "een tekst"))


NOT_AN_OBJECT = "deze regel is geen JSON-object; begin met { en eindig met }"


def not_json(detail: str) -> str:
    """The line is not JSON."""
    return f"geen geldige JSON ({detail}); herstel deze regel"


def file_unreadable(file: Path, error: OSError) -> str:
    """A case file that cannot be read."""
    return f"{file} is niet te lezen ({error.strerror}); kies een bestaand bestand met --questions"


def no_cases(paths: Sequence[Path]) -> str:
    """Not a single case."""
    named = ", ".join(str(path) for path in paths)
    return f"geen enkele vraag gevonden in {named or 'een lege lijst bestanden'}; kies een .jsonl-bestand met --questions"


def id_twice(case_id: str, first: str) -> str:
    """Two cases of one name."""
    return f"id '{case_id}' staat ook in {first}; geef elke vraag een eigen id"


def kind_against_status(kind: CaseKind, status: AnswerStatus) -> str:
    """Kind and status contradict each other."""
    return f"kind '{kind}' past niet bij status '{status}'; alleen 'unanswerable' heeft een andere status dan 'answered'"


def missing_for_answer(key: str) -> str:
    """An answerable case without a judgement."""
    return f"'{key}' is leeg, maar status is 'answered'; vul '{key}' aan"


def left_at_refusal(key: str, status: AnswerStatus) -> str:
    """An unanswerable case with a judgement."""
    return f"'{key}' is gevuld, maar status is '{status}'; maak '{key}' leeg"


def quote_not_found(quote: str, document_id: str, text: str) -> str:
    """A quote that its document does not hold."""
    words = re.sub(r"\s+", " ", quote).strip()
    cause = ", wel met andere witruimte" if words in re.sub(r"\s+", " ", text) else ""
    return (
        f"'{_shorten(words)}' staat niet letterlijk in {document_id}{cause}; "
        "neem het citaat teken voor teken over, met \\n voor elk regeleinde"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
