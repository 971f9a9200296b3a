"""What is trained on, in which order, how much and with what weight. Everything that a retraining may want to turn is here.

Sets under research, non-commercial, unclear or conflicting terms are named in `MEASURE_ONLY` and refused by the loader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

LABELS = (
    "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit",
    "spam", "defamation", "checkworthy",
)  # fmt: skip
ABUSE = LABELS[:7]
FACTORS = ("about", "imputes", "fact")
TOKEN_LABELS = ("toxic", "about", "imputes", "fact")
MEASURE_ONLY = frozenset(
    {"paradetox_en", "olid_train", "hasoc2019_en", "hasoc2019_hi", "trac1_hi_facebook", "hasoc2021_tamil_offensive",
     "impermium_insults", "checkthat2025_subjectivity"}
)  # fmt: skip


@dataclass(frozen=True)
class SetRule:
    """How one set of comments enters the loss."""

    licence: str
    weight: float = 1.0
    rename: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    fill: bool = False
    """A comment that is not toxic carries no subtype either: the missing ones count as 0, at half weight."""
    languages: tuple[str, ...] = ()
    defamation_negative: float = 0.0
    """Weight with which a comment of this set counts as 'no defamation'."""


SETS: Mapping[str, SetRule] = {
    "jigsaw_wiki_multilabel": SetRule("labels CC0-1.0, text CC BY-SA 3.0", defamation_negative=0.5),
    "jigsaw_wiki_binary": SetRule("labels CC0-1.0, text CC BY-SA 3.0", fill=True, defamation_negative=0.5),
    "civil_toxic_spans": SetRule("CC0-1.0", weight=1.2, defamation_negative=0.1),
    "civil_weak": SetRule("CC0-1.0", weight=0.5),
    "toxic_spans": SetRule("CC0-1.0", weight=0.3),
    "edos_sexism": SetRule("CC0-1.0", weight=1.0, defamation_negative=0.4),
    "wiki_debias_nontoxic": SetRule("Apache-2.0", fill=True, defamation_negative=0.4),
    "hatexplain_binary": SetRule("MIT", weight=0.25),
    "davidson_tweets": SetRule("MIT", weight=0.2),
    "stormfront": SetRule("CC BY-SA 3.0", weight=0.3),
    "mlma_hate": SetRule("MIT", weight=0.2, languages=("en",)),
    "nsfw_bios": SetRule("MIT", weight=0.5),
    "dravidian_offensive": SetRule("CC BY 4.0", weight=0.4, languages=("kn-en",)),
    "youtube_spam": SetRule("CC BY 4.0", defamation_negative=0.5),
    "sms_spam": SetRule("CC BY 4.0", weight=0.7, defamation_negative=0.5),
    "claimbuster_two_class": SetRule("CC BY 4.0", rename={"check_worthy_claim": "checkworthy"}),
}
OWN = ("defamation", "contrast", "spam")


@dataclass(frozen=True)
class Stage:
    """One stretch of training: how often each set is seen (0.5 = every second comment), at which learning rates."""

    name: str
    passes: Mapping[str, float]
    rate: tuple[float, float]
    tokens: int
    """Longest row in tokens."""
    most: int
    """Only so many of the rows drawn are seen; a part of a pass for every set alike."""
    own: Mapping[str, float] = field(default_factory=dict)
    """The project's own corpora by kind, or by kind and file ("defamation/written*")."""
    average: float = 0.998
    """How much of the running average of the weights stays at each step; 0 = the stage ends with its last weights."""
    marks: float = 2.0
    """Weight of the marked tokens in the loss, beside the labels."""


