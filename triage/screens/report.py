"""What came of a draft as one page of HTML: each sentence beside its source, with a filter by verdict.

The page needs no network and runs no script; a policy in it forbids both. Every text in it is somebody else's, and
escaped.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from triage.evidence.source import Source
from triage.evidence.words import stems
from triage.identity import arxiv_id
from triage.screens.console import one_line, plural
from triage.steps.verify import CheckedRecord, Report
from triage.verifying.records import Verdict
from triage.verifying.verdict import Checked, Proof, Statement, Support

MARKS = {Support.SUPPORTED: "✓", Support.PARTLY: "≈", Support.UNSUPPORTED: "✗", Support.CANNOT_TELL: "?"}
"""A sign for each verdict, so that nobody has to tell them by their colour."""

_NAMES = {
    Support.SUPPORTED: "supported",
    Support.PARTLY: "partly",
    Support.UNSUPPORTED: "unsupported",
    Support.CANNOT_TELL: "cannot-tell",
}
_ORDER = (Support.UNSUPPORTED, Support.PARTLY, Support.CANNOT_TELL, Support.SUPPORTED)
_REASONS = {
    Support.SUPPORTED: "the cited paper speaks of this",
    Support.PARTLY: "the cited paper speaks of a part of this",
    Support.UNSUPPORTED: "the cited paper does not speak of this; others of the collection are nearer to it",
    Support.CANNOT_TELL: "the cited paper is near to this, but words and meaning do not settle it",
}
_WORD = re.compile(r"\d+\.\d+|[^\W_]+")
_CITATION = re.compile(r"(\[[^\[\]]{1,500}\])")


def why(checked: Checked) -> list[str]:
    """The reasons for a verdict, for a person: what was found, else what the score means."""
    reasons = [finding.reason for finding in checked.findings]
    if not reasons and checked.by == "scored":
        return [_REASONS[checked.support]]
    if not reasons and checked.support == Support.SUPPORTED:
        return ["the quotation stands there, word for word"]
    return reasons


def counted_records(report: Report) -> str:
    """How many records have each verdict: "12 agree, 2 described differently, 1 wrong"."""
    counted = Counter(one.verdict.verdict for one in report.records)
    said = {Verdict.AGREES: "agrees" if counted[Verdict.AGREES] == 1 else "agree", Verdict.ANOTHER: "of another paper"}
    return ", ".join(f"{counted[one]:,} {said.get(one, one)}" for one in Verdict if counted[one])


def report_page(report: Report) -> str:
    """The whole page."""
    title = f"Verified: {_text(report.draft.name)}"
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body>",
        *_filters(report),
        f"<header><h1>{_text(report.draft.name)}</h1>{_summary(report)}</header><main>",
        *_sentences(report),
        *_uncited(report.uncited),
        *_records(report),
        "</main><footer>A sentence is compared with the passages of the papers that it cites. By words and meaning "
        "alone, a wrong source is found out, a contradiction is not: read the passage. Made by triage verify.</footer>"
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    """A text of a draft or a paper, made harmless, to stand anywhere in the page."""
    return escape(one_line(text), quote=True)


def _filters(report: Report) -> Iterator[str]:
    """A radio button for each verdict: the style sheet shows what is chosen. They stand before everything else, since
    only then can it."""
    yield '<input type="radio" name="shown" id="f-all" checked aria-label="Show all sentences">'
    for support in _ORDER:
        if report.counts[support]:
            name = _NAMES[support]
            yield f'<input type="radio" name="shown" id="f-{name}" aria-label="Show {support} sentences only">'


def _summary(report: Report) -> str:
    keys = {citation.key for one in report.checked for citation in one.statement.citations}
    chips = [f'<label for="f-all" class="chip all"><b>{len(report.checked):,}</b> all</label>']
    chips += [
        f'<label for="f-{_NAMES[support]}" class="chip {_NAMES[support]}"><b>{count:,}</b> '
        f"<span aria-hidden=true>{MARKS[support]}</span> {support}</label>"
        for support in _ORDER
        if (count := report.counts[support])
    ]
    more = []
    if report.uncited:
        more.append(f'<a href="#uncited">{plural(len(report.uncited), "claim")} without a citation</a>')
    if report.records:
        wrong = len(report.wrong_records)
        said = f", {wrong:,} to be put right" if wrong else ""
        more.append(f'<a href="#records">{plural(len(report.records), "record")} in the bibliography{said}</a>')
    line = f"{plural(len(report.checked), 'sentence')} with citations of {plural(len(keys), 'work')}"
    return f'<p class="lead">{" · ".join([line, *more])}</p><nav aria-label="Filter">{"".join(chips)}</nav>'


def _sentences(report: Report) -> Iterator[str]:
    heading = None
    for checked in report.checked:
        if checked.statement.section != heading:
            heading = checked.statement.section
            names = {_NAMES[one.support] for one in report.checked if one.statement.section == heading}
            yield f'<h2 class="{" ".join(sorted(names))}">{_text(heading) or "Before the first heading"}</h2>'
        yield _card(checked, report)


def _card(checked: Checked, report: Report) -> str:
    statement, support = checked.statement, checked.support
    told = why(checked) if support != Support.SUPPORTED or checked.findings else []
    reasons = "".join(f"<li>{_text(reason)}</li>" for reason in told)
    likely = "" if checked.probability is None else f" · {_percent(checked.probability)} likely the right source"
    shared = _stems(statement.text) & {word for proof in checked.proofs for word in _stems(proof.sentence.text)}
    rule = "decided by rule" if support != Support.CANNOT_TELL else "nothing to compare it with"
    by = {"mechanical": rule, "scored": "by words and meaning"}.get(checked.by, f"read by {checked.by}")
    return (
        f'<article class="card {_NAMES[support]}"><section class="said"><p class="verdict">'
        f'<span class="badge"><span aria-hidden=true>{MARKS[support]}</span> {support}</span>'
        f'<span class="place">{_place(statement)}</span></p>'
        f'<p class="sentence">{_written(statement, shared)}</p>'
        f'{f"<ul class=why>{reasons}</ul>" if reasons else ""}<p class="by">{_text(by)}{likely}</p></section>'
        f'<section class="source">{_sources(checked, report, shared)}</section></article>'
    )


def _place(statement: Statement) -> str:
    return f"{_text(statement.file)}:{statement.line}" if statement.line else _text(statement.file)


def _percent(share: float) -> str:
    return f"{min(max(round(100 * share), 1), 99)} %"


def _written(statement: Statement, shared: set[str]) -> str:
    """The sentence with its citations set off and the words marked that its source has, too."""
    keys = tuple(citation.key for citation in statement.citations)
    made = []
    for part in _CITATION.split(statement.written or statement.text):
        if part.startswith("[") and part[1:].startswith(keys):
            made.append(f'<cite class="key">{_text(part)}</cite>')
        else:
            made.append(_marked(part, shared))
    return "".join(made)


def _marked(text: str, shared: set[str]) -> str:
    """The text with the words in <mark> whose stem is among `shared`."""
    made, at = [], 0
    text = one_line(f"·{text}·")[1:-1]  # The blanks at either end stay.
    for found in _WORD.finditer(text):
        words = _stems(found[0])
        if words and words <= shared:
            made += [escape(text[at : found.start()]), f"<mark>{escape(found[0])}</mark>"]
            at = found.end()
    return "".join((*made, escape(text[at:]))).replace("</mark> <mark>", " ")


def _stems(text: str) -> set[str]:
    return set(stems(text))


def _sources(checked: Checked, report: Report, shared: set[str]) -> str:
    if not checked.proofs:
        cited = [report.papers[one.key] for one in checked.statement.citations if one.key in report.papers]
        known = "".join(f"<p class=paper>{_paper(source)}</p>" for source in cited)
        return f"{known}<p class=none>There is no passage to set beside it.</p>"
    best, *others = checked.proofs
    more = "".join(_passage(proof, report, shared) for proof in others)
    label = f"<summary>{plural(len(others), 'more passage')}</summary>"
    return _passage(best, report, shared) + (f"<details>{label}{more}</details>" if others else "")


def _passage(proof: Proof, report: Report, shared: set[str]) -> str:
    sentence, source = proof.sentence, report.papers.get(proof.key)
    page = f"p. {sentence.page}" if sentence.page else "abstract"
    heading = f" · {_text(sentence.heading)}" if sentence.heading and sentence.page else ""
    paper = _paper(source) if source else _text(proof.paper_id)
    return (
        f"<figure><blockquote>{_marked(sentence.text, shared)}</blockquote><figcaption>"
        f'<b class="key">[{_text(proof.key)}, {page}]</b>{heading}<br>{paper}</figcaption></figure>'
    )


def _paper(source: Source) -> str:
    number = arxiv_id(source.paper_id)
    title = _text(source.title)
    linked = f'<a href="https://arxiv.org/abs/{escape(number, quote=True)}">{title}</a>' if number else title
    return f"{linked}{f', {source.year}' if source.year else ''}"


def _uncited(statements: Sequence[Statement]) -> Iterator[str]:
    if not statements:
        return
    yield '<section class="list" id="uncited"><h2>Claims without a citation</h2>'
    yield "<p>These sentences speak of what others found, or of the state of a field, and name no source.</p><ul>"
    for one in statements:
        yield f'<li><span class="place">{_place(one)}</span> {_text(one.text)}</li>'
    yield "</ul></section>"


_RECORD_NAMES = {
    Verdict.WRONG: "unsupported",
    Verdict.ANOTHER: "unsupported",
    Verdict.AGREES: "supported",
    Verdict.UNKNOWN: "cannot-tell",
}


def _records(report: Report) -> Iterator[str]:
    if not report.records:
        return
    yield f'<section class="list" id="records"><h2>Bibliography</h2><p>{counted_records(report)}.</p>'
    severity = list(Verdict)
    ordered = sorted(report.records, key=lambda one: -severity.index(one.verdict.verdict))
    shown = [one for one in ordered if one.verdict.verdict not in (Verdict.AGREES, Verdict.UNKNOWN)]
    if shown:
        yield "<ul class=records>"
        yield from (_record(one) for one in shown)
        yield "</ul>"
    for name, listed in (("unknown to us", _unknown(report)), ("never cited", report.unused)):
        if listed:
            yield f"<details><summary>{len(listed):,} {name}</summary><p>{_text(', '.join(listed))}</p></details>"
    yield "</section>"


def _unknown(report: Report) -> list[str]:
    return [one.key for one in report.records if one.verdict.verdict is Verdict.UNKNOWN]


def _record(one: CheckedRecord) -> str:
    verdict = one.verdict.verdict
    reasons = "".join(f"<li>{_text(part.field)}: {_text(part.reason)}</li>" for part in one.verdict.differences)
    return (
        f'<li class="{_RECORD_NAMES.get(verdict, "partly")}"><span class="badge">{verdict}</span> '
        f'<b class="key">{_text(one.key)}</b> {_text(one.title)} <span class="place">{_text(one.file)}:{one.line}'
        f"</span><ul>{reasons}</ul></li>"
    )


_FILTERED = "\n".join(
    f"#f-{name}:checked ~ main :is(.card, h2[class]):not(.{name}), #f-{name}:checked ~ main .list {{ display: none }}\n"
    f"#f-{name}:checked ~ header label[for=f-{name}] {{ box-shadow: 0 0 0 2px var(--ink) }}\n"
    f"#f-{name}:focus-visible ~ header label[for=f-{name}] {{ outline: 3px solid var(--link); outline-offset: 3px }}"
    for name in _NAMES.values()
)
_STYLE = f"""
:root {{ color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --soft: #5c6570; --line: #e2dfd9;
  --mark: #fff0b3; --link: #1f5fa8; --supported: #1d7a46; --partly: #9a6700; --unsupported: #b3261e;
  --cannot-tell: #4b5f78 }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #15181c; --card: #1d2126; --ink: #e8e6e1; --soft: #a2abb5;
  --line: #343a41; --mark: #5a4a12; --link: #8ab8f0; --supported: #6fd39a; --partly: #e8b954; --unsupported: #ff8f85;
  --cannot-tell: #a9bdd6 }} }}
* {{ box-sizing: border-box }}
body {{ margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere }}
body > input {{ position: absolute; opacity: 0; pointer-events: none }}
h1 {{ font-size: 1.7rem; margin: 0; line-height: 1.2 }}
h2 {{ font-size: 1.05rem; margin: 2.2rem 0 .8rem; color: var(--soft); font-weight: 600 }}
a {{ color: var(--link); text-underline-offset: .15em }}
.lead {{ color: var(--soft); margin: .4rem 0 1.1rem }}
nav {{ display: flex; flex-wrap: wrap; gap: .6rem }}
.chip {{ --tone: var(--ink); cursor: pointer; padding: .4rem .9rem; border-radius: 2rem; border: 1px solid var(--line);
  background: var(--card); color: var(--tone) }}
.chip b {{ font-size: 1.1rem }}
#f-all:checked ~ header label[for=f-all] {{ box-shadow: 0 0 0 2px var(--ink) }}
#f-all:focus-visible ~ header label[for=f-all] {{ outline: 3px solid var(--link); outline-offset: 3px }}
.supported {{ --tone: var(--supported) }} .partly {{ --tone: var(--partly) }}
.unsupported {{ --tone: var(--unsupported) }} .cannot-tell {{ --tone: var(--cannot-tell) }}
.card {{ display: grid; grid-template-columns: 1fr 1fr; margin: 0 0 1rem; background: var(--card);
  border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: .6rem; overflow: hidden }}
.card > section {{ padding: 1rem 1.3rem 1.1rem; min-width: 0 }}
.source {{ border-left: 1px solid var(--line) }}
.verdict {{ display: flex; flex-wrap: wrap; gap: .4rem .9rem; align-items: baseline; margin: 0 0 .5rem }}
.badge {{ color: var(--tone); font-weight: 700; font-size: .85rem; white-space: nowrap }}
.place, .by, figcaption, .none, footer {{ color: var(--soft); font-size: .85rem }}
.sentence {{ margin: 0 0 .6rem; font-size: 1.06rem }}
.why {{ margin: 0; padding-left: 1.1rem; font-size: .92rem }} .why::marker, .why li::marker {{ color: var(--tone) }}
.by {{ margin: .5rem 0 0 }}
.key {{ font-style: normal; font-weight: 600; font-size: .86em; color: var(--link) }}
figure {{ margin: 0 }} details figure {{ margin-top: 1rem }}
blockquote {{ margin: 0 0 .5rem; font: 1.05rem/1.5 Charter, "Iowan Old Style", Georgia, "Noto Serif", serif }}
mark {{ background: var(--mark); color: inherit; border-radius: .2em; padding: 0 .08em }}
details {{ margin-top: .8rem }} summary {{ cursor: pointer; color: var(--link); font-size: .88rem }}
.list ul {{ padding-left: 1.2rem }} .list li {{ margin: .45rem 0 }}
.records {{ list-style: none; padding: 0 }} .records > li {{ border-left: 4px solid var(--tone); padding-left: .9rem }}
footer {{ margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem }}
@media (max-width: 46rem) {{ body {{ padding: 1.2rem .9rem 3rem }} .card {{ grid-template-columns: 1fr }}
  .card > section {{ padding: .9rem 1rem }} .source {{ border-left: 0; border-top: 1px solid var(--line) }} }}
@media print {{ nav, body > input {{ display: none }} .card {{ break-inside: avoid }} }}
{_FILTERED}
"""
