"""Views of the table that have a name, and which columns one sees."""

from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from harvester.errors import Unusable
from harvester.review.address import asked, query
from harvester.review.filters import COLUMNS
from harvester.review.visit import Visit
from harvester.store import staff, views


def save(visit: Visit) -> Response:
    """Keep what the table shows now under a name, for everybody."""
    shown = query(asked(QueryParams(visit.field("back"))))
    try:
        with visit.desk.store.begin() as tx:
            views.save(tx, visit.field("name"), shown, visit.member.name, visit.now)
    except Unusable as fault:
        return visit.go("/?" + "&".join(filter(None, (shown, urlencode({"problem": str(fault)})))))
    return visit.go(f"/?{shown}")


def forget(visit: Visit) -> Response:
    with visit.desk.store.begin() as tx:
        views.forget(tx, visit.number("view"))
    return visit.go("/")


def columns(visit: Visit) -> Response:
    """Which columns this person wants to see; a setting of the person, not of the address."""
    chosen = [name for name in COLUMNS if name in visit.fields("column")]
    with visit.desk.store.begin() as tx:
        staff.save_settings(tx, visit.member, {**visit.member.settings, "columns": chosen})
    shown = query(asked(QueryParams(visit.field("back"))))
    return visit.go(f"/?{shown}" if shown else "/")
