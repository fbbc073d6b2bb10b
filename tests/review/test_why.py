"""Which rules nearly spoke of a reply."""

from harvester.review.pages import why
from harvester.workbench.nearly import Nearly
from page_samples import put, told, written


def test_the_page_says_which_word_a_rule_lacks_and_of_one_category_if_asked(editor, desk, monkeypatch):
    asked = []

    def nearest(book, text, language, about):
        asked.append((text, language, about))
        return [Nearly("shared", "one-chief", "shared.toml:12", "<share> & <chief>", "<share>", 3)]

    monkeypatch.setattr(why, "ready", lambda rules, cache: "a book")
    monkeypatch.setattr(why, "nearly", nearest)
    number = put(desk, written("Our chief is alone."), told())
    page = editor.get(f"/replies/{number}/why?about=shared")
    assert "one-chief" in page.text
    assert "lacks <code>&lt;share&gt;</code>" in page.text
    assert asked == [("Our chief is alone.", "en", "shared")]
    piece = editor.get(f"/replies/{number}/why", headers={"HX-Request": "true"})
    assert "<html" not in piece.text
    assert f'href="/replies/{number}/why"' in editor.get(f"/replies/{number}").text


def test_rules_that_were_changed_keep_nobody_waiting(editor):
    assert "harvester rules check" in editor.get("/replies/1/why").text


def test_of_a_mail_that_was_not_read_no_rule_can_speak(editor, desk):
    assert editor.get(f"/replies/{put(desk, None)}/why").status_code == 404
