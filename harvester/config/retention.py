"""[retention]: how long replies are kept, and what happens then."""

from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import Field, model_validator

from harvester.config.table import Fault, Faults, Line, Table


class RetentionConfig(Table):
    keep_days: int | None = Field(None, ge=1)  # none: for ever
    reason: Line = "kept as long as the retention schedule says"
    by_run: bool = False

    def due_before(self, now: datetime) -> datetime | None:
        """Replies that arrived before then are to be erased by now; None: none ever is. Whole days (UTC), so that runs
        have something to erase once a day at most."""
        if self.keep_days is None:
            return None
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=self.keep_days)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        faults: list[Fault] = []
        if not self.reason.strip():
            faults.append((("reason",), "say why; it stays on the tombstones"))
        if self.by_run and self.keep_days is None:
            faults.append((("by_run",), "needs keep_days: without it nothing is ever due"))
        if faults:
            raise Faults(*faults)
        return self
