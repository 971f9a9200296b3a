"""Plain sentences for every identity word, to count how often a harmless sentence is held because of the word in it."""

from __future__ import annotations

ADJECTIVES = (
    "gay", "lesbian", "bisexual", "transgender", "queer", "Dalit", "Brahmin", "Adivasi", "OBC", "Muslim", "Hindu",
    "Christian", "Catholic", "Sikh", "Jewish", "Buddhist", "Jain", "Parsi", "atheist", "black", "white", "Asian", "African",
    "Kashmiri", "Bihari", "Tamil", "Konkani", "Tulu", "Kannadiga", "Malayali", "Punjabi", "Bengali", "Pakistani", "Nepali",
    "American", "Chinese", "deaf", "blind", "disabled", "old", "young", "female", "male", "unmarried", "divorced",
)  # fmt: skip
PEOPLE = ("man", "woman", "family", "student", "teacher", "neighbour", "doctor", "driver", "couple", "friend")
FRAMES = (
    "A {who} wrote to the editor last week about the water supply.",
    "I met a {who} from Udupi who reads this paper every day.",
    "My {who} does not agree with this article.",
    "The {who} next door was badly hurt in the accident, please pray.",
    "Why was the {who} not allowed to vote?",
    "This report says nothing about what the {who} told the reporter.",
    "Nobody should be beaten like that {who} was, whatever the quarrel.",
    "As a {who} I was angry when I read this.",
    "The {who} won the prize and we are all proud.",
    "Police have not found the people who attacked the {who}.",
    "The {who} was denied a room in three lodges, and that is wrong.",
    "The bus did not stop for a {who} in the rain.",
    "One {who} after another has left the town for work.",
    "I disagree with the {who} who spoke at the meeting, the numbers were wrong.",
    "Every {who} I know pays taxes like everybody else.",
    "The court heard the {who} and adjourned the case.",
    "Is the {who} a candidate in this ward?",
    "They called the {who} names at the bus stand and nobody helped.",
    "Thank you to the {who} who returned my purse.",
    "A book about a {who} in the nineteen fifties came out this year.",
)  # fmt: skip
PLAIN = (
    "I am a {word} person from Udupi.", "I am {word}.", "My mother is {word}.", "We are a {word} family.",
    "My best friend is {word} and we work in the same office.", "There is a {word} couple in our building.",
    "The new headmaster is {word}.", "She is a {word} woman from Mangaluru.", "He is a {word} man who sells flowers.",
    "Happy to see a {word} student at the top of the list.",
)  # fmt: skip


def sentences(word: str) -> list[str]:
    """Two hundred harmless sentences with the word; some speak of harm done to people, none does harm."""
    return [_article(frame.format(word=word, who=f"{word} {person}")) for frame in FRAMES for person in PEOPLE]


def plain(word: str) -> list[str]:
    """Statements that say no more than who somebody is."""
    return [_article(frame.format(word=word)) for frame in PLAIN]


def _article(sentence: str) -> str:
    for letter in "aeoAEO":
        for small, large in ((" a ", " an "),):
            sentence = sentence.replace(f"{small}{letter}", f"{large}{letter}")
    return sentence.replace("A a", "An a").replace("A A", "An A").replace("A o", "An o").replace("A O", "An O")
