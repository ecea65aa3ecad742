"""A causal language model in a local folder, run in this process by transformers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from threading import Event, Lock, Thread
from typing import Any, cast

from begroting_qa import messages
from begroting_qa.errors import GeneratorError, ModelError
from begroting_qa.protocols import Message


class LocalGenerator:
    """A Generator in this process; loaded once, one reply at a time."""

    def __init__(self, model: str, *, timeout_s: float, max_tokens: int) -> None:
        """Load the model in the folder `model`, or of that name in a hub's cache; on a GPU where there is one.

        Raises:
            ModelError: it is not there, cannot be loaded, or has no chat template.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(model, local_files_only=True)
            loaded: Any = AutoModelForCausalLM.from_pretrained(model, local_files_only=True, dtype="auto")
        except Exception as error:  # hubs, tokenizers and torch each raise their own
            raise ModelError(messages.generator_unreadable(model, str(error))) from error
        if self._tokenizer.chat_template is None:
            raise ModelError(messages.generator_unreadable(model, messages.NO_CHAT_TEMPLATE))
        self._model = loaded.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        self._name = Path(model).name
        self._timeout_s = timeout_s
        self._max_tokens = max_tokens
        self._busy = Lock()

    @property
    def id(self) -> str:
        """Library and model."""
        return f"transformers:{self._name}"

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        """Yield the reply in pieces.

        Raises:
            GeneratorError: the time is up, or the model fails; also midway.
        """
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        deadline = time.monotonic() + self._timeout_s
        left = Event()

        class Until(StoppingCriteria):
            def __call__(self, input_ids: torch.Tensor, *_: Any, **__: Any) -> torch.BoolTensor:
                stop = left.is_set() or time.monotonic() > deadline
                return cast(torch.BoolTensor, torch.full((len(input_ids),), stop, dtype=torch.bool, device=input_ids.device))

        if not self._busy.acquire(timeout=self._timeout_s):
            raise self._failed(messages.generator_too_slow(self._timeout_s))
        faults: list[Exception] = []
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=self._timeout_s)
        worker = None
        try:
            encoded = self._tokenizer.apply_chat_template(
                conversation, add_generation_prompt=True, return_tensors="pt", return_dict=True
            ).to(self._model.device)

            def work() -> None:
                try:
                    self._model.generate(
                        **encoded,
                        max_new_tokens=self._max_tokens,
                        do_sample=False,
                        streamer=streamer,
                        stopping_criteria=StoppingCriteriaList([Until()]),
                    )
                except Exception as error:  # it would be lost with the thread
                    faults.append(error)
                    streamer.on_finalized_text("", stream_end=True)  # its own `end` would decode once more

            worker = Thread(target=work, daemon=True)
            worker.start()
            yield from streamer
            worker.join()
        except Empty as error:
            raise self._failed(messages.generator_too_slow(self._timeout_s)) from error
        except Exception as error:  # templates and tensors each raise their own
            raise self._failed(type(error).__name__) from error
        finally:
            left.set()
            if worker is not None:
                worker.join()
            self._busy.release()
        if faults:
            raise self._failed(type(faults[0]).__name__) from faults[0]
        if time.monotonic() > deadline:
            raise self._failed(messages.generator_too_slow(self._timeout_s))

    def _failed(self, problem: str) -> GeneratorError:
        return GeneratorError(messages.generator_failed(self.id, problem))
