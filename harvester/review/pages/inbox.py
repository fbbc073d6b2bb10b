"""The table of replies."""

from starlette.responses import Response

from harvester.review.visit import Visit
from harvester.store.listing import Filters, list_replies


def table(visit: Visit) -> Response:
    with visit.desk.store.read() as tx:
        rows = list(list_replies(tx, Filters(limit=50), visit.desk.config.request.deadline))
    return visit.page("inbox.html.j2", rows=rows)
