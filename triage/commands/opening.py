"""What commands begin with: the workspace, the papers and sections that a person named, the language model."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from triage.config import find_workspace, load
from triage.errors import ModelSetupError, TriageError, UnconfirmedHost, UnknownPaper
from triage.identity import arxiv_id, identify, title_key
from triage.lists.sections import match_section, name_section
from triage.llm.asking import Asker, Budget
from triage.llm.credentials import KeyUse, remember
from triage.llm.prompts import load_prompt
from triage.models import Cluster, Record, SectionPath, Verdict
from triage.protocols import LanguageModel
from triage.screens.console import plural, say, shorten, talk_console
from triage.screens.progress import Bars, Silence
from triage.workspace import Workspace

T = TypeVar("T")

_LINE = re.compile(r"(.*):(\d{1,7})")
_NAMED = 4
"""How many papers are named of those that a part of a title fits."""


def open_workspace(folder: Path | None, *, quiet: bool = False) -> Workspace:
    """The workspace in `folder`, or the nearest above the current folder, with its settings checked. Raises
    ConfigError."""
    _silence_packages()
    root = folder.resolve() if folder else find_workspace(Path.cwd())
    workspace = Workspace(load(root), Silence() if quiet else Bars(talk_console()), say)
    workspace.check()
    return workspace


def _silence_packages() -> None:
    """Keeps packages from sending telemetry and from writing to stderr; call it before they are imported."""
    for name, value in (
        ("ANONYMIZED_TELEMETRY", "False"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
    ):
        os.environ.setdefault(name, value)


def paper_id_of(text: str) -> str:
    """The id in `text`: an arXiv id with or without version, or an arXiv address; any other id as it is."""
    return arxiv_id(text) or text


def paper_named(workspace: Workspace, text: str) -> Record:
    """The paper that a person means by `text`: an id, a DOI, an address, a line of the list ("README.md:123"), or a
    part of a title that no other paper has. Raises UnknownPaper; TriageError if several papers fit."""
    store = workspace.store
    paper_id = paper_id_of(text)
    if store.papers.get(paper_id) is not None:
        return store.record(paper_id)
    if found := store.papers.find(identify(ids=(text,), links=(text,))):
        return store.record(found[0])
    line = _LINE.fullmatch(text)
    if line and line[1] in ("", workspace.config.list.name, str(workspace.config.list)):
        return store.record(_on_line(workspace, int(line[2])))
    titled = [] if arxiv_id(text) else store.papers.titled(text)
    exact = [one for one in titled if title_key(one[1]) == title_key(text)]
    found_by_title = exact if len(exact) == 1 else titled
    if len(found_by_title) > 1:
        named = "; ".join(f"{one} {shorten(title, 60)}" for one, title in titled[:_NAMED])
        more = f"; and {len(titled) - _NAMED:,} more" if len(titled) > _NAMED else ""
        raise TriageError(f"{plural(len(titled), 'paper')} have {text!r} in the title: {named}{more}; give an id")
    return store.record(found_by_title[0][0] if found_by_title else paper_id)


def _on_line(workspace: Workspace, line: int) -> str:
    found = workspace.store.entries.on_line(line)
    if found is None:
        raise UnknownPaper(f"{workspace.config.list.name}:{line} is not part of an entry")
    return found


def section_named(workspace: Workspace, text: str | None) -> SectionPath | None:
    """The section that `text` names ("A > B", a unique ending or beginning, in any case), or None for None: one of the
    list's, or one that papers were accepted for. Raises ListError."""
    if text is None:
        return None
    listed = tuple(section.path for section in workspace.document.sections)
    return match_section(text, (*listed, *(path for path in _accepted_sections(workspace) if path not in listed)))


def section_for(workspace: Workspace, record: Record, text: str | None) -> tuple[SectionPath | None, bool]:
    """The section that `text` names for this paper, and whether it does not exist yet: one of the list's, one that
    triage suggested for this paper or others, one that papers were accepted for, or "+A > B". (None, False) for None.
    Raises ListError."""
    if text is None:
        return None, False
    document, judged = workspace.document, record.judgement
    parent = judged.section[:-1] if judged else ()
    suggested = [(*parent, Cluster(words).name) for words in workspace.store.judgements.new_sections() if words]
    proposed = [judged.new_section if judged else (), *suggested, *_accepted_sections(workspace)]
    return name_section(text, document.sections_to_fill, proposed, free=not document.entries)


def _accepted_sections(workspace: Workspace) -> list[SectionPath]:
    return [one.section for one in workspace.store.ledger.current() if one.verdict is Verdict.ACCEPT and one.section]


def model_or_reason(workspace: Workspace, offline: bool) -> tuple[LanguageModel | None, str]:
    """The language model if one is set and may be asked; else None, and the reason if the setup is wrong."""
    if offline:
        return None, ""
    try:
        return confirmed(lambda: workspace.model), ""
    except ModelSetupError as error:
        return None, str(error)


def asker_or_reason(workspace: Workspace, offline: bool) -> tuple[Asker | None, str]:
    """What puts questions to the language model, within the budget of one run and with the store's ledger; else None,
    and the reason if the setup is wrong. Raises ConfigError if the workspace's own prompts/retry.md cannot be used."""
    model, reason = model_or_reason(workspace, offline)
    if model is None:
        return None, reason
    settings = workspace.config.llm
    retry, budget = load_prompt("retry", workspace.prompts), Budget(settings.max_tokens_per_fetch)
    return Asker(model, workspace.store.calls, retry, budget, settings.parallel, settings.max_answer_tokens), ""


def confirmed(open_: Callable[[], T]) -> T:
    """What `open_` opens. If it needs the key for a host that its owner was never asked about, they are asked now, at
    the terminal, and their answer is kept. Without a terminal or an answer, raises UnconfirmedHost."""
    try:
        return open_()
    except UnconfirmedHost as unconfirmed:
        use = _ask_about_key(unconfirmed.host)
        if use is None:
            raise
        file = remember(unconfirmed.host, use)
        say(f"kept in {file}")
        return open_()


def _ask_about_key(host: str) -> KeyUse | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    say(f"triage.toml names a language model at {host}, a host that your OPENAI_API_KEY was never sent to.")
    say("Send it your key?  y: yes, from now on   n: no, ask the model without a key   Enter: not now")
    answer = sys.stdin.readline().strip().casefold()
    return {"y": KeyUse.SEND, "yes": KeyUse.SEND, "n": KeyUse.WITHHOLD, "no": KeyUse.WITHHOLD}.get(answer)
