"""The rules against texts that people have labelled."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import Unusable
from harvester.message.reader import Reader
from harvester.model import CategoryVerdict, Disposition, Evidence, Limits, Standing, Verdict
from harvester.workbench.labelled import in_file
from harvester.workbench.score import printed, scored, wilson


class Judge:
    """Calls a text whatever it says itself: ``shared takeover``."""

    def judge(self, message):
        found = []
        for name in message.own_text.split():
            if name in ("shared", "takeover"):
                piece = Evidence(name, None, name, 0, 6, "own_text", f"says-{name}", "it says so", Standing.EXAMPLE)
                kind = f"{name}.whole"
                found.append(CategoryVerdict(name, kind, (kind,), 3.0, Standing.EXAMPLE, (piece,)))
        language = "de" if "und" in message.own_text else "en"
        return Verdict(Disposition.EVIDENCE, "", language, categories=tuple(found))


def file_of(tmp_path, *rows: tuple[str, list[str]]):
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(json.dumps({"text": text, "labels": labels}) for text, labels in rows))
    return path


def score(tmp_path, *rows):
    return scored(in_file(file_of(tmp_path, *rows), Reader([], Limits())), Judge())


def test_precision_recall_and_what_is_confused(tmp_path):
    result = score(
        tmp_path, ("shared", ["shared"]), ("shared", ["takeover"]), ("takeover", ["takeover"]), ("nothing", ["none"])
    )
    assert (result["texts"], result["exact_match"]) == (4, 0.75)
    shared, takeover = result["categories"]["shared"], result["categories"]["takeover"]
    assert (shared["precision"], shared["recall"], takeover["precision"], takeover["recall"]) == (0.5, 1.0, 1.0, 0.5)
    assert result["confusion"] == [{"labels": ["takeover"], "rules": ["shared"], "texts": 1}]
    assert result["worst_rules"] == [{"rule": "says-shared", "wrong": 1, "of": 2, "where": ["texts.jsonl:2"]}]


def test_languages_and_told_kinds_are_counted_apart(tmp_path):
    path = tmp_path / "texts.jsonl"
    rows = [
        {"text": "shared und", "labels": ["shared"], "kinds": ["shared.whole"]},
        {"text": "takeover", "labels": ["takeover"], "kinds": ["takeover.part"]},
        {"text": "shared", "labels": []},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    result = scored(in_file(path, Reader([], Limits())), Judge())
    assert {code: (one["texts"], one["exact_match"]) for code, one in result["languages"].items()} == {
        "de": (1, 1.0),
        "en": (2, 0.5),
    }
    assert {kind: (one["right"], one["wrong"], one["missed"]) for kind, one in result["kinds"].items()} == {
        "shared.whole": (1, 0, 0),
        "takeover.part": (0, 0, 1),
        "takeover.whole": (0, 1, 0),
    }


def test_no_label_and_none_are_the_same(tmp_path):
    assert score(tmp_path, ("x", []), ("y", ["none"]))["exact_match"] == 1.0


def test_every_line_that_is_no_labelled_text_is_told(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "x"}\n\n{"text": "x", "labels": []}\nno json\n')
    with pytest.raises(Unusable) as told:
        in_file(path, Reader([], Limits()))
    assert [problem.partition(": ")[0] for problem in told.value.problems] == ["texts.jsonl:1", "texts.jsonl:4"]


def test_few_texts_prove_little_and_many_prove_more():
    assert wilson(1, 1)[0] < 0.3
    assert wilson(90, 100) == [0.8256, 0.9448]  # the textbook's
    assert wilson(0, 0) is None


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_itself_lies_between(hits, of):
    hits = min(hits, of)
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of + 1e-4 and hits / of - 1e-4 <= high <= 1


def test_people_read_the_worst_rules(tmp_path, capsys):
    printed(score(tmp_path, ("shared", []), ("takeover", ["takeover"])))
    said = capsys.readouterr().out
    assert "rule says-shared: wrong in 1 of 1 texts: texts.jsonl:1" in said
    assert "labelled none; the rules say shared" in said
