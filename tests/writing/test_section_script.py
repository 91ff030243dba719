"""The script that prints a section of PDFs."""

import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = (
    "Finding Rust on Bridges of Steel\n\nAda Braun\n\nAbstract\n\nRust weakens bridges, and inspections of bridges are "
    "slow and dear. In this paper, we propose a detector of rust that compares photographs with their restorations. "
    "Our detector needs no labelled rust, and it is cheap.\n\n1 Introduction\n\nBridges are old, and there are many."
)


@pytest.mark.slow
def test_a_section_of_pdfs_is_printed(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_textbox(pymupdf.Rect(60, 60, 540, 780), TEXT)
    document.save(tmp_path / "braun24.pdf")
    command = [sys.executable, "-m", "scripts.section", "Rust", str(tmp_path / "braun24.pdf")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "# Rust" in done.stdout
    assert "propose a detector of rust that compares photographs with their restorations" in done.stdout
    assert "[@braun24, p. 1]" in done.stdout
