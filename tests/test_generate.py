"""A language model may write the answer, and can never say more than its quotes: the seam, its faults, and what is served."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fastapi.testclient import TestClient

from begroting_qa.answer.faithful import says_the_same
from begroting_qa.domain import Answer, UnitKind
from begroting_qa.errors import GeneratorError, ModelError, SettingsError
from begroting_qa.generate.chat import ChatGenerator
from begroting_qa.generate.local import LocalGenerator
from begroting_qa.messages import WITH_GENERATOR, WITHOUT_GENERATOR
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.protocols import Message
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings, read_settings

QUESTION = "Wat is de taak van de sociale wijkteams?"
SHOWN = re.compile(r"^\[([a-z0-9]{4})\] (.+)$", re.MULTILINE)
ASKED: list[Message] = [{"role": "user", "content": "Vraag: Wie is er?"}]


class Stub:
    """A model that makes its reply out of the sentences that it is shown."""

    id = "stub"

    def __init__(self, tell: Callable[[str], str]) -> None:
        self._tell = tell
        self.seen: list[list[Message]] = []

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        self.seen.append(conversation)
        for token, sentence in SHOWN.findall(conversation[-1]["content"]):
            yield f"{self._tell(sentence)} [{token}] "


def asked_with(engine: Engine, generator: Stub | ChatGenerator | LocalGenerator, question: str = QUESTION) -> Answer:
    return answer_question(replace(engine, generator=generator), question)


# --- what is served -----------------------------------------------------------------------------------------------------


def test_a_faithful_model_is_served_with_its_sources(engine: Engine) -> None:
    stub = Stub(lambda sentence: sentence)
    answer = asked_with(engine, stub)
    assert WITH_GENERATOR in answer.notices
    for claim in answer.claims:
        quotes = [" ".join(c.quote.split()) for c in answer.citations if c.marker in claim.markers]
        assert claim.text in quotes
    for citation in answer.citations:
        assert engine.document(citation.document_id).text[citation.start : citation.end] == citation.quote


def test_the_model_sees_opaque_tokens_and_no_place(engine: Engine) -> None:
    stub = Stub(lambda sentence: sentence)
    asked_with(engine, stub)
    told = stub.seen[0][-1]["content"]
    assert QUESTION in told
    assert not any(document_id in told for document_id in engine.sources)
    assert "http" not in told


@pytest.mark.parametrize(
    "reply",
    [
        "De burgemeester treedt af.",
        "De burgemeester treedt af. [zzzz]",
        "[1] [2]",
        "Zie [de bron](http://voorbeeld.nl) voor meer. [{token}]",
        "<b>De wijkteams</b> helpen inwoners. [{token}]",
        "De lasten zijn 12 miljoen. [{token}]",
        "",
        "[" * 5000,
        "\x00\ud83d" * 10,
    ],
)
def test_what_no_sentence_says_is_replaced_by_the_quotes(engine: Engine, reply: str) -> None:
    class Liar(Stub):
        def generate(self, conversation: list[Message]) -> Iterator[str]:
            token = SHOWN.findall(conversation[-1]["content"])[0][0]
            yield reply.replace("{token}", token)

    plain = answer_question(engine, QUESTION)
    answer = asked_with(engine, Liar(str))
    assert (answer.text, answer.citations) == (plain.text, plain.citations)
    assert WITHOUT_GENERATOR in answer.notices


@pytest.mark.parametrize(
    "question",
    [
        "Wat zijn de lasten van preventie in 2025?",
        "Welke actielijnen zitten er in de aanpak mentale gezondheid en eenzaamheid?",
        "Wat is de stand van zaken van de aanpak eenzaamheid?",
        "Wie is de burgemeester van Rotterdam?",
    ],
)
def test_lists_figures_states_and_refusals_are_not_rewritten(engine: Engine, question: str) -> None:
    stub = Stub(lambda sentence: sentence)
    plain, answer = answer_question(engine, question), asked_with(engine, stub, question)
    assert stub.seen == []
    assert (answer.text, answer.notices) == (plain.text, plain.notices)


def test_a_model_that_leaves_the_answer_out_is_not_served(engine: Engine) -> None:
    question = "Hoeveel opvangplekken voor asielzoekers moet Leiden organiseren?"
    plain = answer_question(engine, question)
    assert "619" in plain.text

    class Evasive(Stub):
        def generate(self, conversation: list[Message]) -> Iterator[str]:
            for token, sentence in SHOWN.findall(conversation[-1]["content"]):
                if "619" not in sentence:
                    yield f"{sentence} [{token}] "

    answer = asked_with(engine, Evasive(str), question)
    assert answer.text == plain.text
    assert WITHOUT_GENERATOR in answer.notices


def test_a_long_reply_without_sense_takes_no_time(engine: Engine) -> None:
    for reply in (" " * 200_000, "a" * 200_000, "[abcd" * 40_000):
        started = time.monotonic()
        asked_with(engine, Stub(lambda _, reply=reply: reply))
        assert time.monotonic() - started < 3


# --- altered sentences --------------------------------------------------------------------------------------------------


def sentences_of(engine: Engine) -> list[str]:
    passages = engine.store.passages([passage_id for passage_id, _ in engine.store.passage_documents()])
    units = [unit.text for passage in passages for unit in passage.units if unit.kind is UnitKind.SENTENCE]
    return sorted({text for text in units if 40 < len(text) < 350 and "www." not in text})


def altered(sentence: str, rng: random.Random, others: list[str]) -> Iterator[str]:
    """Yield a sentence with a digit, a name, a negation, an amount or half of it changed."""
    for digit in re.finditer(r"\d", sentence):
        yield sentence[: digit.start()] + str((int(digit[0]) + rng.randrange(1, 10)) % 10) + sentence[digit.end() :]
    names = [m for m in re.finditer(r"(?<=[a-z] )[A-Z][a-z]{3,}", sentence)]
    strangers = [name for other in others for name in re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}", other) if name not in sentence]
    for name in names[:2]:
        yield sentence[: name.start()] + rng.choice(strangers) + sentence[name.end() :]
    verb = re.search(r"\b(?:is|zijn|wordt|worden|heeft|hebben|gaan|gaat|kan|kunnen|blijft|komt|moet)\b", sentence)
    if verb:
        yield f"{sentence[: verb.end()]} niet{sentence[verb.end() :]}"
    for negation in re.finditer(r"\b(?:niet|geen)\b ?", sentence):
        yield sentence[: negation.start()] + sentence[negation.end() :]
        yield sentence[: negation.start()].rstrip() + "."
    numbers = [m for m in re.finditer(r"\d[\d.,]*\d", sentence)]
    if len(numbers) > 1 and numbers[0][0] != numbers[1][0]:
        a, b = numbers[:2]
        yield sentence[: a.start()] + b[0] + sentence[a.end() : b.start()] + a[0] + sentence[b.end() :]
    other = rng.choice(others)
    yield " ".join([*sentence.split()[: len(sentence.split()) // 2], *other.split()[len(other.split()) // 2 :]])
    yield f"{sentence.rstrip('.')} en {other[0].lower()}{other[1:]}"


def test_no_altered_sentence_says_the_same(engine: Engine) -> None:
    sentences, rng = sentences_of(engine), random.Random(7)
    tried = [(lie, s) for s in sentences for lie in altered(s, rng, sentences) if lie not in sentences and lie != s]
    assert len(tried) > 1000
    assert [pair for pair in tried if says_the_same(*pair)] == []


def test_faithful_sentences_are_kept(engine: Engine) -> None:
    kept = tried = 0
    for sentence in sentences_of(engine):
        first, *rest = sentence.split(", ")
        shorter = [f"{first}."] if rest and len(first) > 40 else []
        bare = re.sub(r"\s\([^)]*\)(?=[\s.,])", "", sentence)
        for said in dict.fromkeys((sentence, sentence.rstrip("."), bare, *shorter)):
            tried += 1
            kept += says_the_same(said, sentence)
    assert tried > 1000
    assert kept >= 0.9 * tried


@pytest.mark.parametrize(
    ("said", "quote", "same"),
    [
        ("In 2025 start Hecht met de aanpak.", "Hecht start in 2025 met de aanpak.", True),
        ("De aanpak wordt herzien.", "Ook wordt de aanpak herzien.", True),
        ("We werken aan de Sterke Sociale Basis.", "We werken aan de Sterke Sociale Basis (SSB).", True),
        ("De gemeente koopt zorg in.", "De gemeente koopt zorg in, samen met de regio.", True),
        ("Er waren ruim duizend bezoekers", "Er waren ruim duizend bezoekers.", True),
        ("De gemeente evalueert de aanpak in 2025.", "We evalueren de aanpak in 2025.", False),  # another form of the verb
        ("De aanpak wordt geëvalueerd.", "De aanpak wordt in 2025 geëvalueerd.", False),
        ("Jeugd kost 3 miljoen.", "Preventie kost 3 miljoen en jeugd kost 5 miljoen.", False),
        ("De opgave stijgt naar 554 van 681.", "De opgave stijgt van 554 naar 681.", False),
        ("Incluzio betaalt jaarlijks vaste kosten aan Hecht.", "Hecht betaalt jaarlijks vaste kosten aan Incluzio.", False),
        ("De raad informeert het college over de voortgang.", "Het college informeert de raad over de voortgang.", False),
        ("Utrecht haalt het doel wel.", "Leiden haalt het doel wel en Utrecht haalt het doel niet.", False),
        ("De subsidie wordt geschrapt.", "Het is niet zo dat de subsidie wordt geschrapt.", False),
        ("Het plan wordt uitgevoerd.", "Als de raad instemt, wordt het plan uitgevoerd.", False),
        ("De wachttijd is verminderd.", "De wachttijd is nauwelijks verminderd.", False),
        ("Er zijn 5 huizen vlak na 1 juli.", "Er zijn 5 huizen (gepland) vlak na 1 juli.", False),
        ("De lasten dalen.", "De lasten dalen, maar alleen in 2025.", False),
        ("Wordt de aanpak herzien?", "De aanpak wordt herzien.", False),
        ("De aanpak wordt herzien \U0001f389.", "De aanpak wordt herzien.", False),
        ("Hecht betaalt de gemeente de kosten.", "De gemeente betaalt Hecht de kosten.", False),
        ("De lasten van zorg dalen.", "De lasten van zorg stijgen en de lasten van jeugd dalen.", False),
        ("We starten de proef.", "We onderzoeken of we de proef starten.", False),
        ("De raad stelt het plan vast.", "De raad stelt het plan naar verwachting vast.", False),
        ("De gemeente werkt met Hecht samen.", "De gemeente werkt met Incluzio en met Hecht samen.", False),
        ("Er komen 12 woningen bij in mei.", "Er komen 12 woningen bij in maart.", False),
        ("Er komen twee teams bij.", "Er komen drie teams bij.", False),
        ("Het kost 3 miljoen euro.", "Het kost 3 duizend euro.", False),
        ("Motie M.23.0094 is aangenomen.", "Motie M.23.0093 is aangenomen.", False),
    ],
)
def test_what_says_the_same(said: str, quote: str, *, same: bool) -> None:
    assert says_the_same(said, quote) is same


def test_an_altering_model_over_real_questions_serves_nothing_altered(engine: Engine) -> None:
    questions = [
        json.loads(line)["question"]
        for line in (Path(__file__).parent.parent / "eval/questions/leiden.v1.jsonl").read_text(encoding="utf-8").splitlines()
    ][:60]

    def lie(sentence: str) -> str:
        return re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), sentence) if re.search(r"\d", sentence) else f"{sentence} niet"

    for question in questions:
        plain, told = answer_question(engine, question), asked_with(engine, Stub(lie), question)
        assert (told.text, told.status) == (plain.text, plain.status)


# --- a chat service and its faults --------------------------------------------------------------------------------------


def events(*pieces: str, end: str = "data: [DONE]\n\n") -> bytes:
    chunks = [f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n" for piece in pieces]
    return "".join([": hallo\n\n", *chunks, end]).encode()


@contextmanager
def chat(
    body: bytes, *, status: int = 200, kind: str = "text/event-stream", pause_s: float = 0.0, times: int = 1
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A chat service that always replies the same; `times` over, with a pause before each."""
    got: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append({"path": self.path, "authorization": self.headers.get("Authorization"), **sent})
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            try:
                for _ in range(times):
                    time.sleep(pause_s)
                    self.wfile.write(body)
                    self.wfile.flush()
            except OSError:
                pass  # the client left, as it should

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/v1", got
        listening.shutdown()


