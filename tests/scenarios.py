"""What befalls a small world; each function says what is wrong at the end: nothing, or the program has a bug."""

import random
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta

from plugs import End
from scripted_smtp import DEFAULTS, Trick
from small_world import A_RUN, SmallWorld, again, mail

MakeWorld = Callable[..., SmallWorld]
TWO = (mail(1, True), mail(2))
THREE = (*TWO, again(mail(1, True)))
GRACE = 0.2  # seconds for a second run while the first waits; it may hold what the second needs


def points_of(make: MakeWorld, mails: Sequence[bytes] = THREE) -> tuple[str, ...]:
    """The names of all points that an undisturbed run passes."""
    world = make()
    world.post.deliver(*mails)
    return world.run().points


def dies_once(make: MakeWorld, at: int, how: End) -> list[str]:
    """The first run dies at this point, the second does not."""
    return dies(make, [at], how, THREE)


def dies(make: MakeWorld, at: Sequence[int], how: End, mails: Sequence[bytes] = TWO) -> list[str]:
    """One run after the other dies at its point; the last does not."""
    world = make()
    world.post.deliver(*mails)
    for one in at:
        world.run(one, how)
    world.run()
    return world.books()


def dies_anywhere(make: MakeWorld, how: End, only: Collection[str] = ()) -> Iterator[str]:
    """At every point, or at those of these names."""
    for at, name in enumerate(points_of(make), 1):
        if not only or name in only:
            yield from (f"died at {at} ({name}): {what}" for what in dies_once(make, at, how))


def another_run_meanwhile(make: MakeWorld, at: int) -> list[str]:
    """While a run waits at this point another begins, and takes what it can get."""
    world = make()
    world.post.deliver(*THREE)
    first = world.begin(at, "pause")
    if first.paused():
        second = world.begin()
        second.wait(GRACE)
        first.go_on()
        second.end()
    first.end()
    world.now += A_RUN
    world.run()
    return world.books()


def another_run_at_any_point(make: MakeWorld, only: Collection[str] = ()) -> Iterator[str]:
    for at, name in enumerate(points_of(make), 1):
        if not only or name in only:
            yield from (f"another run at {at} ({name}): {what}" for what in another_run_meanwhile(make, at))


def a_mail_that_cannot_be_had_at_first(make: MakeWorld) -> list[str]:
    """The server refuses the oldest mail, gives the others, and has got over it by the next run."""
    world = make()
    world.post.deliver(*TWO)
    world.post.withheld = {1}
    world.run()
    world.post.withheld = set()
    world.run()
    return world.books()


def a_folder_made_anew(make: MakeWorld) -> list[str]:
    """The same UIDs mean other mails, and one known mail lies under another UID."""
    world = make()
    world.post.deliver(*TWO)
    world.run()
    world.ever |= set(TWO)
    world.post.make_anew()
    world.post.deliver(mail(3), mail(4), mail(2))
    world.run()
    return world.books()


def yesterdays_database(make: MakeWorld) -> list[str]:
    """The database of before the letters comes back; the journal of answers stays."""
    world = make()
    world.post.deliver(*TWO)
    saved = world.home / "saved.db"
    shutil.copy(world.data / "harvester.db", saved)
    world.run()
    for path in world.data.glob("harvester.db*"):
        path.unlink()
    shutil.copy(saved, world.data / "harvester.db")
    world.silences = len(TWO)  # nobody can tell now what became of them
    world.run()
    return world.books()


def silence_after_the_dot(make: MakeWorld) -> list[str]:
    """The server has the letter and says nothing more, once; a minute later it is as before."""
    world = make()
    world.post.deliver(*TWO)
    try:
        world.smtp.says("dot", Trick.CUT, DEFAULTS["dot"])
        world.silences += 1
        world.run()
        world.run()
        return world.books()
    finally:
        world.smtp.says("dot", DEFAULTS["dot"])


# ---------------------------------------------------------------------- a long time


def weeks(world: SmallWorld, runs: int, seed: int) -> list[str]:
    """So many runs as cron starts them, with new mails, deletions and every fault at random; then some in peace."""
    dice = random.Random(seed)
    number = 100 * seed
    for _ in range(runs):
        if dice.random() < 0.3:
            number += 1
            raw = mail(number, dice.random() < 0.3)
            world.post.deliver(*([raw, again(raw)] if dice.random() < 0.2 else [raw]), at=world.now)
        befalls(world, dice)
    settle(world)
    return world.books()


def befalls(world: SmallWorld, dice: random.Random) -> None:
    """One run, and what happens to it."""
    smtp, post = world.smtp, world.post
    at, how = 0, ""
    match dice.choice(
        ("nothing", "kill", "power", "dot", "later", "421", "line", "two", "anew", "gone", "clock", "refuse")
    ):
        case "kill" | "power" as how:
            at = dice.randint(1, dice.choice((15, 60, 110)))  # a run without news passes few points
        case "dot":
            smtp.says("dot", Trick.CUT, DEFAULTS["dot"])
            world.silences += 1
        case "later":
            smtp.says("RCPT", "450 not now", "250 fine")
        case "421":
            smtp.says(dice.choice(("MAIL", "RCPT", "greeting")), "421 closing", "250 fine")
        case "line":
            post.hang_up_after = dice.randint(0, 5)
        case "refuse":
            post.withheld = set(dice.sample(sorted(post.mails), min(2, len(post.mails))))
        case "two":
            second = world.begin(dice.randint(1, 60), "pause")
            if second.paused():
                world.run()
                second.go_on()
            second.end()
        case "anew" if dice.random() < 0.3:
            there = list(post.mails.values())
            seen(world)
            post.make_anew()
            post.deliver(*there, at=world.now)
        case "gone" if post.mails:
            seen(world)
            del post.mails[dice.choice(sorted(post.mails))]
        case "clock":
            jump = timedelta(days=dice.choice((-700, -1, 1, 2)))
            world.now += jump
            world.run()
            world.now -= jump
    world.run(at, how)
    post.hang_up_after, post.withheld = None, set()
    for step, said in DEFAULTS.items():
        smtp.says(step, said)


def seen(world: SmallWorld) -> None:
    """A run in peace before somebody takes mails away: what was never seen cannot be missed."""
    world.run()
    world.ever |= set(world.post.mails.values())


def settle(world: SmallWorld) -> None:
    """Peace, long enough for every letter that was put off."""
    for _ in range(4):
        world.run()
        world.now += timedelta(hours=5)
    world.run()
