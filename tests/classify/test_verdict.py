"""From pieces of evidence to what counts, what nearly counts and why not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.rulefile import Category
from harvester.classify.verdict import decide, score
from harvester.model import Evidence, Standing

CATEGORY = Category("pool", "Pools", "", {"pool.club": "A club", "pool.closed": "Closed"}, accept_at=3.0, review_at=1.0)
PIECE = Evidence("pool", "pool.club", "club runs it", 0, 12, "own_text", "club-runs", "because", Standing.EXAMPLE, 2.0)


def at(start: int, weight: float = 2.0, **changes: object) -> Evidence:
    return replace(PIECE, start=start, end=start + 12, weight=weight, **changes)  # type: ignore[arg-type]


def test_independent_pieces_add_up_each_for_half_of_the_one_before():
    assert score([at(0, 2.0)]) == 2.0
    assert score([at(0, 2.0), at(50, 2.0)]) == 3.0
    assert score([at(0, 1.0), at(50, 4.0), at(90, 2.0)]) == 4.0 + 1.0 + 0.25


def test_pieces_on_the_same_words_are_one_piece():
    assert score([at(0, 2.0), at(5, 1.5, rule="another")]) == 2.0
    assert score([at(0, 2.0), at(5, 2.0, where="attachment:0")]) == 3.0


def test_enough_evidence_counts_with_its_strongest_kind_first():
    verdict, near = decide(CATEGORY, [at(0, 1.0, kind="pool.closed"), at(50, 3.0)])
    assert verdict is not None and not near
    assert (verdict.id, verdict.kind, verdict.kinds, verdict.score) == (
        "pool", "pool.club", ("pool.club", "pool.closed"), 3.5,
    )  # fmt: skip
    assert [piece.start for piece in verdict.evidence] == [0, 50]


@pytest.mark.parametrize(("weight", "why"), [(2.9, "below-threshold"), (1.0, "below-threshold"), (0.9, None)])
def test_between_the_thresholds_it_is_shown_and_does_not_count(weight, why):
    verdict, near = decide(CATEGORY, [at(0, weight)])
    assert verdict is None
    assert [one.why for one in near] == ([why] if why else [])


def test_an_example_stands_before_a_plan():
    planned = at(50, 3.0, standing=Standing.PLANNED)
    assert decide(CATEGORY, [planned])[0].standing is Standing.PLANNED  # type: ignore[union-attr]
    assert decide(CATEGORY, [planned, at(0)])[0].standing is Standing.EXAMPLE  # type: ignore[union-attr]


def test_what_was_turned_down_is_shown_and_never_counts():
    rejected = at(0, 9.0, standing=Standing.REJECTED)
    assert decide(CATEGORY, [rejected])[0] is None
    verdict, near = decide(CATEGORY, [rejected, at(50, 3.0)])
    assert verdict is not None and verdict.score == 3.0
    assert [(one.why, one.evidence) for one in near] == [("rejected", (rejected,))]


def test_the_subject_alone_is_never_enough():
    verdict, near = decide(CATEGORY, [at(0, 9.0, where="subject")])
    assert verdict is None
    assert near[0].why == "below-threshold"


def test_nothing_found_is_nothing_said():
    assert decide(CATEGORY, []) == (None, [])


PIECES = st.lists(
    st.builds(
        at,
        st.integers(0, 300),
        st.floats(0.1, 9, allow_nan=False),
        kind=st.sampled_from([None, "pool.club", "pool.closed"]),
        where=st.sampled_from(["own_text", "subject", "attachment:0"]),
        standing=st.sampled_from(list(Standing)),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.randoms())
def test_the_order_of_the_evidence_changes_nothing(pieces, random):
    shuffled = list(pieces)
    random.shuffle(shuffled)
    first, second = decide(CATEGORY, pieces), decide(CATEGORY, shuffled)
    assert (first[0] is None) == (second[0] is None)
    if first[0] and second[0]:
        assert (first[0].score, first[0].kinds, first[0].standing) == (
            second[0].score,
            second[0].kinds,
            second[0].standing,
        )


@settings(max_examples=60, deadline=None)
@given(PIECES, st.floats(0.1, 9))
def test_more_evidence_never_lowers_a_score(pieces, weight):
    assert score([*pieces, at(1_000, weight)]) > score(pieces) * 0.999
