"""Rules and a model brought together: the rules' facts, with what stands of the model's answer put in."""

from dataclasses import replace

from triage.drafting.checking import Kept
from triage.drafting.datasets import name_key
from triage.models import Facts


def merged(facts: Facts, kept: Kept) -> Facts:
    """`facts` with the model's summary if it stands, its datasets added, and its links where the rules found none.

    Its stars stay out: how much a paper matters is an opinion, and the paper's own text may have asked for them."""
    return replace(
        facts,
        summary=kept.summary or facts.summary,
        datasets=_union(facts.datasets, kept.datasets),
        code_url=facts.code_url or kept.links.get("code_url"),
        project_url=facts.project_url or kept.links.get("project_url"),
    )


def _union(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    known = {name_key(name) for name in first}
    return (*first, *(name for name in more if name_key(name) not in known))
