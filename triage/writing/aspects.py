"""What a sentence of a paper is about: what the paper does, how, on which data, with what result, what it cannot do.

By rules: words that authors use, the section in which the sentence stands, and whether it speaks of the paper's own
work. A sentence that leans on the one before it ("This …", "As shown in Fig. 3") is not chosen for any aspect.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from triage.drafting.sentences import find_claim
from triage.evidence.prose import is_prose
from triage.evidence.source import ABSTRACT_PAGE, Sentence, Source
from triage.writing.paraphrase import without_lead


class Aspect(StrEnum):
    """What a survey says of a paper."""

    CONTRIBUTION = "what the papers do"
    APPROACH = "approaches"
    CONTRAST = "how the approaches differ"
    DATA = "data sets and metrics"
    RESULT = "reported results"
    LIMITATION = "limitations"
    OPEN = "open questions"
    NAMED = "also in this group"


QUOTED = (Aspect.LIMITATION, Aspect.OPEN)
"""What a survey gives in the authors' own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that tells one aspect of a paper; `worth` (above 0, higher is better) orders those of one paper."""

    aspect: Aspect
    sentence: Sentence
    worth: float


class Part(StrEnum):
    """The part of a paper in which a sentence stands, as its heading tells."""

    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    RELATED = "related work"
    METHOD = "method"
    RESULTS = "results"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    BACK = "back matter"


_HEADINGS = (
    (Part.ABSTRACT, r"abstract|summary"),
    (Part.INTRODUCTION, r"introduction|motivation"),
    (Part.RELATED, r"related|previous work|prior work|recent work|background|literature|preliminar"),
    (Part.DISCUSSION, r"discussion|limitation|future|outlook"),
    (Part.CONCLUSION, r"conclu"),
    (Part.RESULTS, r"result|experiment|evaluation|ablation|comparison|performance|analysis"),
    (Part.BACK, r"acknowledg|appendix|supplement|ethic|funding|conflict|availability|disclosure"),
)
_PARTS = tuple((part, re.compile(rf"\b(?:{words})", re.I)) for part, words in _HEADINGS)


def part_of(sentence: Sentence) -> Part:
    """The part of the paper in which it stands; a heading of the paper's own words is taken for the method's."""
    if sentence.page == ABSTRACT_PAGE:
        return Part.ABSTRACT
    return _part_under(sentence.heading)


@lru_cache(maxsize=4096)
def _part_under(heading: str) -> Part:
    return next((part for part, words in _PARTS if words.search(heading)), Part.METHOD)


_LEANING = re.compile(
    r"^(?:(?:however|moreover|furthermore|therefore|thus|hence|additionally|also|besides|finally|then|so|and|but|"
    r"consequently|accordingly|nevertheless|nonetheless|similarly|likewise|conversely|instead|note|indeed|in fact|"
    r"as a result|for example|for instance|that is|in this way|in contrast|here|meanwhile|specifically|overall),?\s+"
    r"(?:that\s+)?)?"
    r"(?:this(?! (?:paper|work|study|article|survey|thesis|review)\b)|these|those|that|it|its|they|their|them|such|he|"
    r"she|the (?:former|latter|above|same|other|others|second|third|first|rest)|both|another|other|others|similar|as "
    r"(?:shown|seen|discussed|described|mentioned|illustrated|expected|before|can|we)|one of the (?:drawbacks|"
    r"limitations|advantages) of this|to (?:this|that) end|for (?:this|that)|as such)\b",
    re.I,
)
"""How a sentence begins that only the one before it explains."""

_POINTING = re.compile(
    r"(?i)\b(?:fig(?:ure|s|\.)|tables?|tab\.|eq(?:uation|s|\.)|sec(?:tion|s|\.)|algorithm|appendix|supplementa\w+)\s?"
    r"\(?[\dA-Z]|\b(?:these|those|such) (?:two |three )?(?:issues?|challenges?|problems?|limitations?|gaps?|drawbacks?|"
    r"shortcomings?|reasons?|end|difficult\w+|assumptions?|findings?|results?|questions?|methods?|approach(?:es)?|"
    r"techniques?|models?|steps?|metrics?|settings?|datasets?|tasks?|data|cases?|effects?|insights?|observations?|"
    r"aspects?|goals?|frameworks?|strateg\w+|ideas?|networks?)\b|"
    r"\bthis (?!paper|work|study|article|survey|review|thesis|report)\w+|\b(?:above|below)(?=[,.;)]|$)|"
    r"\b(?:as follows|the following|the above|aforementioned|former|latter|our previous|i\.e\.?,? ours|hereafter|"
    r"(?:that|whether|how) (?:it|they) (?:is|are|can|has|have|was|were|does|do|\w+s)|(?:the )?other methods|"
    r"previously (?:described|mentioned)|"
    r"(?:demonstrate|show|evaluate|validate|assess|establish|verify|confirm) its)\b"
)
"""What points to another place of the paper."""

