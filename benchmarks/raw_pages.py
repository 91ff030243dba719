"""Whether words stand on a page of a PDF, by code of its own: PyMuPDF's raw text, of which only letters and digits
count, so that hyphenation, ligatures, quotation marks and blanks make no difference."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case, compatibility forms (ligatures, wide digits) taken apart."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


@dataclass(frozen=True)
class RawPages:
    """The letters of a PDF's pages, each in several orders of reading: as the file has its text, block after block, and
    column after column. A text is found if one of them has it."""

    pages: tuple[tuple[str, ...], ...]

    def has(self, text: str, page: int) -> bool:
        """Whether the page (1-based) has this text; one that runs on may end on the next page."""
        wanted = letters(text)
        if not wanted or not 1 <= page <= len(self.pages):
            return False
        return any(wanted in one for one in self.pages[page - 1]) or self._runs_on(wanted, page)

    def anywhere(self, text: str) -> bool:
        """Whether any page has this text."""
        return any(self.has(text, page) for page in range(1, len(self.pages) + 1))

    def _runs_on(self, wanted: str, page: int) -> bool:
        """Whether the text stands in two pieces on the page, with a line that belongs to neither between them (a
        footnote, a running head): at least a third of it in each."""
        for cut in range(len(wanted) // 3, len(wanted) - len(wanted) // 3):
            if any(wanted[:cut] in one and wanted[cut:] in one for one in self.pages[page - 1]):
                return True
        return False


def read_pages(path: Path) -> RawPages:
    """The pages of the PDF at `path`."""
    import pymupdf

    with pymupdf.open(path) as pdf:
        return RawPages(tuple(_orders(page) for page in pdf))


def _orders(page: object) -> tuple[str, ...]:
    blocks: Sequence[tuple[float, float, float, float, str]] = [
        block[:5]
        for block in page.get_text("blocks")  # type: ignore[attr-defined]
        if block[6] == 0
    ]
    plain = page.get_text("text")  # type: ignore[attr-defined]
    middle = page.rect.width / 2  # type: ignore[attr-defined]
    down = sorted(blocks, key=lambda block: (round(block[1]), block[0]))
    columns = sorted(blocks, key=lambda block: (block[0] > middle, block[1]))
    return tuple(letters(text) for text in (plain, *("".join(one[4] for one in order) for order in (down, columns))))