def client(url: str, *, timeout_s: float = 5.0) -> ChatGenerator:
    return ChatGenerator(url, "model", key="geheim", timeout_s=timeout_s, max_tokens=50)


def test_a_chat_service_streams_or_does_not() -> None:
    with chat(events("Er is ", "niemand.")) as (url, got):
        assert "".join(client(url).generate(ASKED)) == "Er is niemand."
    assert got[0]["path"] == "/v1/chat/completions"
    assert got[0]["authorization"] == "Bearer geheim"
    assert got[0]["messages"] == ASKED
    last = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'
    with chat(events("Nie", "mand.", end="") + last) as (url, _):  # `transformers serve` says no DONE
        assert "".join(client(url).generate(ASKED)) == "Niemand."
    whole = json.dumps({"choices": [{"message": {"content": "Niemand."}}]}).encode()
    with chat(whole, kind="application/json") as (url, _):
        assert "".join(client(url).generate(ASKED)) == "Niemand."


FAULTS: list[tuple[str, dict[str, object]]] = [
    ("429", {"body": b"{}", "status": 429}),
    ("500", {"body": b"kapot", "status": 500}),
    ("afgebroken", {"body": events("Er is ", end="")}),
    ("geen JSON", {"body": b"data: {oeps\n\n"}),
    ("ander JSON", {"body": b'data: {"choices": [{}]}\n\n'}),
    ("een lijst", {"body": b"[]", "kind": "application/json"}),
    ("fout in de stroom", {"body": b'data: {"error": {"message": "vol"}}\n\n'}),
    ("een pagina", {"body": b"<html>", "kind": "text/html"}),
    ("te traag", {"body": events("x"), "pause_s": 1.5}),
    ("druppelt", {"body": events("x", end=""), "pause_s": 0.2, "times": 60}),
    ("zwijgt en blijft", {"body": b": nog even\n\n", "pause_s": 0.2, "times": 60}),
    ("een byte nu en dan", {"body": b"x", "pause_s": 0.2, "times": 60}),
    ("JSON dat druppelt", {"body": b" ", "kind": "application/json", "pause_s": 0.2, "times": 60}),
    ("diep", {"body": b"[" * 200_000, "kind": "application/json"}),
    ("groot", {"body": b"x" * 100_000, "times": 50}),
]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[name for name, _ in FAULTS])
def test_every_fault_of_a_service_gives_the_quotes(engine: Engine, name: str, fault: dict[str, object]) -> None:
    del name
    started = time.monotonic()
    with chat(**fault) as (url, _):  # pyright: ignore[reportArgumentType]
        generator = client(url, timeout_s=1.0)
        with pytest.raises(GeneratorError, match="zonder taalmodel"):
            list(generator.generate(ASKED))
        answer = asked_with(engine, generator)
    plain = answer_question(engine, QUESTION)
    assert (answer.text, answer.notices[-1]) == (plain.text, WITHOUT_GENERATOR)
    assert time.monotonic() - started < 6


