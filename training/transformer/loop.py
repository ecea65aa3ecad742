"""A training loop that stops on time and goes on where it stopped: weights, optimizer, step and random state in one file."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import torch

STATE = "state.pt"
LOSSES = "loss.jsonl"
LOGGED_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How long and how fast to train; `minutes` is for this piece, `steps` for all pieces together."""

    steps: int
    rate: float
    minutes: float
    seed: int
    warmup: float = 0.06
    decay: float = 0.01


def device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def run(model: torch.nn.Module, loss_at: Callable[[int], torch.Tensor], folder: Path, course: Course) -> bool:
    """Train from where `folder` left off, and return whether all steps are done.

    `loss_at` gives the loss of a step by its number; it draws its batch by that number alone, so that a run in pieces sees what
    a run in one would. The loss curve is added to `loss.jsonl`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    torch.manual_seed(course.seed)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": course.decay}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=course.rate, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / course.steps, course.warmup))
    done = 0
    if (folder / STATE).exists():
        state = torch.load(folder / STATE, map_location=device(), weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = int(state["step"])
    model.train()
    recent: list[torch.Tensor] = []
    with (folder / LOSSES).open("a", encoding="utf-8") as log:
        while done < course.steps and time.monotonic() - started < course.minutes * 60:
            torch.manual_seed(course.seed * 1_000_003 + done)  # masks and dropout by step, as the batches
            with torch.autocast(device().type, dtype=torch.bfloat16, enabled=device().type == "cuda"):
                loss = loss_at(done)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            recent.append(loss.detach())
            if done % LOGGED_EVERY == 0:
                _tell(log, done, course, recent, started)
        if recent:
            _tell(log, done, course, recent, started)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "step": done}
    waiting = folder / f"{STATE}.new"
    torch.save(state, waiting)
    waiting.replace(folder / STATE)
    return done >= course.steps


def _tell(log: TextIO, done: int, course: Course, recent: list[torch.Tensor], started: float) -> None:
    """Add the mean of the recent losses to the curve, and forget them."""
    mean = float(torch.stack(recent).mean())
    log.write(json.dumps({"step": done, "loss": round(mean, 4), "seed": course.seed}) + "\n")
    log.flush()
    print(f"step {done} of {course.steps}, loss {mean:.4f}, {time.monotonic() - started:.0f} s", flush=True)
    recent.clear()


def _rate(share: float, warmup: float) -> float:
    """Return the share of the full rate: a linear warm-up, then a cosine to a tenth."""
    if share < warmup:
        return share / warmup
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (share - warmup) / (1 - warmup)))
