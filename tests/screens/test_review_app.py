"""Every key of the full screen, driven with Textual's pilot."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static, TextArea

from tests.screens.leaks import ACOUSTIC, DATA, PRESSURE, SATELLITE, SURVEYS, add, judge_anew, misfit, session
from triage.collection import Store
from triage.errors import ModelError
from triage.models import Cluster, Decision, Paper, Stage, Verdict
from triage.screens.app import ReviewApp
from triage.screens.pages import Finish
from triage.screens.paper import PaperPane
from triage.screens.review_session import ReviewSession, Similar
from triage.steps.review import Tally, edits_needed

Make = Callable[..., ReviewSession]
SURVEY, DEAF, WHISPER, TWIN = "2606.00007", "2606.00001", "2606.00002", "2606.00003"
BURST, PUMPS = "2606.00005", "2606.00009"


def pane(app: ReviewApp, name: str = "") -> str:
    """The text of the paper's pane, or of another of the screen's parts."""
    if not name:
        return str(app.screen_stack[0].query_one(PaperPane).content)
    return str(app.screen_stack[0].query_one(name, Static).content)


def stage(app: ReviewApp, paper_id: str) -> Stage:
    """Where a paper stands in the store."""
    return app.session.store.record(paper_id).stage


async def press(pilot: Pilot[Tally], *keys: str) -> None:
    """Presses keys one after the other, each with time to be answered; the pilot's own press waits far longer."""
    for key in keys:
        pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        for _ in range(3):
            await pilot.pause(0)