def test_an_endless_or_empty_reply_gives_the_quotes(engine: Engine) -> None:
    for body, times in ((events("bla " * 50, end=""), 100_000), (events(), 1)):
        with chat(body, times=times) as (url, _):
            answer = asked_with(engine, client(url))
        assert answer.notices[-1] == WITHOUT_GENERATOR


def test_the_key_is_in_no_message(caplog: pytest.LogCaptureFixture) -> None:
    for key in ("sk-geheim\n123", "sk-geheimé"):
        generator = ChatGenerator("http://127.0.0.1:9/v1", "model", key=key, timeout_s=1, max_tokens=5)
        with pytest.raises(GeneratorError) as raised:
            list(generator.generate(ASKED))
        assert "geheim" not in f"{raised.value}{caplog.text}"


def test_no_service_at_all_gives_the_quotes(engine: Engine) -> None:
    answer = asked_with(engine, client("http://127.0.0.1:9/v1"))
    assert answer.notices[-1] == WITHOUT_GENERATOR


def test_the_page_and_the_call_say_that_there_was_no_model(engine_settings: Settings) -> None:
    with chat(b"{}", status=500) as (url, _):
        settings = read_settings(
            corpus=engine_settings.corpus, index=engine_settings.index, generator={"kind": "openai", "url": url, "model": "x"}
        )
        with TestClient(create_app(settings)) as service:
            body = service.post("/v1/ask", json={"question": QUESTION}).json()
            page = service.post("/", data={"question": QUESTION}).text
    assert body["notices"] == [WITHOUT_GENERATOR]
    assert body["engine"]["answerer"] == "extractive+openai:x"
    assert WITHOUT_GENERATOR in page.lower()


