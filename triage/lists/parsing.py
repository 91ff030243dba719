"""An entry's text as chunks and gaps."""

from collections.abc import Sequence

from triage.lists.chunks import Builder, Chunk, Parse
from triage.lists.entry_lines import read_block
from triage.lists.roles import with_names, with_title
from triage.lists.rows import read_row

_LONGEST = 20_000
"""Characters beyond which a block is no entry that anybody wrote; it stays whole."""


def parse_entry(text: str, columns: Sequence[str] = ()) -> Parse:
    """Cuts an entry. `columns` are the headings of its table, if it is a table's row."""
    out = Builder()
    if len(text) > _LONGEST:
        return Parse((Chunk("note", "{note}", (("note", text),)),), ("", ""))
    if columns:
        read_row(text, columns, out)
    else:
        read_block(text, out)
    return with_names(with_title(Parse(tuple(out.chunks), tuple(out.gaps))))