_UNCLEAR_START = re.compile(
    r"(?i)^(?:(?:to|by|with|for|in|from|after|based|using|given|under|while|when|as|through|via|"
    r"beyond) )?(?:[\w-]+ ){0,5}"
    r"(?:them|it|they|these|those|its|their|that (?:gap|end|issue|problem)|this (?!paper|work|study|article|survey|"
    r"review|"
    r"thesis|report))\b(?=.*\b(?:we|our)\b)|\bseeks? to bridge\b"
)
"""A pronoun before the authors come in: what it stands for is in another sentence."""

_IT = re.compile(r"^[^,]{0,160}, (?:it|they) \w")
"""A main clause about something that the sentence has not named: "For small data, it improves …"."""

_DEBRIS = re.compile(
    r"[$=∑∏∫√∈≤≥∥→←↦∂∇{}\\^_|<>�†‡§∗]|\(\d{1,2}\)|\bet al\b[^)]{0,30}$|[αβγδεθλμσφψω]|\d\.\d+ \d|\b[A-Z]\. [A-Z][a-z]"
)
_LONGEST = 48


def stands_alone(text: str) -> float:
    """How well a sentence can be read without those around it, 0 (not at all) to 1."""
    words = len(text.split())
    if words < 7 or words > _LONGEST + 12 or _LEANING.search(text) or _POINTING.search(text) or _DEBRIS.search(text):
        return 0.0
    if "?" in text or _UNCLEAR_START.search(text) or _IT.search(text):
        return 0.0
    if text.count("(") != text.count(")") or text.count("“") != text.count("”") or text.count('"') % 2:
        return 0.0
    value = 1.0 - 0.02 * max(words - 32, 0)
    value -= (
        0.25
        if re.match(r"(?i)(?:however|moreover|furthermore|therefore|thus|additionally|also|finally)\b", text)
        else 0
    )
    value *= 0.5 if re.search(r"(?i)\b(?:these|those) [a-z]", text) else 1.0
    value -= 0.1 * len(re.findall(r"\([^()]{0,60}\b(?:19|20)\d\d[a-z]?\)|\[\d", text))
    return max(value, 0.1)


