"""Which sentences claim something and cite nothing, so that a reader has nothing to look up.

A sentence is listed only where it plainly speaks of what others found or of how the field stands. What the authors say
of their own work, what leads from one thought to the next, and what goes on about the work cited just before is not.
"""

import re
from collections.abc import Iterator, Sequence

from triage.verifying.verdict import Statement

_OWN = re.compile(
    r"\b(?:we|our|ours|us|i|my|this (?:paper|work|survey|review|section|article|study|thesis|chapter|report|answer)|"
    r"the (?:present|following|next|previous|remainder|rest|above)|here|in this|herein|table|tab|fig|figure|section|"
    r"sec|equation|eq|appendix|algorithm|theorem|lemma|chapter)\b|…",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"(?:let|consider|suppose|assume|note|recall|see|first|next|finally|to (?:this end|summari[sz]e|conclude)|"
    r"in (?:summary|conclusion|what follows)|the papers?|how|what|why|which|if|imagine|for (?:example|instance))\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:outperform\w*|surpass\w*|achiev\w+|improv\w+|reduc\w+|increas\w+|decreas\w+|exceed\w*|degrad\w+|"
    r"(?:has|have) (?:been )?(?:shown|demonstrated|proven|reported|found|become|emerged|attracted|dominated|led|made|"
    r"focused|relied|explored|studied|proposed|introduced)|(?:is|are|was|were) (?:widely|commonly|often|typically|"
    r"known|considered|shown|believed|regarded|reported|prone|superior|inferior|more|less|better|worse)|"
    r"(?:shows?|showed|demonstrates?|demonstrated|reveals?|suggests?|reports?|reported|finds?|found|confirms?|proves?) "
    r"that|fails? (?:to|in|on|at|under|when|for|with)|struggles?|"
    r"suffers? from|leads? to|results? in|relies on|rely on|requires?|causes?|"
    r"remains? (?:a|an|the|one|challenging|difficult|unclear|open|limited))\b",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\b(?:most|many|several|existing|previous|prior|recent|early|earlier|current|traditional|conventional|"
    r"state-of-the-art|(?:deep|machine|self-supervised|unsupervised|supervised) (?:learning )?(?:methods?|models?|"
    r"approaches|works?|stud(?:y|ies)|networks?|techniques?)|studies|researchers|authors|clinicians|experts|patients|"
    r"in recent years|it is (?:well[ -])?known)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b|times\b|million\b|billion\b|×)")
_BACK = re.compile(
    r"(?:(?:however|moreover|furthermore|additionally|also|in addition|in contrast|further|yet|but|thus|hence|"
    r"therefore|consequently|specifically|in particular|notably|instead|as a result|for example|for instance|here|"
    r"similarly|likewise|again|then|finally|here|there)\b,?\s*)?"
    r"(?:they|it|its|their|he|she|his|her|this|these|those|that|both|the (?:authors?|method|model|approach|paper|study|"
    r"framework|network|latter|former|same|work|system|resulting|proposed|result|results)|such|the two|one of them|"
    r"all of (?:them|these)|each of)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 8


def uncited(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Those of a draft's statements that claim something and cite nothing, in order."""
    covered, section = False, ""
    for one in statements:
        if one.section != section:
            covered, section = False, one.section
        if one.citations:
            covered = True
        elif not (covered and refers_back(one.text)):
            covered = False
            if claims(one.text):
                yield one


def claims(text: str) -> bool:
    """Whether a sentence plainly claims something about the work of others or the state of a field."""
    if len(text.split()) < _LEAST_WORDS or text.rstrip().endswith(("?", ":")) or not text.rstrip(" ”\"').").strip():
        return False
    if _OWN.search(text) or _LEADS.match(text):
        return False
    return _NUMBER.search(text) is not None or (_FOUND.search(text) is not None and _FIELD.search(text) is not None)


def refers_back(text: str) -> bool:
    """Whether a sentence goes on about what the one before it spoke of: "They also …", "However, the method …"."""
    return _BACK.match(text) is not None
