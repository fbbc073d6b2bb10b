"""Every page in a real browser: no barrier that axe-core finds (WCAG 2.2 AA), no sideways scrolling, nothing that jumps
while it loads, nothing that a hostile sender could start, and not too heavy."""

import json
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Request, expect

from harvester.model import Headers, Role, Sender
from harvester.report import evidence as evidence_report
from harvester.review.desk import Desk
from harvester.review.ways import WAYS
from harvester.store import audits, batches, replies, reports, sessions, views
from harvester.store.decisions import Change
from page_samples import HTML, evidence, file, link, put, told, written
from store_samples import NOW, silence, stored, understanding

FILES = {
    "GET /counts", "GET /replies/{id:int}/html", "GET /replies/{id:int}/original",
    "GET /replies/{id:int}/attachments/{number:int}", "GET /exports/replies/{form}", "GET /exports/evidence/{form}",
    "GET /exports/frozen/{report:int}/{form}",
}  # fmt: skip
"""What is no page of its own: a piece of one, a frame in one, a file to save."""
MORE = (
    "/?search=chief&counts=yes&disposition=evidence&disposition=question&sort=subject", "/?size=25&page=2",
    "/?search=nothing+at+all", "/?batch=1", "/?problem=Tick+the+replies+first.", "/replies/1?html=yes",
    "/replies/1?from=queue", "/replies/1?done=settled", "/audits/2", "/audits/2?done=all", "/nowhere",
)  # fmt: skip
"""Other faces of the same pages."""
NARROW = (
    "/", "/queue", "/overview", "/audits", "/audits/1/next", "/audits/2", "/exports", "/people", "/keys", "/account",
)  # fmt: skip
LIMIT = 200_000  # bytes over the wire for the first page somebody sees
EVIL = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(1)>{{7*7}}${7*7}"
EVIL_HTML = (
    "<html><head><link rel=stylesheet href=https://evil.example/a.css><base href=https://evil.example/>"
    "<meta http-equiv=refresh content='0;url=https://evil.example/'></head><body onload=alert(1)>"
    "<script>alert(1)</script><img src=https://evil.example/pixel onerror=alert(1)><svg onload=alert(1)>"
    "<style>@import 'https://evil.example/b.css';body{background:url(https://evil.example/c)}</style>"
    "<iframe src=https://evil.example/></iframe><form action=https://evil.example/><input autofocus onfocus=alert(1)>"
    "<a href='javascript:alert(1)'>press</a><p style='position:fixed;inset:0'>Words of theirs</p></body></html>"
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
JUMPS = """
    window.jumped = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) window.jumped += one.value; })
        .observe({ type: "layout-shift", buffered: true });
"""


def hostile(desk: Desk) -> int:
    """A reply in which everything that its sender could choose means harm. Returns its id."""
    message = written(
        f"{EVIL} We share a chief executive. {'x' * 4_000}",
        subject=EVIL,
        sender=Sender("mallory@evil.example", EVIL),
        headers=Headers((("subject", EVIL), ("x-odd", EVIL))),
        attachments=(file(desk, EVIL + "\u202egnp.exe", b"x", text=EVIL), file(desk, "y" * 300 + ".pdf", b"y")),
        links=(
            link("javascript:alert(1)", "evil.example"),
            link("https://evil.example/" + EVIL, "evil.example"),
            link("https://evil.example/" + "z" * 2_000, "evil.example", raw="https://town.example/"),
        ),
        parts=(HTML,),
    )
    verdict = told(evidence(message.own_text, "share a chief executive"))
    verdict = replace(verdict, respondent=replace(verdict.respondent, organisation=EVIL))
    raw = f"From: m@evil.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n{EVIL_HTML}\r\n".encode()
    return put(desk, message, verdict, raw)


@pytest.fixture
def full(desk: Desk) -> int:
    """A desk on which there is something of everything. Returns the id of the hostile reply."""
    stored(desk.store, *(understanding(number) for number in range(10, 65)), now=NOW.replace(month=7))
    stored(desk.store, understanding(9), decision=lambda one: silence("list", "too-old"))
    evil = hostile(desk)
    broken = put(desk, None, raw=b"Subject: <script>alert(1)</script>\r\n\r\n<script>alert(1)</script>")
    with desk.store.begin() as tx:
        replies.quarantine(tx, broken, "too-deep", NOW)
        views.save(tx, "Chiefs", "search=chief", "Ada Admin", NOW)
        batches.apply(tx, [(2, Change(settled=True))], "settled as they are", "Ada Admin", NOW)
        for audit in (audits.draw(tx, 50, 1, "Ada Admin", NOW), audits.draw(tx, 50, 2, "Ada Admin", NOW)):
            for item in audits.items(tx, audit) if audit == 2 else ():
                audits.answer(tx, audit, item.number, "Ada Admin", ["shared"], NOW, "")
        made = evidence_report.gather(tx, desk.config, NOW, share=False)
        reports.freeze(tx, "everything", evidence_report.frozen(made), "Ada Admin", NOW)
    return evil


@pytest.fixture
def pages(desk: Desk, full: int) -> list[str]:
    """The address of every page there is."""
    with desk.store.begin() as tx:
        key = sessions.invite(tx, Role.EDITOR, NOW.replace(month=9))
    ways = [way.path for way in WAYS if way.method == "GET" and way.name not in FILES]
    paths = [re.sub(r"{\w+(:\w+)?}", "1", path) for path in ways]
    with_key = [f"{path}?key={key}" if path == "/welcome" else path for path in paths]
    return [
        *with_key,
        *MORE,
        f"/replies/{full}",
        f"/replies/{full}/cases",
        f"/replies/{full + 1}",
        f"/replies/{full}/attachments/1",
    ]


def barriers(page: Page, axe: str) -> list[str]:
    """What axe-core has against a page whose every fold is open. It runs beside the page's scripts, which the content
    security policy would not let it do from within."""
    inside = page.context.new_cdp_session(page)

    def run(expression: str):
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return inside.send("Runtime.evaluate", asked)["result"].get("value")

    run("for (const one of document.querySelectorAll('details')) one.open = true")
    run(axe)
    found = run(f"axe.run(document, {json.dumps(RULES)}).then((found) => JSON.stringify(found.violations))")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in json.loads(found)]


