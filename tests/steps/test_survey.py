"""The survey's files as `write_survey` leaves them, whatever the checker says and whatever a paper calls itself."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.quiet import quiet
from triage.errors import TriageError
from triage.evidence.source import Evidence, Sentence, Source
from triage.models import Facts, TextFormat
from triage.steps.survey import Check, SurveyReport, write_survey
from triage.verifying.drafts import read_draft
from triage.verifying.verdict import Checked, Support
from triage.writing.document import Citation, Paragraph, Section, SurveySentence, Work
from triage.writing.outline import Placed
from triage.writing.protocol import Search

HOSTILE = "Frogs] & 50% of {newts} $x$ <script>alert(1)</script> \\input{a} @here"


def work(key: str, title: str = "On Frogs") -> Work:
    sentence = Sentence(f"We count frogs in {key}.", 2, 0, 20, "Results")
    return Work(key, Source(f"id-{key}", title, (sentence,), 2024), Facts(title, ("Ada Marsh",), year=2024))


WORKS = {key: work(key) for key in ("a2024", "b2024", "c2024")} | {"d2024": work("d2024", HOSTILE)}


def write_section(title: str, works: Sequence[Work], words: int) -> Section:
    sentences = tuple(
        SurveySentence(
            (f"Marsh counts frogs in {one.key} and says {one.source.title}", Citation(one.key, 2), "."),
            (Evidence(one.key, one.source, one.source.sentences[0]),),
        )
        for one in works
    )
    return Section(title, (Paragraph(sentences, "contributions"),))


def run(
    folder: Path, form: TextFormat = TextFormat.MD, *, check: Check = lambda _: (), update: bool = False
) -> SurveyReport:
    return write_survey(
        folder,
        form,
        WORKS,
        [Placed(key, one.source.title, (HOSTILE,)) for key, one in WORKS.items()],
        Search("README.md", from_list=4, taken=4),
        title=HOSTILE,
        write=write_section,
        compare=lambda _title, _works: None,
        bibliography=lambda keys: {key: f"@misc{{{key},\n  title = {{Frogs}}\n}}\n" for key in keys},
        is_key=lambda key: key in WORKS,
        progress=quiet,
        check=check,
        update=update,
    )


@pytest.mark.parametrize("form", list(TextFormat))
def test_what_the_checker_finds_unsupported_is_left_out(tmp_path: Path, form: TextFormat) -> None:
    def check(text: str) -> list[Checked]:
        cited = read_draft(f"survey.{form}", text).cited
        return [Checked(one, Support.UNSUPPORTED if "b2024" in one.text else Support.SUPPORTED) for one in cited]

    report = run(tmp_path, form, check=check)
    text = (tmp_path / f"survey.{form}").read_text(encoding="utf-8")
    assert "frogs in b2024" not in text and "frogs in a2024" in text and "frogs in c2024" in text
    assert len(report.dropped) == 1 and "b2024" in report.dropped[0]
    assert [one.support for one in report.checked] == [Support.SUPPORTED] * 3
    assert run(tmp_path, form, check=check, update=True).changes == ()


def test_hostile_titles_become_text(tmp_path: Path) -> None:
    run(tmp_path)
    text = (tmp_path / "survey.md").read_text(encoding="utf-8")
    assert "<script>" not in text and "\\<script\\>" in text and "\\@here" in text
    assert read_draft("survey.md", text).keys == tuple(WORKS)
    run(tmp_path, TextFormat.TEX)
    assert "\\input{a}" not in (tmp_path / "survey.tex").read_text(encoding="utf-8")


def test_every_figure_is_a_picture(tmp_path: Path) -> None:
    run(tmp_path)
    drawn = sorted((tmp_path / "figures").glob("*.png"))
    assert len(drawn) == 3 and all(picture.read_bytes().startswith(b"\x89PNG") for picture in drawn)
    for picture in drawn:
        text = picture.with_suffix(".svg").read_text(encoding="utf-8")
        assert text.startswith("<svg ") and text.rstrip().endswith("</svg>") and "<script>" not in text


def test_a_damaged_lock_is_named(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "survey.lock.json").write_text('{"md": {"pieces": [3]}}', encoding="utf-8")
    with pytest.raises(TriageError, match=r"survey\.lock\.json is damaged"):
        run(tmp_path, update=True)


def test_a_lock_that_is_gone_lets_nothing_be_written_over(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "survey.lock.json").unlink()
    before = (tmp_path / "survey.md").read_bytes()
    for update in (False, True):
        with pytest.raises(TriageError):
            run(tmp_path, update=update)
    assert (tmp_path / "survey.md").read_bytes() == before
