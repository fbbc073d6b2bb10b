"""Signing in and out, invitations, passwords, people (S17 and S18 of the guarantees)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from harvester.model import Role
from harvester.review.app import build
from harvester.review.passwords import objection
from harvester.review.server import first_link
from harvester.store import sessions, staff

PASSWORD = "a long walk by the river"
OTHER = "two ducks on a frozen pond"


def test_the_right_password_lets_in_and_the_wrong_one_does_not(visitor):
    assert visitor.sign_in("Edith Editor", "wrong").status_code == 401
    assert visitor.get("/").status_code == 303
    assert visitor.sign_in("  edith   EDITOR ").status_code == 303
    assert visitor.get("/").status_code == 200


def test_a_name_that_nobody_has_gets_the_same_words(visitor):
    wrong, unknown = visitor.sign_in("Edith Editor", "wrong"), visitor.sign_in("Nobody", "wrong")
    assert (wrong.status_code, unknown.status_code) == (401, 401)

    def bare(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert bare(wrong.text) == bare(unknown.text)


def test_a_name_that_nobody_has_takes_as_long(desk):
    asked = []
    hasher = desk.passwords._hasher
    desk.passwords._hasher = type(
        "Spy", (), {"verify": lambda _, known, given: asked.append(known) or hasher.verify(known, given)}
    )()
    assert not desk.passwords.right(None, "guess")
    [known] = asked
    assert known.startswith("$argon2id$")  # a real one, so that trying it takes the time of a real one
    assert not hasher.check_needs_rehash(known)


def test_the_session_id_is_new_after_signing_in(visitor):
    visitor.get("/sign-in")
    before = visitor.cookies["harvester"]
    visitor.sign_in("Edith Editor")
    assert visitor.cookies["harvester"] != before


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(visitor, desk):
    visitor.get("/sign-in")
    cookie = visitor.sign_in("Edith Editor").headers["set-cookie"]
    assert re.fullmatch(r"harvester=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)


def test_behind_tls_the_cookie_is_bound_to_it(desk, visitor):
    https = replace(
        desk, config=desk.config.model_copy(update={"review": desk.config.review.model_copy(update={"https": True})})
    )
    answer = type(visitor)(build(https), base_url="https://localhost", follow_redirects=False).get("/sign-in")
    assert re.match(r"__Host-harvester=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"])
    assert "max-age" in answer.headers["strict-transport-security"]


def test_signing_out_ends_the_session_on_the_server(visitor):
    visitor.sign_in("Edith Editor")
    token = visitor.cookies["harvester"]
    assert visitor.form("/account", "/sign-out").headers["location"] == "/sign-in"
    visitor.cookies.set("harvester", token)
    assert visitor.get("/").status_code == 303


def test_who_does_nothing_for_an_hour_is_signed_out_and_who_works_is_not(visitor, clock):
    visitor.sign_in("Edith Editor")
    for _ in range(3):
        clock.pass_by(minutes=50)
        assert visitor.get("/").status_code == 200
    clock.pass_by(minutes=61)
    assert visitor.get("/").status_code == 303


def test_nobody_stays_signed_in_for_longer_than_a_day_of_work(visitor, clock):
    visitor.sign_in("Edith Editor")
    for _ in range(14):
        clock.pass_by(minutes=50)
        assert visitor.get("/").status_code == 200
    clock.pass_by(minutes=50)  # 12 hours and a half since signing in
    assert visitor.get("/").status_code == 303


def test_guessing_is_slowed_down_for_account_and_address_and_forgiven(visitor, clock):
    for _ in range(5):
        assert visitor.sign_in("Edith Editor", "wrong").status_code == 401
    slow = visitor.sign_in("Edith Editor")
    assert slow.status_code == 429
    assert "Try again in 2 seconds" in slow.text
    clock.pass_by(seconds=2)
    for _ in range(6):
        clock.pass_by(minutes=16)
        assert visitor.sign_in("Edith Editor", "wrong").status_code == 401
    assert visitor.sign_in("Vera Viewer").status_code == 429  # the same address
    clock.pass_by(hours=2)
    assert visitor.sign_in("Edith Editor").status_code == 303


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaa", "first that somebody"),
        ("password12345", "first that somebody"),
        ("edith editor 1", "your name"),
        (PASSWORD, None),
        ("Füße über Flüsse", None),
        ("password of a very long and winding kind", None),
    ],
)
def test_which_passwords_are_taken(password, problem):
    found = objection(password, "Edith Editor")
    assert found is None if problem is None else problem in found


def test_a_new_password_ends_every_other_session(editor, desk, come_in):
    other = come_in(Role.EDITOR)
    answer = editor.form("/account", what="password", old=PASSWORD, password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/account?done=password"
    assert editor.get("/").status_code == 200
    assert other.get("/").status_code == 303
    assert other.sign_in("Edith Editor").status_code == 401
    assert other.sign_in("Edith Editor", OTHER).status_code == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"old": "wrong", "password": OTHER, "again": OTHER}, "present password is not right"),
        ({"old": PASSWORD, "password": OTHER, "again": "different"}, "differ"),
        ({"old": PASSWORD, "password": "short", "again": "short"}, "at least 12"),
    ],
)
def test_a_password_is_not_changed_for_who_cannot_prove_it(editor, fields, problem):
    answer = editor.form("/account", what="password", **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert "<title>Error:" in answer.text


def test_a_link_makes_the_first_admin_once(config, sqlite_store, clock, visitor, desk):
    assert first_link(config, sqlite_store, clock()) is None  # there are people already
    with sqlite_store.begin() as tx:
        for member in staff.all_of(tx):
            if member.role is not Role.ADMIN:
                staff.disable(tx, member, clock())
        key = sessions.invite(tx, Role.ADMIN, clock() + timedelta(minutes=30))
    answer = visitor.form(f"/welcome?key={key}", key=key, name="Nora New", password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/"
    assert visitor.get("/people").status_code == 200
    assert visitor.get(f"/welcome?key={key}").status_code == 404


def test_an_old_link_lets_nobody_in(visitor, desk, clock):
    with desk.store.begin() as tx:
        key = sessions.invite(tx, Role.ADMIN, clock() + timedelta(minutes=30))
    assert visitor.get(f"/welcome?key={key}").status_code == 200
    clock.pass_by(minutes=31)
    assert visitor.get(f"/welcome?key={key}").status_code == 404
    assert visitor.get("/welcome?key=x").status_code == 404


def test_looking_at_a_link_does_not_use_it_up(visitor, desk, clock):
    with desk.store.begin() as tx:
        key = sessions.invite(tx, Role.VIEWER, clock() + timedelta(minutes=30), "Vera Viewer")
    for _ in range(3):
        assert "Vera Viewer" in visitor.get(f"/welcome?key={key}").text
    assert visitor.form(f"/welcome?key={key}", key=key, password=OTHER, again=OTHER).status_code == 303
    assert visitor.sign_in("Vera Viewer", OTHER).status_code == 303


def test_an_admin_adds_a_person_by_a_link_that_is_shown_once(come_in, visitor):
    admin = come_in(Role.ADMIN)
    page = admin.form("/people", name="Nora New", role="editor")
    link = re.search(r"http://127\.0\.0\.1:8025(/welcome\?key=[\w-]+)", page.text)[1]
    assert "welcome?key" not in admin.get("/people").text
    key = link.partition("=")[2]
    assert visitor.form(link, "/welcome", key=key, password=OTHER, again=OTHER).status_code == 303
    assert visitor.get("/").status_code == 200
    assert visitor.get("/people").status_code == 403


@pytest.mark.parametrize(
    ("name", "problem"), [("", "one line"), ("Edith  EDITOR", "already"), ("a\u202eb", "one line")]
)
def test_a_name_that_cannot_be_is_refused(come_in, name, problem):
    answer = come_in(Role.ADMIN).form("/people", name=name, role="editor")
    assert answer.status_code == 422
    assert problem in answer.text


def number_of(desk, name: str) -> int:
    with desk.store.read() as tx:
        return staff.by_name(tx, name).id


def test_another_role_or_no_entry_ends_the_persons_sessions(come_in, editor, desk):
    admin, person = come_in(Role.ADMIN), number_of(desk, "Edith Editor")
    admin.form("/people", f"/people/{person}", what="viewer")
    assert editor.get("/").status_code == 303
    editor.sign_in("Edith Editor")
    assert editor.form("/account", "/many", action="settle", reply="1").status_code == 403
    admin.form("/people", f"/people/{person}", what="disable")
    assert editor.get("/").status_code == 303
    assert editor.sign_in("Edith Editor").status_code == 401


def test_the_last_admin_cannot_lock_everybody_out(come_in, desk):
    admin, person = come_in(Role.ADMIN), number_of(desk, "Ada Admin")
    for what in ("viewer", "disable"):
        answer = admin.form("/people", f"/people/{person}", what=what)
        assert answer.status_code == 422
        assert "only admin" in answer.text


def proxied(desk, **review):
    config = desk.config.model_copy(update={"review": desk.config.review.model_copy(update=review)})
    return replace(desk, config=config)


def test_a_trusted_proxys_word_is_enough_and_nobody_elses(desk, visitor):
    trusting = proxied(desk, proxy_header="X-Remote-User", proxy_addresses=["10.0.0.0/8"])

    def ask(address: str, **headers: str):
        one = type(visitor)(
            build(trusting), base_url="http://127.0.0.1:8025", client=(address, 1), follow_redirects=False
        )
        return one.get("/", headers=headers)

    assert ask("10.1.2.3", **{"X-Remote-User": "Edith Editor"}).status_code == 200
    assert ask("10.1.2.3", **{"X-Remote-User": "Nobody"}).status_code == 403
    assert ask("10.1.2.3").status_code == 303
    assert ask("192.0.2.1", **{"X-Remote-User": "Edith Editor"}).status_code == 303


def test_what_people_do_is_written_down(editor, desk):
    from sqlalchemy import select

    from harvester.store.schema_staff import trail

    editor.form("/account", what="password", old=PASSWORD, password=OTHER, again=OTHER)
    editor.form("/account", "/sign-out")
    with desk.store.read() as tx:
        done = [(row.who, row.what) for row in tx.execute(select(trail).order_by(trail.c.id))]
    assert done == [("Edith Editor", what) for what in ("signed in", "changed the password", "signed out")]
