"""The queue's page, without script."""

from __future__ import annotations

from moderation.storage.comments import read_comment
from moderation.vocabulary import Role, Status
from tests.web.newsroom import Newsroom, Page


def test_a_held_comment_is_shown_with_its_reason_and_published_by_one_press(room: Newsroom) -> None:
    (comment,) = room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    assert "You are an idiot" in page.text
    assert "insult" in page.text.lower()
    answer = meera.post(f"/s/gazette/cases/{page.case}/publish", page.form)
    assert answer.status_code == 303
    after = meera.queue()
    assert "All done." in after.text
    assert "Published: Reader A" in after.text
    now = room.world.service.clock()
    view = read_comment(room.database, "gazette", comment, now)
    assert view.status is Status.HELD
    assert view.settles_at is not None


def test_a_verdict_is_taken_back_from_the_next_page(room: Newsroom) -> None:
    room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    meera.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    after = meera.queue()
    assert after.undo
    answer = meera.post(after.undo, after.form)
    assert answer.headers["location"].endswith(f"/queue?case={page.case}")
    assert "You are an idiot" in Page(meera.get(answer.headers["location"])).text


def test_two_people_never_see_the_same_case(room: Newsroom) -> None:
    room.held(8)
    first, second = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    seen = first.queue().case, second.queue().case
    assert all(seen)
    assert seen[0] != seen[1]


def test_whoever_goes_on_gives_the_case_back_to_colleagues(room: Newsroom) -> None:
    room.held(8)
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    first = meera.queue().case
    second = Page(meera.get(f"/s/gazette/queue?after={first}")).case
    third = Page(meera.get(f"/s/gazette/queue?after={second}")).case
    assert len({first, second, third}) == 3
    assert Page(meera.get(f"/s/gazette/queue?before={third}")).case == second
    assert tara.queue().case == first


def test_a_stale_verdict_says_who_was_faster(room: Newsroom) -> None:
    room.held()
    first, second = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    page = first.queue()
    first.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    answer = second.post(f"/s/gazette/cases/{page.case}/publish", {**page.form, "csrf": second.queue().csrf})
    late = Page(answer)
    assert late.status == 409
    assert "Meera Nair rejected it as Insult" in late.text
    assert late.html.count("<h1") == 1


def test_a_page_whose_lease_has_lapsed_still_decides(room: Newsroom) -> None:
    room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    room.lapse()
    assert meera.post(f"/s/gazette/cases/{page.case}/publish", page.form).status_code == 303


def test_of_two_pages_that_show_a_case_one_after_the_other_the_first_press_counts(room: Newsroom) -> None:
    room.held()
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    hers = meera.queue()
    room.lapse()
    theirs = tara.queue()
    assert theirs.case == hers.case
    assert tara.post(f"/s/gazette/cases/{theirs.case}/publish", theirs.form).status_code == 303
    assert meera.post(f"/s/gazette/cases/{hers.case}/publish", hers.form).status_code == 409


def test_a_case_of_another_site_is_not_there(room: Newsroom) -> None:
    room.held(site="herald")
    elsewhere = room.browser(room.person("Tara Rao", site="herald"))
    case = elsewhere.queue("herald").case
    here = room.browser(room.person())
    page = here.queue()
    assert here.get(f"/s/gazette/queue?case={case}").status_code == 404
    form = {"csrf": page.csrf, "version": "1"}
    assert here.post(f"/s/gazette/cases/{case}/publish", form).status_code == 404
    assert here.get("/s/herald/queue").status_code == 404


def test_a_role_without_the_queue_is_refused(room: Newsroom) -> None:
    auditor = room.browser(room.person("Ravi Kumar", roles=[Role.AUDITOR]))
    assert auditor.queue().status == 403


def test_comment_text_is_never_markup(room: Newsroom) -> None:
    room.comment("idiot <script>alert(1)</script> <b>x</b> \u202eevil")
    page = room.browser(room.person()).queue()
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "⟨U+202E⟩" in page.html


def test_a_form_from_another_site_is_refused(room: Newsroom) -> None:
    room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    url = f"/s/gazette/cases/{page.case}/publish"
    assert meera.post(url, page.form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert meera.post(url, {**page.form, "csrf": "wrong"}).status_code == 403
    assert meera.client.post(url, data=page.form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert meera.post(url, page.form).status_code == 303
