"""A threat of violence in plain words.

- Somebody is to be hurt, burnt, beaten or killed, by the writer or by others who are called on to do it.
- `should be hanged` after a crime is a call for punishment by the law and is left to the model; idioms are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "threats"
WHOM: Final = (
    r"(?:you|u|him|her|them|this (?:man|woman|guy|reporter|editor|fellow)|your (?:family|children|kids|house|wife))"
)
HARM: Final = r"(?:kill|murder|shoot|stab|hang|burn|behead|bury|lynch|beat|thrash|finish|slap|bash|rape|attack|smash|chop|cut|hack)"
PHRASES: Final = phrases(
    rf"(?:i|we|i'll|we'll|somebody|someone|people) (?:will |shall |am going to |are going to |'m gonna |gonna |should |must )*{HARM}"
    rf" {WHOM}(?! (?:in|at|by|on) (?:the |this |a )?(?:\w+ )?(?:final|match|game|election|poll|court|series|cup|court|points?|runs?|goals?))",
    rf"(?:i'll|we'll|let's|lets|let us|going to|gonna) {HARM} {WHOM}",
    rf"{HARM} {WHOM} (?:alive|to death|all|in public|like a dog|like dogs|on sight)",
    r"you(?:'ll| will| are going to) (?:die|be killed|be shot|be dead|regret this|pay for this with your (?:life|blood))",
    r"(?:we|i) know where (?:you|he|she|they) (?:live|lives|work|works|park|study)~?(?:watch|careful|beware|soon|visit|see)?",
    r"(?:watch your back|your days are numbered|count your days|you are dead|you're dead meat|dead man walking)",
    r"(?:tujhe|tumhe|usko|isko|inko|unko|sabko) (?:maar|jaan se|jala|kaat|goli) ?(?:dunga|denge|dalunga|dalenge|daal\w*|maar\w*|do|deni)",
    r"(?:jaan se maar|goli maar|zinda jala|kaat (?:dal|dunga|denge))\w*",
    r"(?:ninna|avanna|avaḷannu|avalanna|avarannu|ivana) (?:kol\w+|saay\w+|hod\w+|kadi\w+|sutt\w*) ?\w*",
    r"मार (?:दूंगा|डालूंगा|देंगे|डालेंगे)|ಕೊಲ್ಲುತ್ತೇನೆ|ಕೊಂದು ಹಾಕ\w*|ಹೊಡೆದು ಸಾಯಿಸ\w*",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Threats in plain words."""
    return find_phrases("threat", PHRASES, comment)
