"""The review line by line."""

import io
import re
from collections.abc import Callable

from tests.screens.leaks import ACOUSTIC, DATA, PRESSURE, judge_anew, misfit
from triage.collection import Store
from triage.models import Cluster, Stage, UnsavedEdit, Verdict
from triage.screens.plain import review_plain
from triage.screens.review_session import ReviewSession
from triage.steps.review import Tally

Make = Callable[..., ReviewSession]
SURVEY, DEAF, WHISPER, TWIN = "2606.00007", "2606.00001", "2606.00002", "2606.00003"


def run(session: ReviewSession, *lines: str) -> tuple[str, Tally]:
    """What is written when these lines are typed, and what was decided."""
    out = io.StringIO()
    tally = review_plain(session, io.StringIO("".join(line + "\n" for line in lines)), out)
    return out.getvalue(), tally


def test_shows_the_paper_in_words_only(make_session: Make) -> None:
    said, _ = run(make_session(), "q")
    assert "Paper 1 of 9: A Survey of Leak Localisation" in said
    assert "Section: Surveys (95 % sure, relevance 99 %)" in said
    assert "  + - [ICASSP 2026] **A Survey of Leak Localisation" in said
    assert "    - [Water 2024] **Forty Years" in said
    assert "\x1b" not in said
    assert "\r" not in said


def test_decisions_are_made_line_by_line(make_session: Make) -> None:
    made = make_session()
    said, tally = run(made, "a", "r", "l", "q")
    assert [made.store.record(one).stage for one in (SURVEY, DEAF, WHISPER)] == [
        Stage.ACCEPTED,
        Stage.REJECTED,
        Stage.LATER,
    ]
    assert "1 accepted, 1 rejected, 1 kept for later" in said
    assert [one.verdict for one in tally.decisions] == [Verdict.ACCEPT, Verdict.REJECT, Verdict.LATER]


def test_the_end_of_the_input_stops(make_session: Make) -> None:
    made = make_session()
    run(made, "r")
    assert len(made.store.ledger.current()) == 1


def test_enter_accepts_only_what_is_sure(make_session: Make) -> None:
    made = make_session()
    said, _ = run(made, "", "g Burst", "", "q")
    assert made.store.record(SURVEY).stage is Stage.ACCEPTED
    assert "in doubt" in said
    assert made.store.record("2606.00005").stage is Stage.DRAFTED


def test_sections_by_number_name_and_suggestion(make_session: Make) -> None:
    made = make_session()
    run(made, "s", "data sets", "a", "s", "3", "a", "3", "q")
    assert made.store.record(SURVEY).section == DATA
    assert made.store.record(DEAF).section == PRESSURE
    assert made.store.record(WHISPER).section == ("Surveys",)


def test_a_wrong_section_is_explained(make_session: Make) -> None:
    made = make_session()
    said, _ = run(made, "s", "acustic", "s", "acoustic", "a", "q")
    assert 'nearest: "Methods > Acoustic"' in said
    assert made.store.record(SURVEY).section == ACOUSTIC


def test_edit_and_its_refusal(make_session: Make) -> None:
    made = make_session()
    mine = "- [Water 2026] **Mine** [[paper]](https://example.org/m)"
    said, _ = run(made, "e", "# Heading", ".", "e", mine, ".", "a", "q")
    assert "Refused: it would change the list's headings." in said
    assert made.store.record(SURVEY).entry == mine


def test_field_and_note(make_session: Make) -> None:
    made = make_session()
    said, _ = run(made, "f", "3", "Pipes", "n", "seen before", "a", "q")
    record = made.store.record(SURVEY)
    assert record.entry is not None
    assert record.entry.startswith("- [Pipes 2026]")
    assert record.decision is not None
    assert record.decision.note == "seen before"
    assert "Your note: seen before" in said


def test_undo_goes_back(make_session: Make) -> None:
    made = make_session()
    said, tally = run(made, "r", "r", "u", "u", "u", "q")
    assert made.store.ledger.current() == []
    assert "there is nothing to undo" in said
    assert tally.undone == 2


