"""PDFs in a child process: good ones, bad ones, and ones that fight back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from triage.errors import ReadError
from triage.reading.reader import ChildReader, open_reader

LINE = "Station memories keep the levels of a river that was seen before and forecast its next flood."


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    made = open_reader(60, 1024)
    yield made
    made.close()


def write(path: Path, pages: int = 2, **options: object) -> Path:
    document = pymupdf.open()
    for number in range(pages):
        page = document.new_page()
        page.insert_text((72, 80), f"Remembering Rivers {number}", fontsize=18, fontname="tibo")
        for line in range(20):
            page.insert_text((72, 120 + 14 * line), LINE, fontsize=10)
        link = {"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(72, 700, 200, 712), "uri": "https://example.org/code"}
        page.insert_link(link)
    document.save(path, **options)
    return path


def write_heavy(path: Path, times: int) -> Path:
    """A page that shows the same line very often."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), LINE, fontsize=10)
    (xref,) = page.get_contents()
    document.update_stream(xref, document.xref_stream(xref) * times)
    document.save(path)
    return path


def test_pages_title_and_links(reader: ChildReader, tmp_path: Path) -> None:
    text = reader.read(write(tmp_path / "a.pdf"), "2501.00001", 3)
    assert (text.paper_id, text.version, text.source) == ("2501.00001", 3, "pdf")
    assert [page.number for page in text.pages] == [1, 2]
    assert text.title == "Remembering Rivers 0"
    assert LINE in text.pages[1].text
    assert text.links == ("https://example.org/code",)


def test_code_in_the_folder_of_a_list_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = "import pathlib\npathlib.Path('sprung').touch()\n"
    for name in ("json", "pymupdf", "triage", "dataclasses"):
        (tmp_path / f"{name}.py").write_text(trap, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = open_reader(60, 1024)
    try:
        assert made.read(write(tmp_path / "a.pdf"), "2501.00001", 1).source == "pdf"
    finally:
        made.close()
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_child_has_none_of_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "SOME_API_KEY", "HF_TOKEN", "GH_PAT", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "not for a PDF's eyes")
    made = open_reader(60, 1024)
    try:
        made.read(write(tmp_path / "a.pdf"), "2501.00001", 1)
        children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
        environments = [Path(f"/proc/{child}/environ").read_bytes() for child in children]
    finally:
        made.close()
    assert any(b"PATH=" in environment for environment in environments)
    assert not any(b"not for a PDF's eyes" in environment for environment in environments)


def test_encrypted(reader: ChildReader, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o")
    with pytest.raises(ReadError, match=r"a\.pdf: is encrypted"):
        reader.read(path, "x", 1)


def test_a_password_for_changes_only_does_not_hinder(reader: ChildReader, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o")
    assert LINE in reader.read(path, "x", 1).pages[0].text


def test_images_only(reader: ChildReader, tmp_path: Path) -> None:
    document = pymupdf.open()
    pixels = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 40), False)
    pixels.clear_with(120)
    document.new_page().insert_image(pymupdf.Rect(0, 0, 600, 800), pixmap=pixels)
    document.save(tmp_path / "scan.pdf")
    with pytest.raises(ReadError, match="no text, only images"):
        reader.read(tmp_path / "scan.pdf", "x", 1)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is no PDF"),
        (b"<!DOCTYPE html><html>busy</html>", "web page"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 4000, "damaged or cut short|cut short|no pages"),
        (b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF", "."),
    ],
)
def test_what_is_no_pdf(reader: ChildReader, tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=says):
        reader.read(path, "x", 1)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_cut_short(reader: ChildReader, tmp_path: Path, share: float) -> None:
    whole = write(tmp_path / "whole.pdf", pages=6).read_bytes()
    path = tmp_path / "part.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ReadError, match="cut short"):
        reader.read(path, "x", 1)


def test_a_file_that_is_not_there(reader: ChildReader, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not exist"):
        reader.read(tmp_path / "none.pdf", "x", 1)


def test_a_child_that_takes_too_long_is_replaced(tmp_path: Path) -> None:
    slow = write_heavy(tmp_path / "slow.pdf", 20_000)
    quick = write(tmp_path / "quick.pdf", pages=1)
    reader = open_reader(60, 1024)
    reader.read(quick, "x", 1)
    reader.seconds = 0.02
    with pytest.raises(ReadError, match=r"\[read\] seconds"):
        reader.read(slow, "x", 1)
    reader.seconds = 60
    assert len(reader.read(quick, "x", 1).pages) == 1
    reader.close()


def test_memory_is_limited(tmp_path: Path) -> None:
    path = write_heavy(tmp_path / "large.pdf", 100_000)
    reader = open_reader(60, 8)
    with pytest.raises(ReadError, match=r"\[read\] megabytes|memory|cannot be read|damaged"):
        reader.read(path, "x", 1)
    reader.close()


def test_a_figure_is_drawn_without_its_caption(reader: ChildReader, tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    for line in range(10):
        page.insert_text((72, 80 + 14 * line), LINE, fontsize=10)
    page.draw_rect(pymupdf.Rect(150, 300, 450, 400), color=(1, 0, 0), fill=(1, 0, 0))
    page.insert_text((72, 430), "Figure 1: The network and its memory.", fontsize=10)
    for line in range(10):
        page.insert_text((72, 460 + 14 * line), LINE, fontsize=10)
    document.save(tmp_path / "a.pdf")
    text = reader.read(tmp_path / "a.pdf", "x", 1)
    assert [(figure.number, figure.page, figure.caption) for figure in text.figures] == [
        ("1", 1, "The network and its memory.")
    ]
    target = tmp_path / "figures" / "a.png"
    reader.save_figure(tmp_path / "a.pdf", text.figures[0], target)
    drawn = pymupdf.Pixmap(str(target))
    assert 2.7 < drawn.width / drawn.height < 3.3
    assert drawn.pixel(drawn.width // 2, drawn.height // 2)[:3] == (255, 0, 0)


def test_a_caption_without_a_drawing(reader: ChildReader, tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    for line in range(20):
        page.insert_text((72, 80 + 14 * line), LINE, fontsize=10)
    page.insert_text((72, 430), "Figure 1: Missing.", fontsize=10)
    document.save(tmp_path / "a.pdf")
    figure = reader.read(tmp_path / "a.pdf", "x", 1).figures[0]
    with pytest.raises(ReadError, match="nothing is drawn"):
        reader.save_figure(tmp_path / "a.pdf", figure, tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
