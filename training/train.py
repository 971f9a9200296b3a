"""Trains the encoder: `python -m training.train --data DATA --out OUT`. Kill it whenever you like: it goes on from its
last checkpoint. Each stage reads the corpora as they are when it starts and ends with `OUT/stage-NAME.pt`, the running
average of the weights; `OUT/final.pt` is the last of them.

Two workers of one thread each (`--workers`) share every step: on a machine that does other things too this is faster than
two threads, which wait for each other several hundred times a step. Matrix products run in bfloat16 where the processor
has instructions for it, else in float32: without them bfloat16 is sixty times slower. Weights, sums and the optimiser are
always float32.

`--shipped FILE` starts from a shipped `encoder.onnx` instead of the base model and runs the short `CONTINUED` stages.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import torch
import torch.multiprocessing
from torch import Tensor
from torch.nn import functional

from training import recipe
from training.batches import Batch, collate, encode, group
from training.data import Row, draw, harsh_words, read_set, vary
from training.model import Encoder, load_base
from training.restore import restore
from training.teacher import learn
from training.tokens import base_folder, build_tokenizer


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 itself."""
    can = torch.cpu.get_capabilities()
    return any(can.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16"))


@dataclass
class Run:
    """Everything that a checkpoint holds, and what a worker needs beside."""

    model: Encoder
    optimizer: torch.optim.Optimizer
    flat: Tensor
    average: dict[str, Tensor]
    stage: int = 0
    chunk: int = 0
    step: int = 0
    seen: int = 0
    seconds: float = 0.0
    saved: float = field(default_factory=time.monotonic)
    bfloat16: bool = field(default_factory=has_bfloat16)


class Meeting:
    """Where the workers' gradients become their mean: shared memory, two places in turn, so one wait a step is enough."""

    def __init__(self, workers: int, size: int) -> None:
        self.shared = torch.zeros(2, workers, size).share_memory_()
        self.barrier = torch.multiprocessing.get_context("spawn").Barrier(workers)
        self.rank = 0
        self.parent = os.getpid()

    def mean(self, flat: Tensor, step: int) -> None:
        places = self.shared[step % 2, :, : len(flat)]
        places[self.rank].copy_(flat)
        self.barrier.wait()
        flat.copy_(places[0])
        for other in places[1:]:
            flat.add_(other)
        flat.div_(len(places))


def loss_of(model: Encoder, batch: Batch, marks: float) -> Tensor:
    """The masked loss of a batch, a mean over its rows."""
    labels, factors, tokens = model(batch.ids, batch.mask, batch.hints)
    rows = len(labels)

    def masked(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        return weights * functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")

    by_token = masked(tokens, batch.tokens, batch.token_weights).sum(2).sum(1) / batch.mask.sum(1)
    total = (
        masked(labels, batch.labels, batch.label_weights).sum()
        + masked(factors, batch.factors, batch.factor_weights).sum()
    )
    return (total + marks * by_token.sum()) / rows


def freeze(model: Encoder, layers: int) -> None:
    """Leave the word table and the first layers as they are: a short stretch moves them little, and they cost a third."""
    for part in (model.words, model.places, model.norm, *model.layers[:layers]):
        part.requires_grad_(requires_grad=False)
        part.eval()


def start(base: Path, shipped: Path | None = None) -> Run:
    torch.manual_seed(recipe.SEED)
    model = restore(shipped) if shipped else load_base(base)
    if shipped:
        freeze(model, recipe.FROZEN)
    parameters = [one for one in model.parameters() if one.requires_grad]
    flat = torch.zeros(sum(one.numel() for one in parameters))
    at = 0
    for one in parameters:
        one.grad = flat[at : at + one.numel()].view_as(one)
        at += one.numel()
    head = [*model.head.parameters(), *model.hints.parameters()]
    known = {id(one) for one in head}
    groups = [{"params": [one for one in parameters if id(one) not in known], "scale": 1.0},
              {"params": head, "scale": recipe.HEAD_RATE}]  # fmt: skip
    optimizer = torch.optim.AdamW(groups, lr=1e-4, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    average = {name: value.clone() for name, value in model.state_dict().items()}
    return Run(model, optimizer, flat, average)


def save(run: Run, out: Path) -> None:
    state = {"model": run.model.state_dict(), "optimizer": run.optimizer.state_dict(), "average": run.average,
             "at": [run.stage, run.chunk, run.step, run.seen, run.seconds]}  # fmt: skip
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")
    run.saved = time.monotonic()


def resume(run: Run, out: Path) -> None:
    if (out / "checkpoint.pt").exists():
        state = torch.load(out / "checkpoint.pt", weights_only=True)
        run.model.load_state_dict(state["model"])
        run.optimizer.load_state_dict(state["optimizer"])
        run.average = state["average"]
        run.stage, run.chunk, run.step, run.seen, run.seconds = state["at"]


def take_step(run: Run, batch: Batch | None, rate: float, stage: recipe.Stage, meeting: Meeting | None) -> float:
    """One step over the batches of all workers; a worker without one gives zeros."""
    run.flat.zero_()
    loss = torch.zeros(())
    if batch is not None:
        with torch.autocast("cpu", torch.bfloat16, enabled=run.bfloat16):
            loss = loss_of(run.model, batch, stage.marks)
        loss.backward()
    if meeting is not None:
        meeting.mean(run.flat, run.step)
    norm = run.flat.norm()
    if norm > 1.0:
        run.flat *= 1.0 / norm
    warm = min(1.0, (run.step + 1) / recipe.WARM_STEPS)
    for group_ in run.optimizer.param_groups:
        group_["lr"] = rate * warm * group_["scale"]
    run.optimizer.step()
    run.step += 1
    decay = min(stage.average, (1 + run.step) / (10 + run.step))
    for name, value in run.model.named_parameters():
        if value.requires_grad:
            run.average[name].lerp_(value.detach(), 1.0 - decay)
    return float(loss.detach())


def run_stage(
    run: Run,
    stage: recipe.Stage,
    rows: list[Row],
    harsh: frozenset[str],
    args: argparse.Namespace,
    meeting: Meeting | None,
) -> None:
    tokenizer, began, before = build_tokenizer(args.base), time.monotonic(), run.seconds
    rank = meeting.rank if meeting else 0
    chunks = range(0, len(rows), recipe.CHUNK)
    while run.chunk < len(chunks):
        rng = Random(f"{recipe.SEED}/{stage.name}/{run.chunk}")
        part = [vary(row, rng, harsh) for row in rows[chunks[run.chunk] :][: recipe.CHUNK]]
        lists = list(group(encode(part, tokenizer, stage.tokens, rng), recipe.BUDGET, recipe.MOST_ROWS, rng))
        losses, done = [], 0
        for first in range(0, len(lists), args.workers):
            if meeting and os.getppid() != meeting.parent:
                raise SystemExit("the run was ended")
            mine = lists[first + rank] if first + rank < len(lists) else None
            share = min(1.0, (chunks[run.chunk] + done) / len(rows))
            rate = stage.rate[0] + (stage.rate[1] - stage.rate[0]) * share
            losses.append(take_step(run, collate(mine) if mine else None, rate, stage, meeting))
            done += sum(len(one) for one in lists[first : first + args.workers])
        run.chunk += 1
        run.seen += len(part)
        run.seconds = before + time.monotonic() - began
        if rank == 0:
            line = {"stage": stage.name, "chunk": run.chunk, "of": len(chunks), "step": run.step, "seen": run.seen,
                    "loss": round(sum(losses) / len(losses), 4), "minutes": round(run.seconds / 60, 1)}  # fmt: skip
            print(json.dumps(line), flush=True)
            if time.monotonic() - run.saved > args.save_every:
                save(run, args.out)


def work(rank: int, args: argparse.Namespace, meeting: Meeting | None) -> None:
    torch.set_num_threads(1)
    if meeting:
        meeting.rank = rank
    run = start(args.base, args.shipped)
    resume(run, args.out)
    torch.manual_seed(recipe.SEED + 1 + rank + 2 * run.step)  # the workers leave out different parts
    harsh = harsh_words(read_set(args.data, "train", "jigsaw_wiki_multilabel", training=True))
    stages = recipe.CONTINUED if args.shipped else recipe.STAGES
    answers = json.loads(args.teacher.read_text(encoding="utf-8")) if args.teacher else {}
    if rank == 0:
        print(json.dumps({"products": "bfloat16" if run.bfloat16 else "float32", "workers": args.workers}), flush=True)
    while run.stage < len(stages):
        stage = stages[run.stage]
        rows = learn(draw(stage, args.data, recipe.SEED, args.share), answers)
        if rank == 0:
            print(json.dumps({"stage": stage.name, "rows": len(rows)}), flush=True)
        run_stage(run, stage, rows, harsh, args, meeting)
        run.stage, run.chunk = run.stage + 1, 0
        if rank == 0:
            torch.save(
                {"weights": run.average, "seen": run.seen, "minutes": run.seconds / 60},
                args.out / f"stage-{stage.name}.pt",
            )
            save(run, args.out)
        if stage.name == args.until:
            break
    if rank == 0 and run.stage == len(stages):
        torch.save({"weights": run.average, "seen": run.seen, "minutes": run.seconds / 60}, args.out / "final.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument(
        "--base", type=Path, default=None, help="folder of the base model (default: the installed package)"
    )
    parser.add_argument("--shipped", type=Path, default=None, help="an encoder.onnx to go on from")
    parser.add_argument("--teacher", type=Path, default=None, help="soft labels, from `python -m training.teacher`")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--share", type=float, default=1.0, help="part of every pass; small for a smoke run")
    parser.add_argument("--until", default="", help="stop after the stage of this name")
    parser.add_argument("--save-every", type=float, default=120.0, help="seconds between checkpoints")
    args = parser.parse_args()
    args.base = base_folder(args.base)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.workers > 1:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        size = sum(one.numel() for one in Encoder().parameters())
        torch.multiprocessing.spawn(work, (args, Meeting(args.workers, size)), nprocs=args.workers)
    else:
        work(0, args, None)


if __name__ == "__main__":
    main()
