"""A news site's own page on another port of this machine: another origin, with a strict policy of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ARTICLE = """<!doctype html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Night trams return</title><link rel="stylesheet" href="/page.css"></head>
<body class="{look}"><article><p class="kicker">The Gazette</p><h1>Night trams return to the old town after nine years</h1>
<p>From Friday the last tram leaves the market at half past one. The council voted for it with one voice against.</p>
<div id="comments"><script src="{engine}/embed/form.js" data-site="gazette" data-article="trams" data-title="Night trams return"
{more} defer></script></div></article></body></html>"""
PLAIN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plain</title></head><body>
<form method="post" action="{engine}/form/gazette"><input type="hidden" name="article" value="trams">
<input name="name" value="Asha Shenoy"><input name="email" value="asha@reader.example"><textarea name="text"></textarea>
<input type="checkbox" name="accepted" value="yes" checked><button>Send</button></form></body></html>"""
STYLE = """body { margin: 0; font: 18px/1.6 Georgia, serif; background: #fbfaf6; color: #222; }
body.dark { background: #16181b; color: #e6e2d8; color-scheme: dark; }
article { max-width: 640px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 32px; line-height: 1.2; } .kicker { letter-spacing: 1px; color: inherit; opacity: .8; font-size: 14px; }
body { --moderation-accent: #8c1d18; --moderation-on-accent: #fff; } body.dark { --moderation-accent: #e8a09a; --moderation-on-accent: #1a1110; }
"""
POLICY = (
    "default-src 'none'; script-src {engine}; style-src {engine} 'self'; connect-src {engine}; form-action {engine}; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)


@dataclass
class HostPage:
    """What the page says; a test changes it before the browser looks."""

    engine: str = ""
    lang: str = "en"
    direction: str = "ltr"
    look: str = "light"
    more: str = ""
    policy: str = POLICY
    url: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def host_page(host: str = "127.0.0.1") -> Iterator[HostPage]:
    """The site's server."""
    page = HostPage()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.asked.append(self.path)
            kind, text = "text/html; charset=utf-8", ARTICLE
            if self.path == "/page.css":
                kind, text = "text/css", STYLE
            elif self.path == "/plain":
                text = PLAIN.format(engine=page.engine)
            else:
                told = {name: getattr(page, name) for name in ("engine", "lang", "direction", "look", "more")}
                text = ARTICLE.format(**told)
            body = text.encode()
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-security-policy", page.policy.format(engine=page.engine))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.url = f"http://{host}:{server.server_port}/article"
    try:
        yield page
    finally:
        server.shutdown()
        server.server_close()