def test_every_decision_is_in_the_store_before_the_next_question(make_session: Make) -> None:
    made = make_session()
    decided: list[int] = []

    class Watching(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            with Store(made.store.folder) as another:
                decided.append(len(another.ledger.current()))
            return super().readline()

    review_plain(made, Watching("r\nl\na\nq\n"), io.StringIO())
    assert decided == [0, 1, 2, 3]


def test_a_refused_decision_is_explained_and_asked_for_again(make_session: Make) -> None:
    made = make_session()
    made.store.unsaved_edits.keep(SURVEY, UnsavedEdit(entry="broken"))
    said, tally = run(made, "a", "r", "q")
    assert "the entry is refused" in said
    assert [(one.paper_id, one.verdict) for one in tally.decisions] == [(SURVEY, Verdict.REJECT)]


def test_goes_back_over_what_was_skipped_and_jumped_over(make_session: Make) -> None:
    made = make_session()
    said, tally = run(made, "r", "u", "skip", " ", "skip", " ", "l", f"g {SURVEY}", "u", "u", "q")
    asked = re.findall(r"^Paper (\d) of 9", said, re.MULTILINE)
    assert asked == ["1", "2", "1", "2", "3", "4", "1", "2"]
    assert tally.undone == 3
    assert made.store.ledger.current() == []


def test_what_was_typed_comes_back_when_its_decision_is_undone(make_session: Make) -> None:
    made = make_session()
    said, _ = run(made, "s", "data sets", "n", "seen", "a", "u", "q")
    assert made.store.unsaved_edits.of(SURVEY) == UnsavedEdit(DATA, note="seen")
    assert said.count("Your note: seen") == 2
    run(made, "a", "q")
    assert made.store.unsaved_edits.of(SURVEY) == UnsavedEdit()


def test_a_filter_that_nothing_matches_is_taken_away(make_session: Make) -> None:
    made = make_session()
    said, _ = run(made, "/xyzzy", "r", "q")
    assert "No paper matches" in said
    assert list(made.store.stages(Stage.REJECTED)) == [SURVEY]


def test_several_at_once(make_session: Make) -> None:
    made = make_session()
    run(made, " ", "skip", " ", "r", "q")
    assert set(made.store.stages(Stage.REJECTED)) == {SURVEY, DEAF}


def test_filter_passes_over_the_rest(make_session: Make) -> None:
    made = make_session()
    run(made, "/pumps", "r")
    assert list(made.store.stages(Stage.REJECTED)) == ["2606.00009"]


def test_unknown_keys_and_help(make_session: Make) -> None:
    said, tally = run(make_session(), "x", "?", "q")
    assert "There is no key 'x'" in said
    assert "reject: not for this list" in said
    assert tally.decisions == []


def test_publishing_is_offered_after_the_diff(make_session: Make) -> None:
    said, _ = run(make_session(diff=lambda: "+- new\n", publish=lambda: "1 entry added"), "a", "q", "y")
    assert said.index("+- new") < said.index("Publish 1 entry into")
    assert "1 entry added" in said
    said, _ = run(make_session(diff=lambda: "+- new\n", publish=lambda: "1 entry added"), "a", "q", "n")
    assert "1 entry added" not in said


def test_nothing_waiting(make_session: Make) -> None:
    made = make_session()
    for paper_id in made.store.stages():
        made.store.ledger.publish(paper_id, ACOUSTIC, "- x")
    said, tally = run(made)
    assert "Nothing is waiting" in said
    assert tally.decisions == []


def test_only_the_most_relevant_of_a_long_queue(make_session: Make) -> None:
    said, _ = run(make_session(top=2), "q")
    assert "2 papers are waiting" in said and "Paper 1 of 2" in said


def test_output_that_cannot_encode(make_session: Make) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    review_plain(make_session(), io.StringIO("q\n"), out)
    assert b"Paper 1 of 9" in raw.getvalue()


def test_a_paper_that_fits_nowhere_says_what_it_would_start(make_session: Make) -> None:
    made = make_session()
    misfit(made.store, DEAF, Cluster(("drone thermography", "roof"), ("Roofs from Drones", "Warm Ground"), 1))
    said, _ = run(made, "r", "s", "+", "a", "q")
    line = "no section fits (63 %): would start “drone thermography · roof”, with “Roofs from Drones” and 2 more"
    assert line in said
    assert "+ alone for Methods > drone thermography · roof" in said
    assert made.store.record(DEAF).section == ("Methods", "drone thermography · roof")


def test_enter_does_not_accept_a_paper_that_fits_nowhere(make_session: Make) -> None:
    made = make_session()
    misfit(made.store, SURVEY, Cluster(("drone thermography",)))
    said, _ = run(made, "", "q")
    assert "would start “drone thermography”, by itself" in said
    assert "in doubt" in said
    assert made.store.record(SURVEY).stage is Stage.DRAFTED


def test_the_judge_s_section_of_today_is_proposed(make_session: Make) -> None:
    made = make_session()
    judge_anew(made.store, SURVEY, (PRESSURE, 0.59), (ACOUSTIC, 0.17))
    said, _ = run(made, "g A Survey", "a", "q")
    assert "Section: Methods > Pressure (59 % sure" in said
    assert made.store.record(SURVEY).section == PRESSURE


def test_digits_are_told_from_the_numbers_in_section_names(make_session: Make) -> None:
    made = make_session()
    judge_anew(made.store, SURVEY, (("Surveys",), 0.5), (("2.1 Memory Bank",), 0.3))
    said, _ = run(made, "s", "", "f", "", "q")
    assert "  or [2] 2.1 Memory Bank 30 %" in said
    assert "  [1] Surveys\n" in said
    assert "  [1] Title: A Survey" in said