_OWN = re.compile(
    r"(?i)\b(?:we|our|ours|us|this (?:paper|work|study|article|survey)|the (?:proposed|presented|current))\b"
)
_NUMBER = re.compile(
    r"(?i)\b(?:of|by|to|from|at|than|is|was|with|and|over|about|approximately|around|nearly|achiev\w{1,4}|"
    r"reach\w{0,4}|up to|"
    r"an?)\s(?:only\s)?(?:\d{1,3}(?:\.\d{1,4})?\s?%|\d{0,2}\.\d{1,4}(?!\w)|\d{1,4}(?:\.\d{1,2})?\s?(?:×|x)(?!\w))"
)
_METRIC = re.compile(
    r"(?i)\b(?:dice|dsc|auc|auroc|auprc|auc-?pr|aupr|accuracy|f1|f-score|iou|miou|map|precision|recall|sensitivity|"
    r"specificity|psnr|ssim|lpips|fid|bleu|rouge|perplexity|error rate|rmse|mae|mse|score|wer|success rate|pass@\d|"
    r"hausdorff|correlation|speed-?up|faster|improve\w*|gain\w*|reduc\w+)\b"
)
_WINNING = re.compile(
    r"(?i)\b(?:outperform\w*|state[- ]of[- ]the[- ]art|surpass\w*|achiev\w+|exceed\w*|superior|comparable|on par|"
    r"improv\w+|reduc\w+|results? (?:show|demonstrate|indicate|suggest)|experiments? (?:show|demonstrate|reveal)|"
    r"we (?:find|found|observe|show|report|demonstrate)|reveal\w*|yield\w*)\b"
)
_SETUP = re.compile(
    r"(?i)\b(?:learning rate|epochs?|batch size|hyper-?param\w+|early stopping|randomly|seeds?|optimi[sz]er|"
    r"initiali[sz]ed|"
    r"we hope|we believe)\b"
)
_AHEAD = re.compile(
    r"(?i)\b(?:outperform\w*|state[- ]of[- ]the[- ]art|surpass\w*|superior to|exceed\w*|comparable to|on par|"
    r"(?:show|demonstrate|reveal|find|found|observe|indicate|suggest|confirm)(?:s|ed)? that)\b"
)
_MEASURING = re.compile(
    r"(?i)\b(?:results?|experiments?|evaluations?|stud(?:y|ies)|analys[ei]s|achieves|outperforms|surpasses|reaches|"
    r"attains)\b"
)
"""Words of a sentence on results that need not say "we"."""
_HOW = re.compile(
    r"(?i)\b(?:consists? of|compris\w+|is based on|are based on|builds? (?:up)?on|is trained|are trained|combin\w+|"
    r"integrat\w+|leverag\w+|employ\w*|us(?:e|es|ing)|utili[sz]\w+|learn\w*|encod\w+|architecture|loss|module|network|"
    r"transformer|autoencoder|diffusion|attention|pre-?train\w*|fine-?tun\w*|condition\w*|by (?:\w+ly )?\w+ing|first|"
    r"two-stage|pipeline|framework)\b"
)
_DETAIL = re.compile(
    r"(?i)\b(?:tensorflow|pytorch|keras|adam|layers?|channels?|kernels?|stride|GPUs?|"
    r"\d+ (?:convolutional|blocks?|images?))\b|\d{2}"
)
_DOING = re.compile(
    r"(?i)\b(?:we|our (?:\w+ ){0,2}(?:method|model|approach|framework|network|system|pipeline|architecture|algorithm))"
    r"\s+(?:\w+ly\s+|then\s+|first\s+|also\s+|further\s+)?(?:use|train|employ|adopt|leverag|learn|combin|integrat|"
    r"utili[sz]|appl|design|formulat|model|encod|extend|incorporat|optimi[sz]|replac|introduc|consist|compris|build|"
    r"adapt|exploit|generat|estimat|predict|represent|construct|fine-tun|pre-?train|augment|align|decompos|rely|relies|"
    r"treat|cast|fus|extract|select|partition|propos|develop|implement|perform|compute)"
)
_UNLIKE = re.compile(
    r"(?i)\b(?:unlike|in contrast (?:to|with)|contrary to|as opposed to|instead of|rather than|"
    r"different(?:ly)? (?:from|"
    r"than|to)|departs? from|differs? from|without (?:the need|requiring|relying|any)|while (?:previous|prior|existing|"
    r"most|other)|whereas|compared (?:to|with) (?:previous|prior|existing|other|conventional|standard|traditional))\b"
)
_WEAKNESS = re.compile(
    r"(?i)\b(?:limitations?|drawbacks?|shortcomings?|weakness(?:es)?|limited (?:to|by)|restricted to|fails? to|"
    r"struggl\w+|cannot|can not|(?:does|do|did) not (?:generali[sz]e|capture|account|consider|perform|handle|cover|"
    r"improve|address|include|evaluate|scale)|not (?:yet )?(?:able|suitable|applicable|considered|evaluated|tested|"
    r"validated)|at the cost of|lack of|computationally (?:expensive|demanding)|sensitive to|"
    r"(?:more|longer|increased?) (?:inference|training|computation\w*) times?|increase in inference|only (?:evaluated|"
    r"tested|considered|validated)|rather poor|remains? limited|we caution|caveats?)\b"
)
_OWN_LIMIT = re.compile(
    r"(?i)\blimitations? of (?:our|this)|\bwe (?:caution|acknowledge)|\bour (?:\w+ ){0,3}(?:is|are|was|were|remains?|"
    r"has|have) "
    r"(?:\w+ )?limit"
)
_FUTURE = re.compile(
    r"(?i)\b(?:future (?:work|works|research|studies|study|directions?|investigations?|efforts?)|in (?:the )?future|"
    r"remains? (?:an? )?(?:open|to be|unclear|unknown|unexplored)|further (?:research|investigation|work|studies|study|"
    r"validation) (?:is|are|on|into|should|will|could|may)|open (?:questions?|problems?|challenges?)|we (?:plan|intend|"
    r"aim|leave)|left for|promising (?:direction|avenue)|worth (?:exploring|investigating)|would be interesting|"
    r"interesting to|yet to be)\b"
)
_OTHERS = re.compile(
    r"(?i)\b(?:existing|previous|prior|current|most|many|traditional|conventional|other|recent|these|state-of-the-art|"
    r"supervised) (?:\w+ ){0,3}(?:methods?|approaches|models?|works?|studies|techniques|systems|solutions|literature|"
    r"datasets?|benchmarks?|networks?|algorithms?|pipelines?|frameworks?|research|LLMs)\b"
)


