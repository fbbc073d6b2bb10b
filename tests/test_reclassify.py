"""The rules changed: what is stored is judged anew, and nothing else moves."""

import json
import shutil

import pytest

from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def own_rules(world):
    """Rules of this world's own, in place of the link to those that ship."""
    linked = (world.home / "rules").resolve()
    (world.home / "rules").unlink()
    shutil.copytree(linked, world.home / "rules")
    return world.home / "rules"


def test_a_changed_rule_files_stored_replies_anew_and_answers_nobody(world):
    world.serve(
        [reply(1), reply(2, "Dear all,\n\nOur council built three zeppelins for its library.\n\nRegards\nAn\n")]
    )
    rules = own_rules(world)
    assert world.run()["sent"] == 2
    before = world.json_lines("list", "--json")
    assert [bool(row["categories"]) for row in before] == [True, False]
    assert world.call("classify").stdout == "0 replies are filed differently\n"

    text = (rules / "costcut.toml").read_text()
    (rules / "costcut.toml").write_text(
        text + '\n[[rule]]\nid = "zeppelins"\nlang = "en"\nweight = 5\nbecause = "speaks of zeppelins"\n'
        'phrases = ["zeppelins"]\nmatches = ["Our council has zeppelins."]\n'
    )
    tried = world.call("classify", "--dry-run")
    assert "+ costcut: «zeppelins» [zeppelins]" in tried.stdout
    assert tried.stdout.endswith("1 replies would be filed differently\n")
    assert world.json_lines("list", "--json") == before

    done = [json.loads(line) for line in world.call("classify", "--json").stdout.splitlines()]
    assert [(one["id"], one["categories"]) for one in done] == [(2, [[], ["costcut"]])]
    after = world.json_lines("list", "--json")
    assert [row["categories"][0]["id"] for row in after] == ["shared", "costcut"]
    assert after[1]["disposition"] == "evidence"
    assert [row["acknowledgement"] for row in after] == [row["acknowledgement"] for row in before]
    assert world.run()["sent"] == 0
    assert len(world.letters()) == 2
    shown = world.json("show", "2")
    assert shown["categories"][0]["evidence"][0]["rule"] == "zeppelins"
    assert world.call("classify").stdout == "0 replies are filed differently\n"


def test_what_the_rules_make_of_a_sentence_can_be_asked(world, tmp_path):
    world.serve([])
    said = world.call("rules", "why", "Our council and Ashby Borough have shared a single chief executive since 2009.")
    assert "shared.chief_executive" in said.stdout
    assert "no rule found anything" in world.call("rules", "why", "Thank you and goodbye.").stdout
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps({"text": "The two councils share a single chief executive.", "labels": ["shared"]}))
    assert world.json("rules", "score", str(texts))["exact_match"] == 1.0
