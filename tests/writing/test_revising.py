"""A survey brought up to date: what is stale is rewritten, and a person's text stays to the byte."""

from dataclasses import replace

import pytest

from triage.writing.markup import HEADING, Piece, joined
from triage.writing.revising import Kind, Revision, Written, revise

FROGS, NEWTS = ("Frogs",), ("Newts",)


def piece(section: tuple[str, ...], about: str, text: str, *keys: str, number: int = 1) -> Piece:
    return Piece(section, about, number, text, keys)


BEFORE = Written(
    (
        piece((), "frame", "---\ntitle: Pond\n---"),
        piece(("Introduction",), HEADING, "# Introduction"),
        piece(("Introduction",), "scope", "There are three papers."),
        piece(FROGS, HEADING, "# Frogs"),
        piece(
            FROGS,
            "contributions",
            "Marsh shows how frogs call [@marsh].\nQuill counts them [@quill].",
            "marsh",
            "quill",
        ),
        piece(FROGS, "limits", "Marsh saw no tadpoles [@marsh].", "marsh"),
        piece(NEWTS, HEADING, "# Newts"),
        piece(NEWTS, "contributions", "Tendo finds newts in deep water [@tendo].", "tendo"),
        piece((), "end", "# References"),
    ),
    {FROGS: "f1", NEWTS: "n1"},
    {"marsh": "1", "quill": "1", "tendo": "1"},
)
TEXT = joined(BEFORE.pieces)


def with_new_frog() -> Written:
    """As BEFORE, after a paper on frogs came."""
    pieces = list(BEFORE.pieces)
    pieces[2] = replace(pieces[2], text="There are four papers.")
    pieces[4] = replace(
        pieces[4], text="Marsh shows how frogs call [@marsh].\nRiver records them [@river].", keys=("marsh", "river")
    )
    pieces[7] = replace(pieces[7], text="Newts, says Tendo, are found in deep water [@tendo].")
    pieces.insert(6, piece(FROGS, "open", "River asks why [@river].", "river"))
    return Written(tuple(pieces), {FROGS: "f2", NEWTS: "n1"}, {**BEFORE.made_from, "river": "1"})


def kinds(revision: Revision) -> list[tuple[Kind, str]]:
    return [(change.kind, change.about) for change in revision.changes]


def test_without_news_nothing_changes() -> None:
    revision = revise(TEXT, BEFORE, BEFORE)
    assert (revision.text, revision.changes, revision.written) == (TEXT, (), BEFORE)


def test_only_what_the_new_paper_made_stale_is_rewritten() -> None:
    now = with_new_frog()
    revision = revise(TEXT, BEFORE, now)
    expected = joined(now.pieces).replace(
        "Newts, says Tendo, are found in deep water", "Tendo finds newts in deep water"
    )
    assert revision.text == expected
    assert kinds(revision) == [(Kind.REWRITTEN, "scope"), (Kind.REWRITTEN, "contributions"), (Kind.ADDED, "open")]
    assert revision.changes[1].reason == "new: river"
    lines = revision.text.splitlines()
    assert [lines[change.line - 1] for change in revision.changes] == [
        "There are four papers.", "Marsh shows how frogs call [@marsh].", "River asks why [@river].",
    ]  # fmt: skip
    assert revise(revision.text, revision.written, now).changes == ()


def test_a_persons_text_stays_to_the_byte() -> None:
    edited = TEXT.replace("Quill counts them", "Quill, bless them, counts  them").replace(
        "# Newts", "My own   paragraph.\r\n\n\n# Newts"
    )
    edited = edited.replace("\r\n", "\n")
    revision = revise(edited, BEFORE, with_new_frog())
    assert "Quill, bless them, counts  them [@quill]." in revision.text
    assert "My own   paragraph.\n\n\n" in revision.text
    assert (Kind.YOURS, "contributions") in kinds(revision)
    (yours,) = [change for change in revision.changes if change.kind is Kind.YOURS]
    mine = ["Marsh shows how frogs call [@marsh].", "Quill, bless them, counts  them [@quill]."]
    assert revision.text.splitlines()[yours.line - 1 : yours.line + 1] == mine
    theirs = revision.text.replace("There are four papers.", "There are three papers.")
    assert theirs.replace("River asks why [@river].\n\n", "") == edited


def test_what_a_person_took_out_does_not_come_back() -> None:
    shorter = TEXT.replace("Marsh saw no tadpoles [@marsh].\n\n", "")
    now = with_new_frog()
    pieces = tuple(
        replace(one, text="Marsh and River saw none.", keys=("marsh", "river")) if one.about == "limits" else one
        for one in now.pieces
    )
    revision = revise(shorter, BEFORE, replace(now, pieces=pieces))
    assert "tadpoles" not in revision.text
    assert "saw none" not in revision.text


def test_a_section_whose_papers_are_gone_goes_unless_a_person_wrote_in_it() -> None:
    left = tuple(one for one in BEFORE.pieces if one.section != NEWTS)
    now = Written(left, {FROGS: "f1"}, {"marsh": "1", "quill": "1"})
    revision = revise(TEXT, BEFORE, now)
    assert revision.text == joined(left)
    assert "no longer in the survey: tendo" in {change.reason for change in revision.changes}
    mine = TEXT.replace("# References", "Newts are mine.\n\n# References")
    kept = revise(mine, BEFORE, now)
    assert "# Newts\n\nNewts are mine.\n\n# References" in kept.text
    assert "Tendo" not in kept.text


def test_a_new_section_stands_where_the_outline_has_it() -> None:
    toads = (piece(("Toads",), HEADING, "# Toads"), piece(("Toads",), "contributions", "Toads [@toad].", "toad"))
    pieces = (*BEFORE.pieces[:6], *toads, *BEFORE.pieces[6:])
    now = Written(pieces, {**BEFORE.basis, ("Toads",): "t1"}, {**BEFORE.made_from, "toad": "1"})
    assert revise(TEXT, BEFORE, now).text == joined(pieces)


def test_windows_line_endings_stay() -> None:
    windows = TEXT.replace("\n", "\r\n")
    revision = revise(windows, BEFORE, with_new_frog())
    assert "\n" not in revision.text.replace("\r\n", "")
    assert "River asks why [@river].\r\n\r\n# Newts" in revision.text


def test_more_known_of_a_paper_is_a_reason() -> None:
    pieces = list(BEFORE.pieces)
    pieces[7] = replace(pieces[7], text="Tendo finds newts on page three [@tendo, p. 3].")
    now = Written(tuple(pieces), {FROGS: "f1", NEWTS: "n2"}, {**BEFORE.made_from, "tendo": "2"})
    (change,) = revise(TEXT, BEFORE, now).changes
    assert change.reason == "more is known of tendo"


@pytest.mark.parametrize("again", [2, 3])
def test_a_text_that_stands_twice_is_replaced_where_it_belongs(again: int) -> None:
    twin = piece(NEWTS, "limits", "Marsh saw no tadpoles [@marsh].", "marsh")
    pieces = (*BEFORE.pieces[:8], twin, BEFORE.pieces[8])
    before = replace(BEFORE, pieces=pieces)
    now = replace(
        before,
        pieces=(*pieces[:8], replace(twin, text=f"Seen {again} times."), pieces[9]),
        basis={FROGS: "f1", NEWTS: "n2"},
    )
    revision = revise(joined(pieces), before, now)
    assert revision.text == joined(now.pieces)
