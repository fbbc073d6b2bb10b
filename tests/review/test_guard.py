"""Who gets in, and what a door says to those who may not (S16 to S20 of the guarantees)."""

import re

import pytest
from sqlalchemy import select

from harvester.model import Role
from harvester.review.desk import Desk
from harvester.review.ways import WAYS
from harvester.store.schema import metadata
from harvester.store.schema_staff import trail

SAMPLES = {"audit": "1", "id": "1", "number": "1", "name": "nothing"}
"""What stands in a path's places: a reply that exists."""


def sample(path: str) -> str:
    return re.sub(r"{(\w+)(:\w+)?}", lambda place: SAMPLES.get(place[1], "1"), path)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "anonymous")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_way_is_open_to_those_who_may_go_it_and_shut_to_all_others(way, role, visitor, come_in):
    one = visitor if role is None else come_in(role)
    path = sample(way.path)
    if way.method == "GET":
        answer = one.get(path)
    else:
        token = one.get("/account" if role else "/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
        answer = one.post(path, data={"csrf": token})
    if way.needs is None or (role and role.includes(way.needs)):
        assert answer.status_code not in (401, 403, 405, 500) or path == "/sign-in"
        assert "/sign-in" not in answer.headers.get("location", "") or path == "/sign-out"
    elif role is None:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("way", [way for way in WAYS if way.method == "POST"], ids=lambda way: way.name)
@pytest.mark.parametrize("token", ["", "wrong", "a.b", "é.é"])
def test_a_form_without_our_token_changes_nothing(way, token, come_in):
    answer = come_in(Role.ADMIN).post(sample(way.path), data={"csrf": token, "name": "mallory"})
    assert answer.status_code == 403
    assert "The form had expired" in answer.text


@pytest.mark.parametrize("way", [way for way in WAYS if way.method == "GET"], ids=lambda way: way.name)
def test_looking_changes_nothing(way, come_in, desk):
    """But for what is written down of it, and when the session was used last."""
    admin = come_in(Role.ADMIN)
    before = everything(desk)
    assert admin.get(sample(way.path)).status_code < 500
    assert everything(desk) == before


def everything(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without the two that a look may change."""
    kept = [table for table in metadata.sorted_tables if table.name not in ("trail", "session")]
    with desk.store.read() as tx:
        return {table.name: [tuple(row) for row in tx.execute(select(table))] for table in kept}


def test_nothing_that_was_written_down_is_ever_changed(come_in, desk):
    """Whatever somebody does on the pages: the lines before stay as they are (S25)."""
    admin, lines = come_in(Role.ADMIN), written_down(desk)
    token = admin.get("/account").text.split('name="csrf" value="')[1].split('"')[0]
    for way in sorted(WAYS, key=lambda way: way.path == "/sign-out"):  # that one last
        answer = admin.get(sample(way.path)) if way.method == "GET" else admin.post(
            sample(way.path), data={"csrf": token, "topic": "shared", "name": "Nora New", "role": "viewer"}
        )  # fmt: skip
        assert answer.status_code < 500
        now = written_down(desk)
        assert now[: len(lines)] == lines, way.name
        lines = now
    assert {"signed in", "looked at it", "froze a report", "added a person", "signed out"} <= {
        line[3] for line in lines
    }


def written_down(desk: Desk) -> list[tuple[object, ...]]:
    with desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(select(trail).order_by(trail.c.id))]


def test_a_token_of_another_visitor_is_wrong(visitor, come_in):
    token = visitor.get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
    assert come_in(Role.ADMIN).post("/sign-out", data={"csrf": token}).status_code == 403


def test_a_form_that_another_site_sends_is_refused_even_with_a_token(editor):
    token = editor.get("/account").text.split('name="csrf" value="')[1].split('"')[0]
    answer = editor.post("/sign-out", data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/metrics"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8025"])
def test_pages_answer_to_their_own_name_only(visitor, host, path):
    assert visitor.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/replies/999999999999999999999999"])
def test_every_answer_carries_the_headers_that_keep_a_browser_safe(editor, path):
    answer = editor.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


def test_a_page_of_the_staff_leads_back_to_where_one_wanted_to_go(visitor):
    to = visitor.get("/?language=de").headers["location"]
    assert to == "/sign-in?next=/%3Flanguage%3Dde"
    answer = visitor.form(to, name="Edith Editor", password="a long walk by the river", next="/?language=de")
    assert answer.headers["location"] == "/?language=de"


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "x"])
def test_signing_in_leads_nowhere_else(visitor, next_):
    answer = visitor.form("/sign-in", name="Edith Editor", password="a long walk by the river", next=next_)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_form_that_is_too_long_is_refused(editor):
    assert editor.post("/account", data={"what": "x" * 1_100_000}).status_code == 413
    assert editor.post("/account", data={f"field{n}": "x" for n in range(5_001)}).status_code == 413
    assert editor.get("/?q=" + "x" * 9_000).status_code == 414
