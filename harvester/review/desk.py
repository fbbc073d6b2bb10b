"""What every page has at hand: settings, the store, the clock, the templates, the static files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from harvester.classify.topics import Topics, topics
from harvester.config import Config
from harvester.review.assets import Assets
from harvester.review.memory import Memory
from harvester.review.passwords import Passwords
from harvester.review.throttle import Throttle
from harvester.review.view import Pages
from harvester.store.engine import Store
from harvester.store.sessions import Lifetime


@dataclass(frozen=True)
class Desk:
    """One for the whole server, used by many threads at once."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    passwords: Passwords
    throttle: Throttle
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def lifetime(self) -> Lifetime:
        review = self.config.review
        return Lifetime(timedelta(minutes=review.idle_minutes), timedelta(hours=review.session_hours))

    @cached_property
    def assets(self) -> Assets:
        return Assets.load()

    @cached_property
    def pages(self) -> Pages:
        return Pages(self.config, self.assets)

    @property
    def topics(self) -> Topics:
        """The request's categories, as the rule files name them now."""
        return topics(self.config.classify.rules)