def tell(source: Source) -> tuple[Told, ...]:
    """Every sentence of the paper that tells an aspect of it, in reading order; a sentence may tell several."""
    ordinary = frozenset(re.findall(r"(?<![\w-])[a-z]+", " ".join(one.text for one in source.sentences[:60])))
    name = method_name(source.title)
    abstract = [one for one in source.sentences if part_of(one) == Part.ABSTRACT]
    motives = frozenset(abstract[: int(len(abstract) * _MOTIVES)])
    found: list[Told] = []
    for sentence in _before_appendix(source.sentences):
        text = " ".join(sentence.text.split())
        alone = stands_alone(without_lead(text)) if is_prose(sentence) else 0.0
        if alone <= 0:
            continue
        own = bool(_OWN.search(text)) or bool(name and name in text)
        for aspect, worth in _worths(text, part_of(sentence), own, source.title, ordinary):
            if worth > 0 and not (aspect == Aspect.OPEN and sentence in motives):
                found.append(Told(aspect, sentence, worth * alone))
    return tuple(found)


_MOTIVES = 0.6
"""The share of an abstract in which an open question is what the paper sets out to solve."""


def _before_appendix(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """The sentences up to the end of the conclusion, or all where there is none."""
    last = max((place for place, one in enumerate(sentences, 1) if part_of(one) == Part.CONCLUSION), default=0)
    return sentences[:last] if last else sentences


def best(told: Sequence[Told], aspect: Aspect) -> list[Told]:
    """Those that tell this aspect, best first."""
    return sorted((one for one in told if one.aspect == aspect), key=lambda one: -one.worth)


def _worths(text: str, part: Part, own: bool, title: str, ordinary: frozenset[str]) -> list[tuple[Aspect, float]]:
    if part in (Part.RELATED, Part.BACK):
        return []
    return [
        (Aspect.CONTRIBUTION, _contribution(text, part, title, ordinary)),
        (Aspect.APPROACH, _approach(text, part, own)),
        (Aspect.CONTRAST, _contrast(text, part, own)),
        (Aspect.RESULT, _result(text, part, own)),
        (Aspect.LIMITATION, _limitation(text, part, own)),
        (Aspect.OPEN, _open(text, part, own)),
    ]


_CLAIMED_IN = {Part.ABSTRACT: 3.0, Part.INTRODUCTION: 1.0, Part.CONCLUSION: 0.5, Part.DISCUSSION: -0.5}


def _contribution(text: str, part: Part, title: str, ordinary: frozenset[str]) -> float:
    if part not in _CLAIMED_IN or _FUTURE.search(text):
        return 0.0
    claim = find_claim(text, title, ordinary)
    if claim is None or claim.worth < 1.5:
        return 0.0
    shared = len(content_stems(title) & content_stems(text)) / max(len(content_stems(title)), 1)
    new = 2.0 if claim.verb in _NEW else 0.0
    return max(claim.worth + _CLAIMED_IN[part] + 3 * shared + new, 0.0)


_NEW = frozenset("propose introduce present develop design".split())
"""What authors do with what is theirs, rather than with what they use or measure."""


def _approach(text: str, part: Part, own: bool) -> float:
    if part not in (Part.ABSTRACT, Part.INTRODUCTION, Part.METHOD, Part.CONCLUSION) or not own or _FUTURE.search(text):
        return 0.0
    if (
        _SETUP.search(text)
        or _OTHERS.search(text)
        or (_WINNING.search(text) and not _DOING.search(text))
        or not _HOW.search(text)
    ):
        return 0.0
    if re.match(r"(?i)(?:\w+\s){0,3}(?:results|experiments|findings|evaluat\w+|analysis)\b", text):
        return 0.0
    doing = 2.0 if _DOING.search(text) else 0.0
    told = min(len(_HOW.findall(text)), 3) * 0.4 - 1.5 * bool(_DETAIL.search(text))
    return doing + told + {Part.ABSTRACT: 1.5, Part.INTRODUCTION: 0.8, Part.METHOD: 0.4}.get(part, 0.0)


def _contrast(text: str, part: Part, own: bool) -> float:
    if part in (Part.RESULTS, Part.DISCUSSION) or not own or not _UNLIKE.search(text) or _FUTURE.search(text):
        return 0.0
    if _NUMBER.search(text) or re.search(r"(?i)\b(?:baselines|outperform\w*)\b", text):
        return 0.0
    return 2.0 + (1.0 if part in (Part.ABSTRACT, Part.INTRODUCTION) else 0.0) + (1.0 if _DOING.search(text) else 0.0)


def _result(text: str, part: Part, own: bool) -> float:
    if part not in (Part.ABSTRACT, Part.RESULTS, Part.CONCLUSION, Part.DISCUSSION, Part.INTRODUCTION):
        return 0.0
    if not _WINNING.search(text) or (_FUTURE.search(text) and part != Part.ABSTRACT) or _WEAKNESS.search(text):
        return 0.0
    if _SETUP.search(text):
        return 0.0
    measured = 3.0 if _NUMBER.search(text) and _METRIC.search(text) else 0.0
    if not measured and (part not in (Part.ABSTRACT, Part.CONCLUSION) or not _AHEAD.search(text)):
        return 0.0
    if not own and (part == Part.INTRODUCTION or not _MEASURING.search(text)):
        return 0.0
    ours = 1.0 if own else 0.0
    return measured + ours + {Part.ABSTRACT: 1.5, Part.CONCLUSION: 1.0, Part.RESULTS: 0.3}.get(part, 0.0)


def _limitation(text: str, part: Part, own: bool) -> float:
    if part in (Part.INTRODUCTION, Part.METHOD) or not _WEAKNESS.search(text) or _SETUP.search(text):
        return 0.0
    named = re.search(r"(?i)\b(?:limitation|drawback|shortcoming|weakness|caveat)", text) is not None
    if (part == Part.ABSTRACT or not named) and (not own or _OTHERS.search(text)):
        return 0.0
    closing = {Part.DISCUSSION: 2.0, Part.CONCLUSION: 1.5}.get(part, 0.0)
    if part == Part.ABSTRACT and not _OWN_LIMIT.search(text):
        return 0.0
    return closing + (1.5 if named else 0.0) + (1.0 if own else 0.0)


def _open(text: str, part: Part, own: bool) -> float:
    if part in (Part.INTRODUCTION, Part.METHOD, Part.RESULTS) or not _FUTURE.search(text):
        return 0.0
    if _PRAISE.search(text) or (part == Part.ABSTRACT and not _SURELY_OPEN.search(text)):
        return 0.0
    return 2.0 + (0.5 if own else 0.0) + {Part.DISCUSSION: 0.7, Part.CONCLUSION: 1.0}.get(part, 0.0)


_PRAISE = re.compile(
    r"(?i)\b(?:benchmark|baselines?|foundation|pav\w+ the way|available|inspir\w+|highlights?|contribut\w+|opens?(?! "
    r"(?:question|problem|challenge|issue))(?: up)?|general purpose|valuable|essential|we (?:propose|present|"
    r"introduce|analy[sz]e|discuss|outline|review|provide))\b"
)
"""Words by which authors praise what they leave behind, or announce it, rather than say what is open."""
_SURELY_OPEN = re.compile(
    r"(?i)\b(?:remains? (?:an? )?(?:\w+ )?(?:open|challeng\w+|unclear|unsolved|unresolved|difficult)|future (?:work|"
    r"research|studies) (?:should|will|could|may|is|are|includes?|must|needs?)|further (?:research|work|investigation|"
    r"studies) (?:is|are|should|will|could)|in future work|open (?:questions?|problems?) (?:is|are|remain))\b"
)
_SMALL = frozenset(
    "a an the of for in on with to and or by from via using towards toward as at is are its be into over under between "
    "based through new novel approach method methods model models".split()
)


def content_stems(text: str) -> set[str]:
    """The beginnings of the words that tell something: two sentences that share most of them say the same."""
    return {word[:6] for word in re.findall(r"[a-z]{3,40}", text.casefold()) if word not in _SMALL}


def method_name(title: str) -> str:
    """What the paper calls its method, if the title begins with it: "MedSegDiff: Medical …" → "MedSegDiff"; "" else."""
    head = title.partition(":")[0].strip() if ":" in title else ""
    known = re.fullmatch(r"[A-Za-z][\w+-]{2,24}(?: ?\d[\w.]{0,3})?", head)
    return head if known and (re.search(r"[A-Z0-9].*[A-Z]|[a-z][A-Z]|\d", head) is not None) else ""
