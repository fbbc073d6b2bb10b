"""A real server on loopback, a real Chromium, and somebody at its mouse or its keyboard.

What every test here holds besides its own: no dialog, no message of an error on the console, no report of the content
security policy, no request to anywhere else. The browser lives as long as one file of tests: Playwright keeps an event
loop in the main thread, in whose way tests of other folders must not come.
"""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright

from harvester.model import Role
from harvester.review.app import build
from harvester.review.desk import Desk
from harvester.review.guard import cookie_name
from harvester.store import sessions, staff

PASSWORD = "a long walk by the river"
NAMES = {Role.VIEWER: "Vera Viewer", Role.EDITOR: "Edith Editor", Role.ADMIN: "Ada Admin"}
TABS = 250  # more than any page has to tab through
expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the pages of this desk are served, as `harvester review` serves them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(build(desk), log_level="warning", server_header=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join()


@dataclass
class Watch:
    """All that must not happen in a browser."""

    address: str
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", lambda said: self._console(said.type, said.text))
        context.on("weberror", lambda fault: self.seen.append(f"script: {fault.error}"))
        context.on("request", self._request)
        context.on("page", lambda page: page.on("dialog", self._dialog))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.seen.append(f"console: {text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "about:")):
            self.seen.append(f"outside: {request.url}")

    def _dialog(self, dialog) -> None:
        self.seen.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def watch(address: str) -> Iterator[Watch]:
    one = Watch(address)
    yield one
    assert one.seen == []


@pytest.fixture
def window(chromium: Browser, address: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a window in which nobody is signed in."""
    opened: list[BrowserContext] = []

    def open_one(width: int = 1280, scripts: bool = True, **more) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, base_url=address, **more
        )
        context.set_default_timeout(5_000)
        watch.over(context)
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def enter(window: Callable[..., Page], desk: Desk, address: str) -> Callable[..., Page]:
    """Opens a window in which somebody of this role is signed in already."""

    def open_one(role: Role = Role.EDITOR, **more) -> Page:
        with desk.store.begin() as tx:
            door = sessions.start(tx, staff.by_name(tx, NAMES[role]), desk.clock(), desk.lifetime)
        page = window(**more)
        page.context.add_cookies([{"name": cookie_name(desk), "value": door, "url": address}])
        return page

    return open_one


class Hand:
    """Does with the mouse what it is told."""

    scripts = True
    selects = True  # words on a page, by dragging

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.click()
        where.fill(text)

    def choose(self, where: Locator, title: str) -> None:
        where.select_option(label=title)  # Chromium draws its list outside the page, where no test can click


class Keyboard(Hand):
    """Never touches the mouse: goes on with Tab until the right thing has the focus."""

    selects = False

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(TABS):
            if what.evaluate("one => one === document.activeElement"):
                return
            what.page.keyboard.press("Tab")
        pytest.fail(f"the keyboard does not get to {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        box = what.evaluate("one => ['checkbox', 'radio'].includes(one.type)")
        what.page.keyboard.press("Space" if box else "Enter")

    def write(self, where: Locator, text: str) -> None:
        self.reach(where)
        where.page.keyboard.press("Control+A")
        where.page.keyboard.type(text)

    def choose(self, where: Locator, title: str) -> None:
        self.reach(where)
        where.page.keyboard.press("Home")
        for _ in range(TABS):
            if where.evaluate("one => one.selectedOptions[0].label") == title:
                return
            where.page.keyboard.press("ArrowDown")
        pytest.fail(f"the keyboard does not get to {title}")


class WithoutScripts(Hand):
    """Has JavaScript off."""

    scripts = selects = False


@pytest.fixture(params=[Hand, Keyboard, WithoutScripts], ids=["mouse", "keyboard", "no scripts"])
def hand(request: pytest.FixtureRequest) -> Hand:
    return request.param()


@pytest.fixture
def at(enter: Callable[..., Page], hand: Hand) -> Callable[[str], Page]:
    """An editor's window on this path."""

    def go(path: str) -> Page:
        page = enter(scripts=hand.scripts)
        page.goto(path)
        return page

    return go


@pytest.fixture(scope="session")
def axe() -> str:
    return (Path(__file__).parent / "axe.min.js").read_text("utf-8")
