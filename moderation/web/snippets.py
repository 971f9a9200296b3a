"""Commands and code that send a first comment, ready to paste: the site's address and key are in them already.

What this file decides is their words only; tests run them as they stand against a served application.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from moderation.api.coral_hook import PHASE_MS
from moderation.call_book import UNSAID
from moderation.storage.tables import CallRow
from moderation.web.words import N_

KEY_NAME: Final = "YOUR_KEY"
AKISMET_PATH: Final = re.compile(r"/1\.[12]/[\w-]+(?:\?|$)")
FIRST: Final = {
    "article": {"id": "a1", "url": "https://news.example/a1", "title": "Ferry fares to rise in June"},
    "author": {"name": "Asha Rao", "email": "asha.rao@example.org"},
    "text": "Good morning, and thank you for this report.",
    "disclaimer": {"accepted": True},
    "sender": {"ip": "203.0.113.9", "user_agent": "Mozilla/5.0"},
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to paste; `file` is a helper that it needs, `setting` the page where something must be set before."""

    name: str
    title: str
    about: str
    code: str
    file: str = ""
    setting: str = ""


ABOUT: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "curl": ("curl", N_("A comment in one command; the answer says what became of it."), ""),
        "php": (
            "PHP",
            N_("One file beside your own; what cannot be sent is kept and answered as held."),
            "moderation.php",
        ),
        "wordpress": (
            "WordPress",
            N_("Put the file into wp-content/plugins and the lines into wp-config.php; then switch the plugin on."),
            "moderation-comments.php",
        ),
        "python": ("Python", N_("One file, nothing to install."), "moderation_client.py"),
        "node": ("Node", N_("One file, nothing to install; Node 18 or newer."), "moderation.mjs"),
        "html": (
            N_("Plain HTML"),
            N_("The form for readers. It names the site, never a key. Allow your pages to carry it first."),
            "",
        ),
        "coral": ("Coral", N_("An external moderation phase in Coral. Bring its signing secret to this page."), ""),
        "perspective": ("Perspective", N_("Perspective's clients work as they are with another host name."), ""),
        "akismet": ("Akismet", N_("Akismet's clients work as they are with another host name."), ""),
    }
)


def make_snippets(base: str, site_id: str, key: str) -> tuple[Snippet, ...]:
    """All snippets for a site; without a key its place is named."""
    key = key or KEY_NAME
    codes = {
        "curl": _curl(base, key),
        "php": _php(base, key),
        "wordpress": _wordpress(base, key),
        "python": _python(base, key),
        "node": _node(base, key),
        "html": _html(base, site_id),
        "coral": _coral(base, site_id),
        "perspective": _perspective(base, key),
        "akismet": _akismet(base, key),
    }
    settings = {"html": "/form", "coral": "/integrations#coral"}
    return tuple(
        Snippet(name, title, about, codes[name], file, settings.get(name, ""))
        for name, (title, about, file) in ABOUT.items()
    )


def _curl(base: str, key: str) -> str:
    body = json.dumps(FIRST, ensure_ascii=False)
    return (
        f"curl -sS {base}/api/v1/comments \\\n  -H 'Authorization: Bearer {key}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(body)}"
    )


def _php(base: str, key: str) -> str:
    return f"""<?php
require 'moderation.php';
$moderation = new Moderation('{base}', '{key}', __DIR__ . '/spool');
$outcome = $moderation->send([
    'article' => ['id' => 'a1', 'url' => 'https://news.example/a1', 'title' => 'Ferry fares to rise in June'],
    'author' => ['name' => 'Asha Rao', 'email' => 'asha.rao@example.org'],
    'text' => 'Good morning, and thank you for this report.',
    'disclaimer' => ['accepted' => true],
    'sender' => ['ip' => '203.0.113.9', 'user_agent' => 'Mozilla/5.0'],
]);
echo $outcome['status'];"""


def _wordpress(base: str, key: str) -> str:
    return f"define('MODERATION_URL', '{base}');\ndefine('MODERATION_KEY', '{key}');"


def _python(base: str, key: str) -> str:
    return f"""from moderation_client import Moderation

moderation = Moderation("{base}", "{key}", "spool")
outcome = moderation.send({{
    "article": {{"id": "a1", "url": "https://news.example/a1", "title": "Ferry fares to rise in June"}},
    "author": {{"name": "Asha Rao", "email": "asha.rao@example.org"}},
    "text": "Good morning, and thank you for this report.",
    "disclaimer": {{"accepted": True}},
    "sender": {{"ip": "203.0.113.9", "user_agent": "Mozilla/5.0"}},
}})
print(outcome["status"])"""


def _node(base: str, key: str) -> str:
    return f"""import {{ Moderation }} from "./moderation.mjs";

const moderation = new Moderation("{base}", "{key}", "spool");
const outcome = await moderation.send({{
  article: {{ id: "a1", url: "https://news.example/a1", title: "Ferry fares to rise in June" }},
  author: {{ name: "Asha Rao", email: "asha.rao@example.org" }},
  text: "Good morning, and thank you for this report.",
  disclaimer: {{ accepted: true }},
  sender: {{ ip: "203.0.113.9", user_agent: "Mozilla/5.0" }},
}});
console.log(outcome.status);"""


def _html(base: str, site_id: str) -> str:
    shown = 'data-article="a1" data-title="Ferry fares to rise in June"'
    return f'<script src="{base}/embed/form.js" data-site="{site_id}" {shown} defer></script>'


def _coral(base: str, site_id: str) -> str:
    return f"Callback URL:   {base}/hooks/coral/{site_id}\nTimeout:        {PHASE_MS} ms\nComment body:   Plain text"


def _perspective(base: str, key: str) -> str:
    call = {"comment": {"text": "Good morning."}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
    return (
        f"curl -sS '{base}/v1alpha1/comments:analyze?key={key}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(json.dumps(call))}"
    )


def _akismet(base: str, key: str) -> str:
    host = urlsplit(base).netloc
    fields = {
        "api_key": key,
        "blog": "https://news.example/",
        "user_ip": "203.0.113.9",
        "user_agent": "Mozilla/5.0",
        "comment_author": "Asha Rao",
        "comment_content": "Good morning, and thank you for this report.",
    }
    lines = [f"  --data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in fields.items()]
    return f"# host name for a client: {host}\ncurl -sS {base}/1.1/comment-check \\\n" + " \\\n".join(lines)


def replay_command(base: str, call: CallRow) -> str:
    """A call again, as a command; empty when its body or its query was not kept."""
    if call.path.endswith(UNSAID) or (call.body is None and call.method not in {"GET", "DELETE"}):
        return ""
    url = base + call.path
    key: tuple[str, ...] = ("-H", f"Authorization: Bearer {KEY_NAME}")
    if AKISMET_PATH.search(call.path):  # knows no such header: the key stood in the body, the query or the host's name
        url, key = url if KEY_NAME in (call.body or "") else _asking(url, f"api_key={KEY_NAME}"), ()
    typed = ("-H", f"Content-Type: {call.content_type}") if call.body is not None and call.content_type else ()
    sent = () if call.body is None else ("--data-raw", call.body)
    return shlex.join(("curl", "-sS", "--globoff", "-X", call.method, url, *key, *typed, *sent))


def _asking(url: str, parameter: str) -> str:
    return url + ("&" if "?" in url else "?") + parameter
