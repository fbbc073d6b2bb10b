"""The accessibility statement and the privacy page: texts of the organisation, in templates that staff edit."""

from starlette.responses import Response

from harvester.review.visit import Visit


def accessibility(visit: Visit) -> Response:
    return _statement(visit, "accessibility")


def privacy(visit: Visit) -> Response:
    return _statement(visit, "privacy")


def _statement(visit: Visit, name: str) -> Response:
    said = visit.desk.config.request
    return visit.page(f"{name}.html.j2", organisation=said.organisation, contact=said.contact, title=said.title)
