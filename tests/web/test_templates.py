"""Every template compiles, has a title, escapes everything, holds nothing inline, and its words stand in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from moderation.web.pages import HERE, Pages

TEMPLATES = sorted((HERE / "templates").glob("*.html"))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def test_every_template_compiles_and_every_page_has_a_title() -> None:
    env = Pages("").env
    for path in TEMPLATES:
        env.get_template(path.name)
        if not path.name.startswith("_") and path.name != "base.html":
            assert "{% block title %}" in path.read_text(encoding="utf-8"), path.name


def test_no_template_is_unescaped_or_holds_script_or_style() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for wrong in (
            r"\|\s*safe\b",
            r"autoescape",
            r"\son\w+=",
            r"\sstyle=",
            r"<style",
            r"<script(?![^>]*src=)",
            r"javascript:",
        ):
            assert not re.search(wrong, text), (path.name, wrong)


def test_the_catalogue_holds_exactly_the_words_of_the_pages_the_mails_and_the_checks() -> None:
    with Path(HERE / "locale" / "messages.pot").open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)} - {""}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "translate": None, "CheckSpec": (4,)}
    options = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
    found = {
        ids if isinstance(ids, str) else ids[0]
        for _, _, ids, _, _ in extract_from_dir(str(HERE), METHODS, options, keywords)
    }
    for elsewhere in ("mail_words.py", "checks/catalogue.py"):
        more = extract_from_file("python", str(HERE.parent / elsewhere), keywords=keywords)
        found |= {ids if isinstance(ids, str) else ids[0] for _, ids, _, _ in more}
    assert found == known, "run `make catalogue`"


def test_nothing_that_a_template_says_is_left_out_of_the_catalogue() -> None:
    """Words between tags that no `_()` holds would stay English in every language."""
    for path in TEMPLATES:
        whole = re.sub(r"{%\s*block (body|main_attributes)\s*%}.*?{%\s*endblock\s*%}", " ", path.read_text("utf-8"))
        text = re.sub(r"{#.*?#}|{%\s*trans.*?endtrans\s*%}|{%.*?%}|{{.*?}}", " ", whole, flags=re.DOTALL)
        text = re.sub(r"<(code|kbd|svg|symbol)\b.*?</\1>", " ", text, flags=re.DOTALL)
        bare = " ".join(re.findall(r">([^<>]*)<", text))
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r'[\w-]+="[^"]*"', " ", bare))
        assert words == [], (path.name, words[:8])
