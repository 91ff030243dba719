"""Hostile text made safe for a terminal."""

from triage.screens.console import one_line, plural, safe, shorten


def test_escape_sequences_and_controls_are_gone() -> None:
    assert safe("a\x1b[31mred\x1b[0m\x1b]0;title\x07b\x00\x08c") == "aredbc"


def test_direction_overrides_are_gone() -> None:
    assert safe("abc\u202egnp.exe") == "abcgnp.exe"


def test_undecodable_bytes_show_as_replacement() -> None:
    assert safe(b"caf\xe9".decode("utf-8", "surrogateescape")) == "caf\ufffd"


def test_emoji_with_joiners_survive() -> None:
    assert safe("👩\u200d🔬 ⭐️") == "👩\u200d🔬 ⭐️"


def test_one_line() -> None:
    assert one_line(" a\n b\t c ") == "a b c"


def test_shorten_cuts_at_a_word() -> None:
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("short", 12) == "short"
    assert len(shorten("x" * 50, 12)) == 12


def test_plural() -> None:
    assert plural(1, "entry", "entries") == "1 entry"
    assert plural(1234, "paper") == "1,234 papers"
