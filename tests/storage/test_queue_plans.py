"""No page of the queue reads a whole big table: every statement that a page sends is explained by the database itself.

Comments, wordings, cases, verdicts and authors are filled with enough rows for an index to be the better way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.vocabulary import Role
from tests.crowd import RARE, Crowd
from tests.storage.plans import faults_of, listening, whole_tables
from tests.web.newsroom import Newsroom, Page, open_newsroom

# SQLite does not count small tables, and PostgreSQL prefers whole ones for longer.
COMMENTS = {True: 25_000, False: 100_000}
WAITING = 5_000
LISTS = [
    "list",
    "list?ground=spam",
    "list?section=section-3",
    "list?article=a-7",
    "list?author={author}",
    "list?language=kn",
    "list?cluster={cluster}",
    "list?score_from=0.4&score_to=0.5",
    "list?hours=2",
    "list?status=escalated",
    "list?status=published",
    "list?status=rejected&ground=spam",
    "list?status=rejected&by={person}",
    "list?status=all&author={author}",
    "list?status=all&article=a-7",
    f"list?status=all&words={RARE}",
    "list?status=all&words=council",
    f"list?status=published&words={RARE}",
    "list?words=council",
    "list?status=published&by=me",
    "list?status=all&sender={author}",
    "list?sender={author}",
    "list?group=article",
    "list?group=author",
    "list?group=cluster",
]


@pytest.fixture
def room(tmp_path: Path, empty_url: str) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, empty_url)
    yield opened
    opened.world.close()


def test_no_page_of_the_queue_reads_a_big_table_whole(room: Newsroom) -> None:
    crowd = Crowd(room, COMMENTS[room.database.is_sqlite], WAITING)
    crowd.write()
    meera = room.browser(room.person(roles=[Role.MODERATOR, Role.EDITOR]))
    room.person("Tara Rao")
    with listening(room.database) as sent:
        page = meera.queue()
        assert page.case
        row = Page(meera.get("/s/gazette/list"))
        comment = re.search(r'/comments/(\w+)"', page.html).group(1)
        author = re.search(r"/authors/(\w+)", row.html).group(1)
        for path in LISTS:
            asked = path.format(author=author, cluster="c0", person=crowd.people[0])
            listed = Page(meera.get(f"/s/gazette/{asked}"))
            assert listed.status == 200, asked
            following = re.search(r'href="(/s/gazette/list\?[^"]*after=[^"]+)"', listed.html)
            if following:
                assert meera.get(following.group(1).replace("&amp;", "&")).status_code == 200
        for path in (f"comments/{comment}", f"authors/{author}", "opinions", f"queue?after={page.case}"):
            assert meera.get(f"/s/gazette/{path}").status_code == 200, path
        page = meera.queue()
        acts = [("publish", {}), ("reject", {"ground": "spam"}), ("skip", {})]
        for act, more in acts:
            page = meera.queue()
            answer = meera.post(f"/s/gazette/cases/{page.case}/{act}", {**page.form, "words": "seen", **more})
            assert answer.status_code == 303, act
        page = meera.queue()
        assert meera.post(page.undo, page.form).status_code == 303
        page = meera.queue()
        handed = {**page.form, "view": "publish", "note": "look"}
        assert meera.post(f"/s/gazette/cases/{page.case}/opinion", handed).status_code == 303
    assert len(sent) > 100
    faults = faults_of(room.database, sent)
    assert not faults, "\n\n".join(faults)


def test_the_test_would_see_a_whole_table(room: Newsroom) -> None:
    Crowd(room, 2000, 100).write()
    assert whole_tables(
        room.database, "SELECT count(*) FROM revision WHERE text LIKE '%x%'".replace("%", "%%"), ()
    ) == ["revision"]
