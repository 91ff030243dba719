"""The main views as text. After a wanted change: `TRIAGE_SNAPSHOTS=write pytest tests/screens/test_snapshots.py`,
then read the difference in git."""

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.events import Key

from triage.screens.app import ReviewApp
from triage.screens.review_session import ReviewSession

FOLDER = Path(__file__).parent / "snapshots"
DIFF = "--- a/leaks.md\n+++ b/leaks.md\n@@ -12,2 +12,3 @@\n ## Surveys\n \n+- a new entry\n"

VIEWS: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "start-wide": ((120, 40), ()),
    "start-80x24": ((80, 24), ()),
    "decided-and-selected": ((120, 40), ("a", "r", "l", "space", "space")),
    "in-doubt": ((120, 40), ("end", "up", "up")),
    "sections-80x24": ((80, 24), ("s", "m", "e", "t")),
    "editor": ((100, 30), ("e",)),
    "field": ((80, 24), ("f",)),
    "help-80x24": ((80, 24), ("question_mark",)),
    "finish": ((80, 24), ("a", "r", "q", "p")),
    "tiny": ((40, 12), ()),
}


def as_text(svg: str) -> str:
    """The cells of Textual's screenshot as lines of text."""
    rows: dict[float, dict[int, str]] = {}
    for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        if "clip-path" not in one.attrib:
            continue
        at = round(float(one.attrib["x"]) / 12.2)
        rows.setdefault(float(one.attrib["y"]), {})[at] = (one.text or "").replace("\xa0", " ")
    lines = []
    for _, cells in sorted(rows.items()):
        line = ""
        for at, text in sorted(cells.items()):
            line = line.ljust(at) + text
        lines.append(line.rstrip())
    return "\n".join(lines).rstrip() + "\n"


@pytest.mark.parametrize("name", VIEWS)
async def test_view_is_as_it_was(make_session: Callable[..., ReviewSession], name: str) -> None:
    size, keys = VIEWS[name]
    app = ReviewApp(make_session(diff=lambda: DIFF, publish=lambda: "1 entry added"))
    async with app.run_test(size=size) as pilot:
        for key in keys:
            app.post_message(Key(key, key if len(key) == 1 else None))
            await pilot.pause()
        app.clear_notifications()
        await pilot.pause()
        shown = as_text(app.export_screenshot())
    assert max(map(len, shown.splitlines())) <= size[0]
    path = FOLDER / f"{name}.txt"
    if os.environ.get("TRIAGE_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["NO_COLOR", ""])
async def test_no_color_leaves_no_color(
    make_session: Callable[..., ReviewSession], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if key:
        monkeypatch.setenv(key, "1")
    app = ReviewApp(make_session())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        svg = app.export_screenshot()
    inks = re.findall(r"fill: #([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", svg)
    spread = max(max(parts) - min(parts) for parts in ([int(part, 16) for part in ink] for ink in inks))
    assert (spread > 40) is not bool(key)