async def until(pilot: Pilot[Tally], done: Callable[[], bool]) -> None:
    """Waits until it is so, for a minute at most."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        await pilot.pause(0.02)


async def test_first_paper_is_the_surest_of_the_first_section(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)):
        assert app.current == SURVEY
        shown = pane(app)
        assert "A Survey of Leak Localisation" in shown
        assert "Surveys (95 % sure, relevance 99 %)" in shown
        assert "no PDF read" in shown
        assert "9 waiting" in pane(app, "#status")


async def test_entry_is_shown_between_its_neighbours(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)):
        lines = pane(app).splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("+ - [ICASSP 2026]"))
        assert "Surveys" in lines[at - 1]
        assert "Forty Years of Leak Detection" in lines[at + 1]


async def test_accept_is_in_the_store_before_the_next_paper_is_drawn(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a")
        with Store(app.session.store.folder) as another:
            decided = another.ledger.of(SURVEY)
        assert decided is not None
        assert (decided.verdict, decided.section) == (Verdict.ACCEPT, SURVEYS)
        assert app.current == DEAF
        assert "Deaf Pipes" in pane(app)


async def test_reject_and_later(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "r", "l")
        assert stage(app, SURVEY) is Stage.REJECTED
        assert stage(app, DEAF) is Stage.LATER
        assert "1 rejected" in pane(app, "#status")
        assert "1 later" in pane(app, "#status")


async def test_enter_accepts_only_what_is_sure(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter")
        assert stage(app, SURVEY) is Stage.ACCEPTED
        app.queue.point_at(BURST)
        await pilot.pause()
        assert "in doubt" in pane(app)
        await press(pilot, "enter")
        assert stage(app, BURST) is Stage.DRAFTED
        await press(pilot, "a")
        assert stage(app, BURST) is Stage.ACCEPTED


async def test_a_number_accepts_into_the_judges_other_section(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        app.queue.point_at(BURST)
        await pilot.pause()
        await press(pilot, "2")
        record = app.session.store.record(BURST)
        assert (record.stage, record.section) == (Stage.ACCEPTED, ACOUSTIC)
        await press(pilot, "u", "9", "0")
        assert app.session.store.record(BURST).stage is Stage.DRAFTED


async def test_a_click_on_a_suggestion_shows_the_entry_there(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        app.action_take(2)
        await pilot.pause(0)
        assert "Goes to  Methods > Acoustic" in pane(app)
        assert stage(app, SURVEY) is Stage.DRAFTED
        await press(pilot, "enter")
        assert app.session.store.record(SURVEY).section == ACOUSTIC


async def test_section_picker_narrows_while_typing(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "s", *"sat")
        choices = app.screen.query_one(OptionList)
        assert str(choices.get_option_at_index(0).prompt).startswith("Satellite")
        await press(pilot, "enter", "a")
        assert app.session.store.record(SURVEY).section == SATELLITE


async def test_a_new_section_only_when_asked_for_by_name(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "s", *"Drones", "up", "enter")
        assert "new section" in pane(app)
        await press(pilot, "a")
        assert app.session.store.record(SURVEY).section == ("Drones",)


async def test_the_section_that_misfits_would_start_is_offered(make_session: Make) -> None:
    app = ReviewApp(make_session())
    misfit(app.session.store, SURVEY, Cluster(("drone thermography",), ("Roofs from Drones",), 1))
    async with app.run_test(size=(120, 40)) as pilot:
        assert "no section fits (63 %): would start “drone thermography”, with “Roofs from Drones”" in pane(app)
        assert "in doubt" in pane(app)
        await press(pilot, "s", "down", "enter")
        assert "new section" in pane(app)
        await press(pilot, "a")
        assert app.session.store.record(SURVEY).section == ("drone thermography",)


async def test_escape_leaves_the_section_alone(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "s", "d", "escape", "a")
        assert app.session.store.record(SURVEY).section == SURVEYS


async def test_edit_is_previewed_kept_and_accepted(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "e")
        area = app.screen.query_one(TextArea)
        area.text = "- [Water 2026] **My Own Title** [[paper]](https://example.org/mine)"
        await pilot.pause(0.4)
        assert "My Own Title" in str(app.screen.query_one("#rendered", Static).content)
        await press(pilot, "ctrl+s")
        assert "My Own Title" in pane(app)
        await press(pilot, "a")
        entry = app.session.store.record(SURVEY).entry
        assert entry == "- [Water 2026] **My Own Title** [[paper]](https://example.org/mine)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("# A Heading", "headings"),
        (
            "- [A 2026] **One** [[paper]](https://example.org/1)\n- [B 2026] **Two** [[paper]](https://example.org/2)",
            "2 entries",
        ),
        ("<!-- [A 2026] **One** [[paper]](https://example.org/1)", "swallow"),
    ],
)
async def test_edit_that_breaks_the_list_is_refused(make_session: Make, text: str, why: str) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "e")
        app.screen.query_one(TextArea).text = text
        await press(pilot, "f2")
        assert why in str(app.screen.query_one("#verdict", Static).content)
        await press(pilot, "escape", "a")
        assert "A Survey of Leak Localisation" in (app.session.store.record(SURVEY).entry or "")


async def test_field_changes_the_entry(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f", *"venue", "enter")
        app.screen.query_one(Input).value = "Pipes"
        await press(pilot, "enter")
        assert "[Pipes 2026]" in pane(app)
        await press(pilot, "a")
        assert "[Pipes 2026]" in (app.session.store.record(SURVEY).entry or "")


async def test_field_refuses_what_does_not_fit(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f", *"year", "enter")
        app.screen.query_one(Input).value = "soon"
        await press(pilot, "enter")
        assert "not a number" in str(app.screen.query_one("#refusal", Static).content)
        await press(pilot, "escape")
        assert "[ICASSP 2026]" in pane(app)


async def test_note_goes_with_the_decision(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "n", *"fine", "enter")
        assert "Your note" in pane(app)
        await press(pilot, "r")
        decision = app.session.store.ledger.of(SURVEY)
        assert decision is not None
        assert decision.note == "fine"


async def test_open_shows_the_pdf_and_the_abstract_page(make_session: Make) -> None:
    opened: list[str] = []
    app = ReviewApp(make_session(open=opened.append))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "o", "O")
    assert opened == [f"https://example.org/pdf/{SURVEY}", f"https://arxiv.org/abs/{SURVEY}"]


async def test_similar_goes_to_a_waiting_paper(make_session: Make) -> None:
    found = [Similar("Whispering Valves", "drafted", WHISPER)]
    app = ReviewApp(make_session(similar=lambda paper_id: found))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "m")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == 3
        await press(pilot, *"whisp", "enter")
        assert app.current == WHISPER


async def test_undo_any_number_of_steps(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "r", "l", "u", "u", "u")
        assert app.current == SURVEY
        assert "9 waiting" in pane(app, "#status")
        assert set(app.session.store.stages(Stage.DRAFTED)) == {line.paper_id for line in app.session.lines}
        await press(pilot, "u")
        assert app.current == SURVEY


async def test_undo_across_a_restart_brings_the_persons_words_back(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "s", *"data", "enter", "n", *"why", "enter", "a", "r")
    again = ReviewApp(make_session())
    async with again.run_test(size=(120, 40)) as pilot:
        assert "7 waiting" in pane(again, "#status")
        await press(pilot, "u")
        assert again.current == DEAF
        await press(pilot, "u")
        assert again.current == SURVEY
        assert again.session.store.unsaved_edits.of(SURVEY).section == DATA
        assert "Your note  why" in pane(again)
        assert "9 waiting" in pane(again, "#status")


async def test_changes_survive_a_killed_terminal(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "s", *"data", "enter", "n", *"half", "enter")
    again = ReviewApp(make_session())
    async with again.run_test(size=(120, 40)) as pilot:
        assert "Your note  half" in pane(again)
        await press(pilot, "a")
        assert again.session.store.record(SURVEY).section == DATA


async def test_several_at_once_and_taken_back_at_once(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "space", "space", "space")
        assert "3 selected" in pane(app, "#status")
        await press(pilot, "r")
        assert [stage(app, one) for one in (SURVEY, DEAF, WHISPER)] == [Stage.REJECTED] * 3
        assert app.current == TWIN
        await press(pilot, "u")
        assert "9 waiting" in pane(app, "#status")


async def test_filter_and_escape(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"pumps", "enter")
        assert app.current == PUMPS
        assert [row.line.paper_id for row in app.session.rows() if row.line] == [PUMPS]
        await press(pilot, "r")
        assert stage(app, PUMPS) is Stage.REJECTED
        await press(pilot, "escape")
        assert len([row for row in app.session.rows() if row.line]) == 9


async def test_filter_that_nothing_passes(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", *"xyzzy", "enter")
        assert app.current is None
        assert "No paper matches the filter" in pane(app)
        await press(pilot, "a", "e", "s", "n", "enter")
        assert app.session.store.ledger.current() == []


async def test_jump_to_a_section(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "g", *"sat", "enter")
        assert app.session.record(app.current or "").section == SATELLITE


async def test_moving_without_deciding(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "down", "j", "k", "end")
        assert app.session.record(app.current or "").section == DATA
        await press(pilot, "home")
        assert app.current == SURVEY
        assert app.session.store.ledger.current() == []


async def test_an_earlier_decision_can_be_changed(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "up")
        assert "Decided: accepted." in pane(app)
        await press(pilot, "r")
        assert stage(app, SURVEY) is Stage.REJECTED


async def test_help_lists_every_key(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "question_mark")
        shown = str(app.screen.query_one(Static).content)
        for word in ("accept", "reject", "later", "section", "edit", "field", "note", "similar", "undo", "filter"):
            assert word in shown
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


async def test_finish_shows_the_diff_then_publishes(make_session: Make) -> None:
    published: list[str] = []

    def publish() -> str:
        published.append("yes")
        return "1 entry added"

    app = ReviewApp(make_session(diff=lambda: "@@ -1 +1,2 @@\n old\n+- new [b]entry[/b]\n", publish=publish))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "q")
        assert isinstance(app.screen, Finish)
        await press(pilot, "p")
        assert "+- new [b]entry[/b]" in str(app.screen.query_one("#changes", Static).content)
        assert published == []
        await press(pilot, "p")
        assert published == ["yes"]
        assert "1 entry added" in str(app.screen.query_one("#changes", Static).content)
        await press(pilot, "q")
    assert app.return_value is not None
    assert [one.verdict for one in app.return_value.decisions] == [Verdict.ACCEPT]


async def test_finish_leads_back(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "q", "b", "r")
        assert stage(app, SURVEY) is Stage.REJECTED


async def test_the_last_decision_leads_to_the_summary(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, *"rrrrrrrrr")
        assert isinstance(app.screen, Finish)
        assert app.session.store.stage_counts()[Stage.REJECTED] == 9


async def test_empty_queue(tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        add(store, "2606.00001", "Only One", ACOUSTIC)
        store.ledger.decide(_rejected("2606.00001"))
    made = session(tmp_path / "store")
    app = ReviewApp(made)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Nothing is waiting" in pane(app)
        await press(pilot, *"arlesfnomg", "enter", "space", "question_mark", "escape", "down", "up")
        assert len(made.store.ledger.current()) == 1
    made.store.close()


async def test_narrow_terminals_stack_the_panes(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(80, 24)) as pilot:
        queue, paper = app.screen.query_one("#left").region, app.screen.query_one("#paper").region
        assert paper.y >= queue.bottom
        assert queue.height >= 4
        assert paper.height >= 10
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        queue, paper = app.screen.query_one("#left").region, app.screen.query_one("#paper").region
        assert paper.x >= queue.right
        assert app.current == SURVEY


async def test_mouse_selects_and_accepts(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click("#queue", offset=(10, 3))
        await pilot.pause()
        assert app.current == DEAF
        await pilot.click("#keys", offset=(3, 0))
        await pilot.pause()
        assert stage(app, DEAF) is Stage.ACCEPTED


async def test_hostile_titles_show_as_text(tmp_path: Path) -> None:
    title = "[red]Not[/red] markup \x1b[31m\x07 [@click=app.quit]here[/] \u202eevil \udcff **bold**"
    with Store(tmp_path / "store") as store:
        store.papers.save(_paper("2606.00001", title.replace("\udcff", "")))
        add(store, "2606.00002", "[/] ] [b", ACOUSTIC)
        add(store, "2606.00003", title.replace("\udcff", ""), ACOUSTIC)
    made = session(tmp_path / "store")
    app = ReviewApp(made)
    async with app.run_test(size=(120, 40)) as pilot:
        app.queue.point_at("2606.00003")
        await pilot.pause()
        shown = pane(app)
        assert "[red]Not[/red] markup" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[@click=app.quit]here[/]" in shown
        row = "".join(segment.text for segment in app.queue.render_line(2))
        assert "\x1b" not in row
        assert "\x1b" not in "".join(segment.text for segment in app.queue.render_line(1))
    made.store.close()


async def test_learning_reorders_below_the_cursor_only(make_session: Make) -> None:
    made = make_session()
    folder = made.store.folder
    gate = Event()

    def learn() -> None:
        assert gate.wait(60)
        with Store(folder) as store:
            for paper_id in (TWIN, BURST):
                judged = store.judgements.get(paper_id)
                assert judged is not None
                sure = tuple(type(c)(c.section, 0.99 if c.section == judged.section else 0.0) for c in judged.sections)
                store.judgements.save([type(judged)(paper_id, 0.99, True, sure, judged.neighbours)])

    app = ReviewApp(make_session(learn=learn))
    async with app.run_test(size=(120, 40)) as pilot:
        before = [line.paper_id for line in app.session.lines]
        await press(pilot, "a")
        await until(pilot, lambda: "learning" in pane(app, "#status"))
        gate.set()
        await until(pilot, lambda: "learning" not in pane(app, "#status"))
        after = [line.paper_id for line in app.session.lines]
        assert app.current == DEAF
        assert after[:2] == before[:2] == [SURVEY, DEAF]
        assert after[2] == TWIN
        assert before.index(BURST) > after.index(BURST)
        assert sorted(after) == sorted(before)


async def test_a_learner_that_fails_is_told_and_loses_nothing(make_session: Make) -> None:
    def learn() -> None:
        raise ModelError("no model here")

    app = ReviewApp(make_session(learn=learn))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a")
        await until(pilot, lambda: "no model here" in pane(app, "#message"))
        await press(pilot, "r")
        assert (stage(app, SURVEY), stage(app, DEAF)) == (Stage.ACCEPTED, Stage.REJECTED)


async def test_quitting_does_not_wait_for_the_learner(make_session: Make) -> None:
    gate = Event()
    app = ReviewApp(make_session(learn=lambda: gate.wait(30) and None))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a")
        await until(pilot, lambda: "learning" in pane(app, "#status"))
        left = time.monotonic()
        await press(pilot, "q", "q")
    assert time.monotonic() - left < 10
    gate.set()


async def test_an_undecided_paper_goes_where_the_judge_believes_now(make_session: Make) -> None:
    made = make_session()
    gate = Event()

    def learn() -> None:
        assert gate.wait(60)
        with Store(made.store.folder) as store:
            judge_anew(store, DEAF, (PRESSURE, 0.59), (ACOUSTIC, 0.17))

    app = ReviewApp(make_session(learn=learn))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "r")
        assert app.current == DEAF
        assert "Goes to  Methods > Acoustic (91 % sure" in pane(app)
        await until(pilot, lambda: "learning" in pane(app, "#status"))
        gate.set()
        await until(pilot, lambda: "learning" not in pane(app, "#status"))
        assert "Goes to  Methods > Pressure (59 % sure" in pane(app)
        assert "[2] Methods > Acoustic 17 %" in pane(app)
        assert next(line.section for line in app.session.lines if line.paper_id == DEAF) == PRESSURE
        above = pane(app).splitlines()[[line[:1] for line in pane(app).splitlines()].index("+") - 1]
        assert "### Pressure" in above
        await press(pilot, "a")
        record = app.session.store.record(DEAF)
        assert record.decision is not None and record.decision.section == PRESSURE
        assert edits_needed(app.session.store).moved == 0


async def test_a_key_means_the_section_on_the_screen(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        assert "Goes to  Surveys" in pane(app)
        judge_anew(app.session.store, SURVEY, (DATA, 0.9), (PRESSURE, 0.1))
        await press(pilot, "a")
        assert app.session.store.record(SURVEY).section == SURVEYS
        assert "[2] Methods > Pressure" in pane(app)
        judge_anew(app.session.store, DEAF, (DATA, 0.9), (SATELLITE, 0.1))
        await press(pilot, "2")
        assert app.session.store.record(DEAF).section == PRESSURE


async def test_a_message_covers_neither_the_entry_nor_the_keys(make_session: Make) -> None:
    app = ReviewApp(make_session())
    async with app.run_test(size=(80, 24)) as pilot:
        app.queue.point_at(BURST)
        await pilot.pause()
        paper, keys = app.query_one("#paper"), app.query_one("#keys")
        before = (paper.region, keys.region)
        await press(pilot, "enter")
        await pilot.pause()
        message = app.query_one("#message")
        assert "in doubt" in pane(app, "#message") and message.region.area
        assert (paper.region, keys.region) == before
        assert not message.region.overlaps(paper.region) and not message.region.overlaps(keys.region)
        assert len(app._notifications) == 0
        assert app.queue.region.height >= 2
        await press(pilot, "escape")
        await pilot.pause()
        assert not message.display


@pytest.mark.slow
async def test_five_thousand_drafts_are_drawn_within_a_second(tmp_path: Path) -> None:
    session(tmp_path / "store", many=5000).store.close()
    started = time.perf_counter()
    made = session(tmp_path / "store")
    app = ReviewApp(made)
    async with app.run_test(size=(120, 40)) as pilot:
        painted = time.perf_counter() - started
        assert "5000 waiting" in pane(app, "#status")
        await press(pilot, "end", "a")
        assert "4999 waiting" in pane(app, "#status")
    made.store.close()
    assert painted < 3


def _rejected(paper_id: str) -> Decision:
    return Decision(paper_id, Verdict.REJECT)


def _paper(paper_id: str, title: str) -> Paper:
    return Paper(paper_id, title)
