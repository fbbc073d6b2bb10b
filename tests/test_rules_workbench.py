"""The workbench of whoever writes rules, on stored replies and on files, from the command line."""

import json
import shutil

import pytest

from harvester.cli.call import now_utc
from harvester.store import reviews
from harvester.store.engine import Store
from world import World, reply

GLOVE = "Dear all,\n\nWe work hand in glove with the folk across the river.\n\nRegards\nAn\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with World(tmp_path_factory.mktemp("world")) as made:
        made.serve([reply(1), reply(2, GLOVE), reply(3, GLOVE.replace("river", "lake"))])
        linked = (made.home / "rules").resolve()
        (made.home / "rules").unlink()
        shutil.copytree(linked, made.home / "rules")
        made.run()
        yield made


def test_stats_tell_which_rules_spoke_and_which_never_did(world):
    result = world.json("rules", "stats")
    spoke = [row for row in result["spoke"] if row["category"] == "shared"]
    assert spoke
    assert all((row["counts"], row["near"], row["rejected"]) == (1, 0, 0) for row in spoke)
    assert all(row["alone"] == (len(spoke) == 1) for row in spoke)
    assert len(result["silent"]) + len(result["spoke"]) == result["rules"]
    assert result["languages"]["en"] > 40
    said = world.call("rules", "stats").stdout
    assert f"{len(result['silent'])} rules never spoke in what is stored:" in said


def test_diff_tells_what_another_folder_of_rules_would_change_and_stores_nothing(world, tmp_path):
    other = tmp_path / "rules"
    shutil.copytree(world.home / "rules", other)
    (other / "shared" / "en.toml").write_text(
        (other / "shared" / "en.toml").read_text()
        + '\n[[rule]]\nid = "glove"\nkind = "service"\nweight = 9\nbecause = "says they work as one"\n'
        'phrases = ["hand in glove"]\n'
    )
    before = world.json_lines("list", "--json")
    assert world.call("rules", "diff", str(world.home / "rules")).stdout == "0 replies would be filed differently\n"
    said = world.call("rules", "diff", "rules", str(other)).stdout
    assert "2: unclear (no category) -> evidence (shared)" in said
    assert "+ shared: «hand in glove» [glove]" in said
    assert said.endswith("2 replies would be filed differently\n")
    back = [json.loads(line) for line in world.call("rules", "diff", str(other), "--json").stdout.splitlines()]
    assert [one["categories"] for one in back] == [[["shared"], []], [["shared"], []]]
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps({"text": "Our council works hand in glove with Ashby.", "labels": ["shared"]}))
    assert "texts.jsonl:1: " in world.call("rules", "diff", "rules", str(other), "--on", str(texts)).stdout
    assert world.json_lines("list", "--json") == before


def test_score_and_suggest_take_what_staff_decided(world):
    without = world.call("rules", "score")
    assert without.returncode == 2
    assert "no stored reply has been filed by a person yet" in without.stderr
    store = Store.open(f"sqlite:///{world.home}/data/harvester.db", world.home / "data")
    with store.begin() as tx:
        for reply_id, labels in ((1, ["shared"]), (2, []), (2, ["shared"]), (3, ["shared"])):
            reviews.add(tx, reply_id, "anna", {"categories": labels}, now_utc())
        reviews.add(tx, 3, "ben", {}, now_utc())  # has only looked at it
    store.close()
    result = world.json("rules", "score")
    assert (result["texts"], result["categories"]["shared"]["missed"]) == (3, 2)
    found = world.json("rules", "suggest")
    assert found[0]["words"] in "we work hand in glove with the folk across the"
    assert found[0]["catches"] == ["2", "3"]
    assert "catches 2 (2, 3), none wrongly" in world.call("rules", "suggest").stdout


def test_why_not_names_the_phrases_that_came_nearest(world):
    said = world.call("rules", "why", "Our mayor also shares a bench with somebody.").stdout
    assert "no rule found anything" in said
    assert "not quite" in said
    assert "rules/" in said.split("not quite")[1]