# --- settings -----------------------------------------------------------------------------------------------------------


def test_a_service_is_found_by_its_usual_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("OPENAI_MODEL", "qwen")
    monkeypatch.setenv("BEGROTING_QA_GENERATOR__KIND", "openai")
    chosen = read_settings().generator
    assert (chosen.url, chosen.model) == ("http://127.0.0.1:11434/v1", "qwen")


@pytest.mark.parametrize("kind", ["openai", "transformers"])
def test_what_a_model_needs_is_asked_for(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match=r"generator\.(?:url|model)"):
        read_settings(generator={"kind": kind})


# --- a model in this process, and behind a real service -----------------------------------------------------------------


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A causal model of two layers with random weights, its own tokenizer and a chat template."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("model") / "tiny"
    raw = Tokenizer(models.BPE(unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel()
    words = [
        "de",
        "gemeente",
        "werkt",
        "aan",
        "preventie",
        "en",
        "zorg",
        "voor",
        "inwoners",
        "van",
        "de",
        "stad",
        "vraag",
        "stukken",
        "regels",
    ]
    raw.train_from_iterator([" ".join(words)] * 3, trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>", "</s>"]))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, unk_token="<unk>", eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=8192, eos_token_id=None, bos_token_id=None, pad_token_id=1,
    )  # fmt: skip
    torch.manual_seed(1)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_model_in_this_process_writes_and_is_held_to_its_time(engine: Engine, tiny_model: Path) -> None:
    generator = LocalGenerator(str(tiny_model), timeout_s=60, max_tokens=20)
    first = "".join(generator.generate(ASKED))
    assert first
    assert "".join(generator.generate(ASKED)) == first
    answer = asked_with(engine, generator)
    assert answer.notices[-1] == WITHOUT_GENERATOR  # random weights say nothing that holds
    hurried = LocalGenerator(str(tiny_model), timeout_s=0.05, max_tokens=4000)
    with pytest.raises(GeneratorError, match="seconden"):
        list(hurried.generate(ASKED))
    for _ in hurried.generate(ASKED):
        break  # who leaves early leaves no model running
    assert "".join(generator.generate(ASKED)) == first


@pytest.mark.slow
def test_a_folder_that_is_no_model_says_so(tmp_path: Path, tiny_model: Path) -> None:
    with pytest.raises(ModelError, match=r"generator\.model"):
        LocalGenerator(str(tmp_path), timeout_s=1, max_tokens=1)
    silent = tmp_path / "silent"
    silent.mkdir()
    for file in tiny_model.iterdir():
        if file.name != "chat_template.jinja":
            (silent / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="chat_template"):
        LocalGenerator(str(silent), timeout_s=1, max_tokens=1)


@pytest.mark.slow
def test_a_real_service_is_spoken_to(engine: Engine, tiny_model: Path, free_port: int) -> None:
    command = [Path(sys.executable).parent / "transformers", "serve", tiny_model, "--device", "cpu", "--host", "127.0.0.1"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    address = f"http://127.0.0.1:{free_port}"
    service = subprocess.Popen(
        [*command, "--port", str(free_port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        generator = ChatGenerator(f"{address}/v1", str(tiny_model), key="", timeout_s=60, max_tokens=20)
        text = ""
        for _ in range(120):
            try:
                text = "".join(generator.generate(ASKED))
                break
            except GeneratorError:
                time.sleep(0.5)
        assert text
        assert asked_with(engine, generator).notices[-1] == WITHOUT_GENERATOR
    finally:
        service.terminate()
        service.wait(20)