def opened(page: Page, path: str) -> list[str]:
    """Goes there; what jumped on the way, and whether one must scroll sideways."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == (404 if path == "/nowhere" else 200), path
    page.wait_for_timeout(60)  # for late comers
    jumped, wide = page.evaluate("[window.jumped, document.documentElement.scrollWidth - innerWidth]")
    return [f"jumps: {jumped}"] * (jumped > 0) + [f"wider than the window by {wide}"] * (wide > 0)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_barrier_jumps_or_must_be_scrolled_sideways(enter, pages, axe, width, full):
    page = enter(Role.ADMIN, width=width)
    page.add_init_script(JUMPS)
    wanted = pages if width == 1280 else [*NARROW, "/replies/1", f"/replies/{full}", f"/replies/{full}/cases"]
    faults = {path: opened(page, path) + barriers(page, axe) for path in wanted}
    assert {path: found for path, found in faults.items() if found} == {}


def test_the_door_has_no_barrier_either(window, axe):
    page = window()
    page.goto("/sign-in")
    assert barriers(page, axe) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert barriers(page, axe) == []


def test_what_is_called_no_page_is_none(come_in, full):
    admin = come_in(Role.ADMIN)
    for name in FILES:
        form = "csv" if name == "GET /exports/replies/{form}" else "html"
        path = name[4:].replace("{id:int}", str(full)).replace("{form}", form).replace("{number:int}", "2")
        path = re.sub(r"{\w+:int}", "1", path)
        answer = admin.get(path)
        assert answer.status_code == 200, path
        saved = answer.headers.get("content-disposition", "").startswith("attachment")
        framed = "sandbox" in answer.headers["content-security-policy"]
        assert saved or framed or not answer.text.startswith("<!DOCTYPE"), path


def test_a_hostile_reply_starts_nothing_when_everything_of_it_is_looked_at(enter, full, watch):
    page = enter(Role.ADMIN)
    page.goto(f"/replies/{full}")
    expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")
    for summary in page.locator("main summary").all():
        if summary.is_visible():
            summary.click()
    page.locator("[data-html]").click()
    words = page.frame_locator("iframe").get_by_text("Words of theirs")
    expect(words).to_be_visible()
    page.wait_for_timeout(200)
    hosts = page.locator("a[href^='http']").evaluate_all("all => all.map((one) => new URL(one.href).host)")
    assert set(hosts) <= {"evil.example", page.url.split("/")[2]}
    assert page.locator("a[href^='javascript']").count() == 0
    for path in ("/?search=alert", "/exports", "/overview", f"/replies/{full}/cases", f"/replies/{full}?html=yes"):
        page.goto(path)
    assert watch.seen == []


def test_the_evidence_report_starts_nothing_on_a_computer_of_others(enter, full, watch, tmp_path):
    page = enter(Role.EDITOR)
    page.goto("/exports")
    with page.expect_download() as coming:
        page.locator("a[href='/exports/evidence/html']").click()
    saved = tmp_path / "report.html"
    coming.value.save_as(saved)
    watch.address = "file://"
    page.goto(saved.as_uri())
    expect(page.locator("body")).to_contain_text("<script>alert(1)</script>")
    page.wait_for_timeout(100)
    assert watch.seen == []


@pytest.mark.parametrize("path", ["/sign-in", "/", "/replies/1", "/overview"])
def test_the_first_page_is_light(enter, full, path):
    page = enter()
    answers: list[Request] = []
    page.on("requestfinished", lambda request: answers.append(request))
    page.goto(path, wait_until="networkidle")
    sizes = [sum(one.sizes()[part] for part in ("responseBodySize", "responseHeadersSize")) for one in answers]
    assert len(sizes) > 4
    assert sum(sizes) < LIMIT
