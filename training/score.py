"""Scores texts with an ONNX file the way the engine does: windows, padding to a multiple, batches of one padded length.

It is here so that training can measure any file, float or 8 bits; a test holds it to the engine's own scorer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

WINDOW, OVERLAP, MULTIPLE = 256, 64, 16
HEAD_ID, TAIL_ID = 101, 102


def windows_of(ids: list[int]) -> list[tuple[int, list[int]]]:
    """(first token, ids) of each window; `ids` has its [CLS] and [SEP], and so has every window."""
    if len(ids) <= WINDOW:
        return [(0, ids)]
    body, room = ids[1:-1], WINDOW - 2
    starts = [*range(0, len(body) - room, room - OVERLAP), len(body) - room]
    return [(start, [HEAD_ID, *body[start : start + room], TAIL_ID]) for start in starts]


def rows_of(
    texts: Sequence[str], tokenizer: Tokenizer, hints: np.ndarray | None = None, batch: int = 32
) -> Iterator[tuple]:
    """(ids, mask, hints, [(text, first token, size)]) for batches of equal padded length, short ones first."""
    rows = []
    for at, encoding in enumerate(tokenizer.encode_batch(list(texts))):
        rows += [(at, start, ids) for start, ids in windows_of(encoding.ids)]
    by_length: dict[int, list] = {}
    for row in rows:
        by_length.setdefault(-(-len(row[2]) // MULTIPLE) * MULTIPLE, []).append(row)
    for length in sorted(by_length):
        same = by_length[length]
        for first in range(0, len(same), batch):
            part = same[first : first + batch]
            ids = np.zeros((len(part), length), np.int64)
            mask = np.zeros((len(part), length), np.int64)
            for place, (_, _, own) in enumerate(part):
                ids[place, : len(own)] = own
                mask[place, : len(own)] = 1
            given = np.zeros((len(part), 3), np.float32) if hints is None else hints[[at for at, _, _ in part]]
            yield ids, mask, given.astype(np.float32), [(at, start, len(own)) for at, start, own in part]


class OnnxScorer:
    """A session and its tokenizer."""

    def __init__(self, model: bytes | str, tokenizer: Tokenizer, threads: int = 1, *, wide_sums: bool = False) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        if wide_sums:  # processors without VNNI then take a slower product whose sums cannot overflow
            options.add_session_config_entry("session.x64quantprecision", "1")
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizer

    def score(
        self, texts: Sequence[str], hints: np.ndarray | None = None, batch: int = 32
    ) -> tuple[np.ndarray, np.ndarray]:
        """Label logits `[texts, 10]` and factor logits `[texts, 3]`: of several windows the highest."""
        labels, factors = np.full((len(texts), 10), -np.inf, np.float32), np.full((len(texts), 3), -np.inf, np.float32)
        for ids, mask, given, places in rows_of(texts, self.tokenizer, hints, batch):
            feeds = {"input_ids": ids, "attention_mask": mask, "hints": given}
            found, parts = self.session.run(["labels", "factors"], feeds)
            for row, (at, _, _) in enumerate(places):
                labels[at] = np.maximum(labels[at], found[row])
                factors[at] = np.maximum(factors[at], parts[row])
        return labels, factors

    def mark(self, texts: Sequence[str], batch: int = 32) -> list[tuple[list[tuple[int, int]], np.ndarray]]:
        """For each text its tokens' offsets and their logits `[tokens, 4]`, without [CLS] and [SEP]."""
        encodings = self.tokenizer.encode_batch(list(texts))
        logits = [np.full((len(one.ids) - 2, 4), -np.inf, np.float32) for one in encodings]
        for ids, mask, given, places in rows_of(texts, self.tokenizer, None, batch):
            feeds = {"input_ids": ids, "attention_mask": mask, "hints": given}
            (found,) = self.session.run(["tokens"], feeds)
            for row, (at, start, size) in enumerate(places):
                span = slice(start, start + size - 2)
                logits[at][span] = np.maximum(logits[at][span], found[row, 1 : size - 1])
        return [(one.offsets[1:-1], found) for one, found in zip(encodings, logits, strict=True)]
