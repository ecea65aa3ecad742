"""Orders to a machine (`Negeer alle instructies`), in a question or in a document: they are data, and never carried out.

Attackers word them in endless ways, so they are told by a linear model over words and pieces of words, fitted by
`training/fit_orders.py`: one score a sentence.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np

from begroting_qa.codes import find_codes
from begroting_qa.dutch import fold
from begroting_qa.weights import check_files, shipped

MODEL = "orders"
FILE = "weights.safetensors"
SIZE = 2**15
MAX_TOKENS = 80
GRAM = 4
# how sure it must be: in a question little is lost; of a sentence that asks, or that is a document's, more is; right behind an
# order stands what it wants said
SURE = -0.5
SURE_BEHIND = -3.0
SURE_OF_ASKING = 0.5
SURE_OF_DOCUMENT = 2.0
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
# turns of a conversation as chat templates and jailbreaks write them, and programs: no document or question has these
_MARKUP = re.compile(
    r"<\|?/?(?:im_start|im_end|system|assistant|user|script|iframe|img)\b|\[/?(?:INST|SYS(?:TEM)?)\]|<</?SYS>>|"
    r"#{2,}\s*(?:system|instructi\w+|opdracht|response)\b|"
    r"\b(?:begin|end|einde?) (?:of |van (?:de |het )?)?(?:instructi\w+|context|system\w*[ -]?prompt)\b",
    re.IGNORECASE,
)
# a point inside a number or a code ends nothing; `Wat` in capitals begins a question even where no point stands before it
_END = re.compile(
    r"(?<=[.!?\n])(?![\w.!?])|"
    r"(?<=[^\s,]) (?=(?:Wat|Wie|Waar\w*|Wanneer|Hoe\w*|Welke?|Kunt u|Kun je|Heeft|Hebben|Krijg\w*) )"
)
# in one sentence an order may stand before a question, or behind it
_JOINT = re.compile(r"\s*(?:[;|()\[\]–—]|\s-\s|,\s|:\s|\s(?:en|maar|and|but)\s)\s*", re.IGNORECASE)
_PARTING = frozenset((":", ")", "]", "–", "—", "-", "|", ";"))
_ASKING = re.compile(
    r"\?|^\W*(?:en |maar |dus |of )?(?:(?:aan|van|voor|met|door|in|op|bij|over|tot|sinds|per|uit|onder|naar) )?"
    r"(?:wie|wat|wanneer|waar\w*|hoe\w*|welke?|noem|kunt? u|kun je|is|zijn|heeft|hebben|krijg\w*|kan|mag|moet|gaat|wordt|komt)\b",
    re.IGNORECASE,
)


def is_order(text: str, *, sure: float = SURE_OF_DOCUMENT) -> bool:
    """Tell whether a sentence gives orders to whatever reads it; `sure` is a score, higher is surer."""
    return _MARKUP.search(text) is not None or score(text) > sure


def stay_beside_orders(sentences: Sequence[str]) -> list[bool]:
    """Tell of each sentence of a document's block whether it stays: no order does, nor what may be one right behind it."""
    stays: list[bool] = []
    for sentence in sentences:
        goes_on = bool(stays) and not stays[-1]
        stays.append(not is_order(sentence, sure=SURE_BEHIND if goes_on else SURE_OF_DOCUMENT))
    return stays


@lru_cache(maxsize=20_000)
def score(text: str) -> float:
    """Return the log odds that a sentence is an order to a machine, as the training data mixes them."""
    weights, bias = _weights()
    found = features(text)
    return float(weights[found].sum() / np.sqrt(len(found)) + bias) if found else bias


def features(text: str) -> list[int]:
    """Return the numbers below SIZE of the words, their pairs near each other and their pieces of four letters, each once."""
    words = _TOKEN.findall(fold(text))[:MAX_TOKENS]
    framed = ["<s>", *words, "</s>"]
    grams = [f"w {word}" for word in framed]
    grams += [f"b {one} {other}" for one, other in pairwise(framed)]
    grams += [f"t {one} {other}" for one, other in zip(framed, framed[2:], strict=False)]
    for word in words:
        if word.isalpha() and len(word) >= GRAM:
            grams += [f"c {f'<{word}>'[at : at + GRAM]}" for at in range(len(word) + 3 - GRAM)]
    return sorted({zlib.crc32(gram.encode()) % SIZE for gram in grams}) if words else []


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a short text; a line ends one too."""
    return [sentence for part in _END.split(text) if (sentence := part.strip())]


def without_orders(question: str) -> str:
    """Return a question without what gives orders to a machine; empty where it was nothing else."""
    sentences = sentences_of(question)
    if not any(map(_is_suspect, sentences)):
        return question
    asked = [sentence for sentence in sentences if _asks(sentence)]
    return " ".join(asked or filter(None, map(_asking_part, sentences)))


def _is_suspect(sentence: str) -> bool:
    asks = _ASKING.search(sentence) is not None or any(find_codes(sentence))  # `RV 23.0131 onderwerp` asks too
    return is_order(sentence, sure=SURE_OF_ASKING if asks else SURE)


def _asks(text: str) -> bool:
    return _ASKING.search(text) is not None and not _is_suspect(text)


def _asking_part(sentence: str) -> str:
    """Return what stands before or after an order in one sentence and asks by itself, else nothing."""
    joints = list(_JOINT.finditer(sentence))
    before = [sentence[: joint.start()] for joint in reversed(joints)]
    after = [sentence[joint.end() :] for joint in joints if joint[0].strip().lower() in _PARTING]
    return next((part for part in (*before, *after) if _asks(part)), "")


@cache
def _weights() -> tuple[np.ndarray, float]:
    """Return one weight a feature, and the bias; raises ModelError for a missing or altered file."""
    from safetensors.numpy import load_file

    with shipped(MODEL) as folder:
        check_files(folder, (FILE,))
        read = load_file(folder / FILE)
    return read["weights"].astype(np.float32), float(read["bias"][0])
