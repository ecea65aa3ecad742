"""Who is asked: the engine in this process, a running service, or any chat service that speaks OpenAI's protocol."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from begroting_qa.errors import AnswererError
from begroting_qa.evaluate import wording
from begroting_qa.evaluate.cases import Case, comparable
from begroting_qa.evaluate.judging import Facts
from begroting_qa.evaluate.ranking import DEEP
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.wire.bodies import MAX_LIMIT, AnswerBody, EngineBody, ReadingBody, TimingBody
from begroting_qa.wire.fill import answer_body, engine_body

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 120.0
MAX_TRIES = 6
MAX_WAIT_S = 30.0
_BUSY = (429, 502, 503)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """What is asked, and the documents that it is judged by.

    `cites` is false for who gives text alone: quotes, passages and the contract's rules are then not judged.
    """

    ask: Callable[[Case], AnswerBody]
    facts: Facts
    cites: bool = True


def facts_of(texts: Mapping[str, str], titles: Mapping[str, str], years: Sequence[int]) -> Facts:
    """Return what the evaluation must know of documents: `years` are those of their sources, with those in their texts."""
    named = {year for text in texts.values() for year in _YEAR.findall(text)} | {str(year) for year in years}
    return Facts(texts=texts, titles=titles, years=frozenset(named))


# --- the engine in this process -----------------------------------------------------------------------------------------


def engine_answerer(engine: Engine) -> Answerer:
    """Return the engine as the service would answer."""
    sources = engine.sources.values()
    facts = facts_of(
        {document_id: engine.document(document_id).text for document_id in engine.sources},
        {source.id: source.title for source in sources},
        [year for source in sources for year in (source.year, source.as_of.year)],
    )
    return Answerer(ask=lambda case: ask_engine(engine, case), facts=facts)


def ask_engine(engine: Engine, case: Case) -> AnswerBody:
    """Return the answer as the service would send it."""
    clock: dict[str, float] = {}
    started = time.perf_counter()
    answer = answer_question(engine, case.question, earlier=case.history, top_k=DEEP, clock=clock)
    total = (time.perf_counter() - started) * 1000
    return answer_body(
        answer,
        engine.sources,
        answer_id="evaluate",
        timing=TimingBody(total=total, retrieve=clock.get("retrieve", 0.0), answer=clock.get("answer", 0.0)),
        engine=engine_body(engine),
    )


# --- a running service --------------------------------------------------------------------------------------------------


def service_answerer(client: httpx2.Client) -> Answerer:
    """Return the service at the client's address, judged by the documents that it serves itself.

    Raises:
        AnswererError: it cannot be reached, or does not speak the contract.
    """
    listed: list[dict[str, Any]] = []
    while True:
        page = _call(client, "GET", f"/v1/documents?limit={MAX_LIMIT}&offset={len(listed)}")
        items, total = _field(client, page, "items"), _field(client, page, "total")
        listed += items
        if not items or len(listed) >= total:
            break
    texts = {str(d["id"]): str(_field(client, _call(client, "GET", f"/v1/documents/{d['id']}/text"), "text")) for d in listed}
    years = [int(str(d[key])[:4]) for d in listed for key in ("year", "asOf")]
    facts = facts_of(texts, {str(d["id"]): str(d["title"]) for d in listed}, years)
    return Answerer(ask=lambda case: _ask_service(client, case), facts=facts)


def _ask_service(client: httpx2.Client, case: Case) -> AnswerBody:
    history = [{"question": question} for question in case.history]
    started = time.perf_counter()
    reply = _call(client, "POST", "/v1/ask", {"question": case.question, "history": history, "topK": DEEP})
    seconds = time.perf_counter() - started
    try:
        # a service of a newer version may send fields that this one does not know
        answer = AnswerBody.model_validate(reply, extra="ignore")
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(client, wording.not_the_contract(".".join(map(str, first["loc"])), first["msg"]))
    return answer.model_copy(update={"timing_ms": answer.timing_ms.model_copy(update={"total": seconds * 1000})})


# --- a chat service -----------------------------------------------------------------------------------------------------

# how a chat says that it does not know: the sentence it is asked for, and what models say instead
_REFUSALS = re.compile(
    r"\b(?:niet|geen|nergens)\b[^.]{0,60}\b(?:in de (?:begrotings)?(?:documenten|stukken)|informatie|gegevens|terug ?te ?vinden|"
    r"bekend|beschikbaar|vermeld|genoemd)\b|\bweet (?:ik )?(?:het )?niet\b|\bkan (?:ik )?(?:deze|die|je|uw) vraag niet\b"
)


def chat_answerer(client: httpx2.Client, facts: Facts, model: str | None = None) -> Answerer:
    """Return a chat service, asked as its users would: one message a question, those before it first.

    `model` is the first that the service lists by default. What counts as a refusal is read from the first sentence.

    Raises:
        AnswererError: it cannot be reached, or lists no model.
    """
    if model is None:
        models = _field(client, _call(client, "GET", "/models"), "data")
        if not models:
            _refuse(client, wording.NO_MODEL)
        model = str(models[0]["id"])
    name = model
    return Answerer(ask=lambda case: _ask_chat(client, name, case), facts=facts, cites=False)


def _ask_chat(client: httpx2.Client, model: str, case: Case) -> AnswerBody:
    messages = [{"role": "system", "content": wording.CHAT_TASK}]
    for question in case.history:
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": wording.CHAT_EARLIER}]
    messages.append({"role": "user", "content": case.question})
    started = time.perf_counter()
    reply = _call(client, "POST", "/chat/completions", {"model": model, "messages": messages, "temperature": 0})
    seconds = time.perf_counter() - started
    try:
        text = str(reply["choices"][0]["message"]["content"] or "").strip()
    except (KeyError, IndexError, TypeError):
        _refuse(client, wording.not_the_contract("choices.0.message.content", "ontbreekt"))
    first = re.split(r"(?<=[.!?])\s", comparable(text), maxsplit=1)[0]
    is_refused = not text or _REFUSALS.search(first) is not None
    return AnswerBody(
        id="evaluate", question=case.question, status="not_in_corpus" if is_refused else "answered", answer=text,
        reading=ReadingBody(), timing_ms=TimingBody(total=seconds * 1000, retrieve=0.0, answer=seconds * 1000),
        engine=EngineBody(embedder="", answerer=model, index_generation=""),
    )  # fmt: skip


# --- calls --------------------------------------------------------------------------------------------------------------


def client_of(url: str, *, key: str | None = None) -> httpx2.Client:
    """Return a client for an address; `key` is sent as a bearer token."""
    import httpx2

    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    return httpx2.Client(base_url=url.rstrip("/"), timeout=TIMEOUT_S, headers=headers)


def chat_key() -> str | None:
    """Return the key for a chat service, from the variable that its other clients read too."""
    return os.environ.get("OPENAI_API_KEY") or None


def _call(client: httpx2.Client, method: str, path: str, body: object | None = None) -> dict[str, Any]:
    """Return the JSON object that a call gives; a service that is busy is asked again when it says so."""
    import httpx2

    try:
        response = client.request(method, path, json=body)
        for tries in range(1, MAX_TRIES):
            if response.status_code not in _BUSY:
                break
            wait = response.headers.get("Retry-After", "")
            time.sleep(min(float(wait) if wait.isdigit() else 2.0**tries, MAX_WAIT_S))
            response = client.request(method, path, json=body)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        _refuse(client, wording.unreachable(str(error) or type(error).__name__))
    if response.status_code // 100 != 2:  # noqa: PLR2004 (the class of success)
        _refuse(client, wording.call_failed(method, path, response.status_code, response.text))
    try:
        value = response.json()
    except ValueError:
        _refuse(client, wording.not_the_contract(path, "geen JSON"))
    if not isinstance(value, dict):
        _refuse(client, wording.not_the_contract(path, "geen JSON-object"))
    return value  # pyright: ignore[reportUnknownVariableType]


def _field(client: httpx2.Client, body: Mapping[str, Any], key: str) -> Any:
    if key not in body:
        _refuse(client, wording.not_the_contract(key, "ontbreekt"))
    return body[key]


def _refuse(client: httpx2.Client, problem: str) -> NoReturn:
    raise AnswererError(wording.answerer_unusable(str(client.base_url).rstrip("/"), problem))