STAGES = (
    Stage(
        "abuse",
        {
            "jigsaw_wiki_multilabel": 1.0, "jigsaw_wiki_binary": 1.0, "civil_toxic_spans": 1.0, "civil_weak": 0.3,
            "toxic_spans": 1.0, "edos_sexism": 1.0, "wiki_debias_nontoxic": 0.4, "hatexplain_binary": 0.15,
            "davidson_tweets": 0.1, "stormfront": 0.3, "mlma_hate": 0.2, "nsfw_bios": 1.0, "dravidian_offensive": 0.3,
            "youtube_spam": 1.0, "sms_spam": 1.0, "claimbuster_two_class": 0.6,
        },
        rate=(1.2e-4, 1.0e-4),
        tokens=96,
        most=61_440,
    ),
    Stage(
        "all",
        {
            "jigsaw_wiki_multilabel": 1.0, "jigsaw_wiki_binary": 0.7, "civil_toxic_spans": 1.0, "civil_weak": 0.15,
            "toxic_spans": 1.0, "edos_sexism": 1.0, "wiki_debias_nontoxic": 0.3, "hatexplain_binary": 0.05,
            "davidson_tweets": 0.05, "stormfront": 0.2, "mlma_hate": 0.1, "nsfw_bios": 1.0, "dravidian_offensive": 0.2,
            "youtube_spam": 1.0, "sms_spam": 0.7, "claimbuster_two_class": 0.5,
        },
        rate=(1.0e-4, 5.0e-5),
        tokens=96,
        most=57_344,
        own={"defamation": 1.0, "contrast": 1.0, "spam": 1.0},
    ),
    Stage(
        "settle",
        {
            "jigsaw_wiki_multilabel": 1.0, "jigsaw_wiki_binary": 0.6, "civil_toxic_spans": 1.0, "civil_weak": 0.15,
            "toxic_spans": 1.0, "edos_sexism": 1.0, "wiki_debias_nontoxic": 0.3, "hatexplain_binary": 0.05,
            "davidson_tweets": 0.05, "stormfront": 0.2, "mlma_hate": 0.1, "nsfw_bios": 1.0, "dravidian_offensive": 0.2,
            "youtube_spam": 1.0, "sms_spam": 0.5, "claimbuster_two_class": 0.5,
        },
        rate=(5.0e-5, 1.0e-6),
        tokens=128,
        most=57_344,
        own={"defamation": 1.0, "contrast": 1.0, "spam": 1.0},
    ),
    Stage(
        "polish",
        {
            "jigsaw_wiki_multilabel": 1.0, "jigsaw_wiki_binary": 0.5, "civil_toxic_spans": 0.4, "toxic_spans": 0.6,
            "edos_sexism": 0.5, "wiki_debias_nontoxic": 0.2, "stormfront": 0.1, "dravidian_offensive": 0.1,
            "youtube_spam": 0.5, "sms_spam": 0.3, "claimbuster_two_class": 0.3,
        },
        rate=(3.0e-5, 1.0e-6),
        tokens=160,
        most=20_480,
        own={"defamation": 0.4, "contrast": 0.8, "spam": 0.5},
        average=0.998,
    ),
)  # fmt: skip
AGAIN = Stage(
    "again",
    {
        "jigsaw_wiki_multilabel": 1.5, "jigsaw_wiki_binary": 1.3, "civil_toxic_spans": 1.3, "civil_weak": 0.3,
        "toxic_spans": 1.0, "edos_sexism": 1.0, "wiki_debias_nontoxic": 0.5, "hatexplain_binary": 0.05,
        "davidson_tweets": 0.03, "stormfront": 0.15, "mlma_hate": 0.05, "nsfw_bios": 0.5, "dravidian_offensive": 0.1,
        "youtube_spam": 0.6, "sms_spam": 0.2, "claimbuster_two_class": 0.2,
    },
    rate=(8.0e-5, 1.0e-6),
    tokens=256,
    most=122_880,
    own={"defamation": 1.3, "contrast": 1.0, "spam": 0.5},
    marks=3.0,
)  # fmt: skip
CONTINUED = (AGAIN, replace(AGAIN, name="more", rate=(7.0e-5, 1.0e-6), most=86_016))
"""What a run with `--shipped` does: two more passes over nearly everything, each ending at low rates. What is exported is the
mean of the weights at the end of both."""
FROZEN = 0
"""Layers from below that such a run leaves as they are, with the word table."""
SEED = 20261124
LABEL_WEIGHTS = {
    "severe_toxicity": 1.3,
    "threat": 1.6,
    "identity_attack": 1.3,
    "sexual_explicit": 0.5,
    "checkworthy": 0.7,
}
HEAD_RATE = 5.0
WARM_STEPS = 60
CHUNK = 4096
BUDGET = 2000
MOST_ROWS = 64
