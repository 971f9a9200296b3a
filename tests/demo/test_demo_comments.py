"""What the demonstration's articles and comments must be: lifelike, joined, and of no real address."""

import ipaddress
import json
from collections import Counter
from pathlib import Path

from sqlmodel import select

from moderation.demo.fill import fill_demo
from moderation.storage.tables import ArticleRow
from tests.factories import make_world
from tests.fakes import WordScorer

DEMO = Path(__file__).resolve().parents[2] / "moderation" / "demo"
KINDS = {
    "praise", "anger", "insult", "slander", "spam_wave", "doxing", "kannada", "hindi", "condolence", "question",
    "correction", "threat", "identity", "self_harm", "quote",
}  # fmt: skip
DOCUMENTATION = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def comments() -> list[dict]:
    lines = (DEMO / "comments.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def articles() -> dict[str, dict]:
    return {article["id"]: article for article in json.loads((DEMO / "articles.json").read_text(encoding="utf-8"))}


def test_every_kind_of_comment_occurs_and_there_are_many() -> None:
    counted = Counter(comment["kind"] for comment in comments())
    assert set(counted) == KINDS
    assert sum(counted.values()) >= 220
    assert min(counted.values()) >= 4


def test_every_comment_stands_under_an_article_and_answers_an_earlier_one_there() -> None:
    found = comments()
    for index, comment in enumerate(found):
        assert comment["article"] in articles(), index
        if "parent" in comment:
            assert comment["parent"] < index
            assert found[comment["parent"]]["article"] == comment["article"], index


def test_the_spam_wave_is_37_unlike_texts_from_few_addresses() -> None:
    wave = [comment for comment in comments() if comment["kind"] == "spam_wave"]
    assert len(wave) == len({comment["text"] for comment in wave}) == 37
    assert len({comment["ip"] for comment in wave}) <= 5


def test_both_scripts_of_kannada_and_hindi_are_there() -> None:
    texts = {kind: [c["text"] for c in comments() if c["kind"] == kind] for kind in ("kannada", "hindi")}
    for kind, first, last in (("kannada", "\u0c80", "\u0cff"), ("hindi", "\u0900", "\u097f")):
        native = [any(first <= letter <= last for letter in text) for text in texts[kind]]
        assert 3 <= sum(native) <= len(native) - 5, kind


def test_no_address_of_a_demo_comment_can_be_real() -> None:
    for comment in comments():
        assert comment["author"]["email"].endswith(".example"), comment["author"]
        address = ipaddress.ip_address(comment["ip"])
        assert any(address in net for net in DOCUMENTATION if net.version == address.version), comment["ip"]
    assert all(".example/" in article["url"] for article in articles().values())


def test_an_article_about_children_is_sensitive_and_says_how_to_judge(tmp_path: Path) -> None:
    world = make_world(tmp_path, scorer=WordScorer())
    fill_demo(world.service, "demo")
    with world.service.database.reading() as session:
        sad = session.exec(select(ArticleRow).where(ArticleRow.id == "nandipura-school-lake-trip")).one()
    assert sad.sensitive == "minor"
    assert "parents read here" in (sad.guidance or "")
    world.close()


def test_articles_are_short_and_name_their_subjects_in_the_text() -> None:
    assert len(articles()) >= 12
    for article in articles().values():
        assert 80 <= len(article["body"].split()) <= 200, article["id"]
        for subject in article["subjects"]:
            assert subject.split()[-1] in article["body"] + article["title"], (article["id"], subject)
