"""Publishing an entry, through the commands: no judgement gets stale, and no model is paid again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.model_server import Json, ModelServer, Said, paper_in, sections_offered, serve
from triage.cli import app
from triage.demo.sample import write_sample
from triage.demo.server import serving


def answer(*words: str) -> Any:
    """What the command answers in JSON."""
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return json.loads(result.stdout)


def files(request: Json, number: int) -> Said:
    return Said(json.dumps({"section": sections_offered(request)[0], "reason": "so"}))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serve(files) as standing:
        yield standing


def test_accept_and_publish_ask_no_model_again(tmp_path: Path, server: ModelServer) -> None:
    sample = write_sample(tmp_path)
    root = ("-w", str(tmp_path))
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as feed:
        places = ("--api-url", f"{feed.url}/api/query", "--pdf-url", f"{feed.url}/pdf", "--delay", "0")
        answer("init", str(sample.list_path), *root, *places)
        file = tmp_path / "triage.toml"
        text = file.read_text(encoding="utf-8").replace('model = ""', 'model = "tiny"')
        file.write_text(text.replace('base_url = ""', f'base_url = "{server.base_url}"'), encoding="utf-8")
        fetch = ("fetch", "--since", str(sample.since), "--until", str(sample.until), "--no-pdf", *root)
        first = answer(*fetch)
        assert first["by_model"] >= 10
        asked = len(server.requests)

        before = answer("list", "--stage", "drafted", *root)
        accepted = before[0]["id"]
        assert CliRunner().invoke(app, ["accept", accepted, *root]).exit_code == 0
        decided = answer(*fetch)
        assert decided["judged"] > 0, "a decision is news to the judge"
        drafted = {row["id"] for row in answer("list", "--stage", "drafted", *root)}
        queued_anew = drafted - {row["id"] for row in before}
        assert len(server.requests) == asked + len(queued_anew)
        assert len({paper_in(request) for request in server.requests}) == len(server.requests)
        asked = len(server.requests)

        answer("publish", *root)
        published = answer(*fetch)
        assert (published["judged"], published["drafted"]) == (0, 0)
        assert len(server.requests) == asked
        after = answer("list", "--stage", "drafted", *root)
    assert {row["id"] for row in after} == drafted
    assert len(after) >= 10
    assert {row["by"] for row in after} == {"tiny"}
