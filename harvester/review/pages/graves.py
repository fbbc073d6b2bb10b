"""What was erased: its number, when, by whom and why; no word of it."""

from starlette.responses import Response

from harvester.review.visit import Visit
from harvester.store import tombstones


def erased(visit: Visit) -> Response:
    with visit.desk.store.read() as tx:
        graves = tombstones.all_of(tx)
    return visit.page("erased.html.j2", graves=graves)
