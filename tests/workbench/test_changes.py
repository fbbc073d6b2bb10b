"""Two verdicts on the same reply: what a person would notice."""

from harvester.model import CategoryVerdict, Disposition, Evidence, Standing, Verdict
from harvester.workbench.changes import change


def verdict(*categories: str, kind: Disposition = Disposition.EVIDENCE) -> Verdict:
    return Verdict(
        kind,
        "",
        categories=tuple(
            CategoryVerdict(
                name, None, (), 3.0, Standing.EXAMPLE,
                (Evidence(name, None, "a town\n clerk", 0, 12, "own_text", "r", "says so", Standing.EXAMPLE, 3.0),),
            )
            for name in categories
        ),
    )  # fmt: skip


def test_the_same_categories_are_no_change():
    assert change(1, verdict("shared"), verdict("shared")) is None


def test_what_came_and_went_is_told_with_its_words():
    found = change("a.jsonl:3", verdict("shared"), verdict("takeover", kind=Disposition.QUESTION))
    assert found is not None
    assert found.told().splitlines() == [
        "a.jsonl:3: evidence (shared) -> question (takeover)",
        "    + takeover: «a town clerk» [r]",
        "    - shared: «a town clerk» [r]",
    ]
    assert found.as_json()["categories"] == [["shared"], ["takeover"]]
