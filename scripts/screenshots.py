"""Makes the pictures of the review for the README: `python scripts/screenshots.py [docs]`.

They show the invented papers of `triage demo`, fetched from the stand-in, in the real application.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from triage.commands.fetch import fetch
from triage.commands.init import init
from triage.commands.opening import open_workspace
from triage.commands.review import open_session
from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.screens.app import ReviewApp

PICTURES: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "review": ((120, 36), ("a", "down")),
    "review-80x24": ((80, 24), ("down",)),
    "review-section": ((100, 26), ("down", "s")),
    "review-edit": ((100, 26), ("down", "e")),
    "review-publish": ((120, 30), ("a", "a", "r", "q", "p")),
}


def main() -> None:
    """Writes one SVG a picture into the folder given, or into docs/."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    target.mkdir(parents=True, exist_ok=True)
    for name, (size, keys) in PICTURES.items():
        with tempfile.TemporaryDirectory() as scratch:
            _fetch(Path(scratch))
            (target / f"{name}.svg").write_text(asyncio.run(_picture(Path(scratch), size, keys)), encoding="utf-8")
        print(target / f"{name}.svg")


def _fetch(root: Path) -> None:
    sample = write_sample(root)
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        init(
            root,
            list_file=sample.list_path,
            api_url=f"{server.url}/api/query",
            pdf_url=f"{server.url}/pdf",
            delay=0.0,
            json=True,
        )
        fetch(root, since=sample.since.isoformat(), until=sample.until.isoformat(), pdf=False, json=True)


async def _picture(root: Path, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    with open_workspace(root, quiet=True) as workspace:
        app = ReviewApp(open_session(workspace))
        async with app.run_test(size=size) as pilot:
            await pilot.press(*keys)
            await pilot.pause(0.5)
            return _without_web_fonts(app.export_screenshot(title="triage review"))


def _without_web_fonts(svg: str) -> str:
    """The picture without fonts from elsewhere, which most viewers refuse to load."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "monospace")


if __name__ == "__main__":
    main()
