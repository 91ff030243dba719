"""The table that compares the papers of a section, and the facts in its cells, each with the page it stands on.

Nothing is guessed: a cell without knowledge is empty, and a column that is empty for nearly all papers is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.drafting.datasets import Gazetteer, find_datasets, learn_gazetteer, name_key
from triage.drafting.sentences import clean
from triage.evidence.prose import is_prose
from triage.evidence.source import ABSTRACT_PAGE, Evidence, Sentence, Source
from triage.writing.aspects import Part, method_name, part_of
from triage.writing.document import Cell, Citation, Table, Work
from triage.writing.paraphrase import subject_of


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a sentence of a paper."""

    name: str
    sentence: Sentence


_MOST_NAMES = 4
"""Data sets of one paper that a cell holds."""

_FILLED = 0.15
"""A column is shown if at least this share of the papers, and two of them, have something in it."""


def comparison_table(title: str, works: Sequence[Work], known: Gazetteer) -> Table | None:
    """A row for each work, oldest first; None for fewer than two works. `known` are the data sets to look for."""
    if len(works) < 2:
        return None
    rows = [_cells(work, known) for work in sorted(works, key=lambda work: (_year(work) or 9999, work.key))]
    names = [name for name in _COLUMNS if _is_shown(name, rows)]
    caption = f"{title}: {len(works)} papers compared"
    return Table(caption, tuple(names), tuple(tuple(row[name] for name in names) for row in rows))


_COLUMNS = ("Paper", "Year", "Venue", "Method", "Modality", "Data sets", "Reported", "Code")
_ALWAYS = ("Paper", "Year")


def _is_shown(name: str, rows: Sequence[dict[str, Cell]]) -> bool:
    filled = sum(bool(row[name].text) for row in rows)
    return name in _ALWAYS or filled >= max(2, _FILLED * len(rows))


def _year(work: Work) -> int | None:
    return work.facts.year or work.source.year


def _cells(work: Work, known: Gazetteer) -> dict[str, Cell]:
    year = _year(work)
    return {
        "Paper": Cell(
            subject_of(work.facts.authors).name if work.facts.authors else clean(work.source.title), Citation(work.key)
        ),
        "Year": Cell(str(year) if year else ""),
        "Venue": Cell(work.facts.venue or ""),
        "Method": Cell(method_name(work.source.title)),
        "Modality": _of_mentions(work, modalities(work)[:3]),
        "Data sets": _of_mentions(work, data_sets(work, known)[:_MOST_NAMES]),
        "Reported": _of_mentions(work, reported(work, known)[:2]),
        "Code": Cell("code", url=work.facts.code_url) if work.facts.code_url else Cell(),
    }


def _of_mentions(work: Work, mentions: Sequence[Mention]) -> Cell:
    if not mentions:
        return Cell()
    evidence = tuple(
        Evidence(f"{work.key}:{one.sentence.page}:{one.sentence.start}", work.source, one.sentence) for one in mentions
    )
    return Cell(
        ", ".join(one.name for one in mentions), Citation(work.key, mentions[0].sentence.page), evidence=evidence
    )


def known_data_sets(works: Sequence[Work], listed: Gazetteer | None = None) -> Gazetteer:
    """The names of data sets to look for in each of these papers: those in wide use, those that the list names (as it
    spells them), and those that any of the papers calls a data set."""
    known = learn_gazetteer([_IN_WIDE_USE, *(work.facts.datasets for work in works)])
    known = Gazetteer(known.names | (listed.names if listed else {}))
    called = [find_datasets(_texts(work.source), known) for work in works]
    return Gazetteer(learn_gazetteer(called).names | known.names)


_IN_WIDE_USE = (
    "BraTS;ImageNet;CIFAR-10;CIFAR-100;MNIST;MS COCO;COCO;Cityscapes;KITTI;nuScenes;Waymo Open Dataset;ADE20K;"
    "PASCAL VOC;MVTec AD;VisA;BTAD;CheXpert;MIMIC-CXR;ChestX-ray14;LIDC-IDRI;BTCV;LiTS;ACDC;ISIC 2018;OASIS;ADNI;IXI;"
    "UK Biobank;fastMRI;HAM10000;DRIVE;Kvasir-SEG;CVC-ClinicDB;MSLUB;CamCAN;CelebA;FFHQ;LSUN;Kinetics-400;UCF101;"
    "ActivityNet;ScanNet;ShapeNet;ModelNet40;Objaverse;LAION-5B;VQAv2;GQA;TextVQA;ScienceQA;MMMU;MathVista;GSM8K;"
    "HumanEval;MBPP;MMLU;BIG-bench;HellaSwag;TruthfulQA;SQuAD;HotpotQA;Natural Questions;MS MARCO;GLUE;SuperGLUE;"
    "WikiText-103;LibriSpeech;VoxCeleb;AudioSet;SWE-bench;LVIS;RefCOCO;Ego4D;DAVIS 2017;UCF-Crime;ShanghaiTech;"
    "CUHK Avenue"
)


def data_sets(work: Work, known: Gazetteer) -> list[Mention]:
    """The data sets that the paper uses, as far as they are known or its text calls them so, each as the paper spells
    it, with a sentence that names it."""
    names = [*work.facts.datasets, *find_datasets(_texts(work.source), known)]
    found: dict[str, Mention] = {}
    for name in names:
        mention = _naming(name, work.source)
        if mention and name_key(name) not in found:
            found[name_key(name)] = mention
    return list(found.values())


def _texts(source: Source) -> list[str]:
    """The abstract, then the pages, as far as their sentences are known."""
    pages: dict[int, list[str]] = {}
    for sentence in source.sentences:
        pages.setdefault(sentence.page, []).append(sentence.text)
    abstract = " ".join(one.text for one in source.sentences if part_of(one) == Part.ABSTRACT)
    return [abstract, *(" ".join(texts) for page, texts in sorted(pages.items()) if page != ABSTRACT_PAGE)]


_USE = re.compile(
    r"(?i)\b(?:data\s?sets?|benchmarks?|corpus|corpora|evaluat\w+|test\w*|train\w*|images from|experiments? on)\b"
)


def _naming(name: str, source: Source) -> Mention | None:
    """The sentence that says best that the paper uses what is named so, with the name as it stands there: the first of
    those that speak of data."""
    pattern = _spelling(name)
    naming = [
        (one, at) for one in source.sentences if part_of(one) != Part.RELATED and (at := pattern.search(one.text))
    ]
    prose = [(one, at) for one, at in naming if is_prose(one)] or naming
    best = next(((one, at) for one, at in prose if _USE.search(one.text)), next(iter(prose), None))
    return Mention(" ".join(best[1].group().split()), best[0]) if best else None


@lru_cache(maxsize=4096)
def _spelling(name: str) -> re.Pattern[str]:
    """The name however it is spelled: "MVTec AD" and "MVTec-AD" are one."""
    letters = (re.escape(letter) for letter in re.findall(r"[^\W_]", name)[:60])
    return re.compile(r"(?<![\w-])" + r"[\s_-]?".join(letters) + r"(?!\w)", re.I)


_MODALITIES = (
    ("MRI", r"MRI|MR (?:images?|imaging|scans?)|magnetic resonance"),
    ("CT", r"CT|computed tomography"),
    ("X-ray", r"(?i:(?:chest )?x-?rays?|radiographs?)"),
    ("ultrasound", r"(?i:ultrasound|echocardiogra\w{1,6})"),
    ("PET", r"PET"),
    ("OCT", r"OCT|optical coherence tomography"),
    ("fundus images", r"(?i:fundus|retinal images?)"),
    ("endoscopy", r"(?i:endoscop\w{1,5}|colonoscop\w{1,5})"),
    ("histopathology", r"(?i:histopatholog\w{1,6}|whole[- ]slide images?)"),
    ("microscopy", r"(?i:microscop\w{1,5})"),
    ("dermoscopy", r"(?i:dermoscop\w{1,5})"),
    ("video", r"(?i:videos?)"),
    ("point clouds", r"(?i:point clouds?|LiDAR)"),
    ("remote sensing", r"(?i:remote sensing|satellite images?|satellite imagery)"),
    ("hyperspectral", r"(?i:hyperspectral)"),
    ("speech", r"(?i:speech)"),
    ("audio", r"(?i:audio)"),
    ("EEG", r"EEG"),
    ("ECG", r"ECG"),
    ("time series", r"(?i:time[- ]series)"),
    ("text", r"(?i:texts?|textual|language models?|LLMs?)"),
    ("code", r"(?i:source code|code generation)"),
)
_SEEN = tuple((name, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")) for name, words in _MODALITIES)


def modalities(work: Work) -> list[Mention]:
    """The kinds of data that title and abstract speak of, the kind named most often first; "text" only where nothing
    more exact is named. One that is named once counts where the sentence speaks of the paper's own work."""
    opening = [one for one in work.source.sentences if part_of(one) == Part.ABSTRACT and is_prose(one)]
    found: list[tuple[int, Mention]] = []
    for name, pattern in _SEEN:
        naming = [one for one in opening if pattern.search(one.text)]
        in_title = pattern.search(work.source.title) is not None
        if naming and (in_title or len(naming) > 1 or _OWN_DATA.search(naming[0].text)):
            found.append((len(naming) + 3 * in_title, Mention(name, naming[0])))
    exact = [one for one in found if one[1].name != "text"]
    return [mention for _, mention in sorted(exact or found, key=lambda one: -one[0])]


_OWN_DATA = re.compile(r"(?i)\b(?:we|our)\b.{0,200}\b(?:images|data|dataset|scans|volumes|patients)\b")

_METRICS = (
    ("Dice", r"Dice(?: (?:[Ss]imilarity )?(?:[Ss]cores?|[Cc]oefficients?))?"),
    ("DSC", r"DSC"),
    ("AUPRC", r"AUPRC"),
    ("AUROC", r"AUROC"),
    ("AUC", r"AUCs?"),
    ("accuracy", r"accuracy"),
    ("F1", r"F1(?:[- ]?[Ss]cores?)?"),
    ("IoU", r"IoU"),
    ("mIoU", r"mIoU"),
    ("mAP", r"mAP"),
    ("PSNR", r"PSNR"),
    ("SSIM", r"SSIM"),
    ("LPIPS", r"LPIPS"),
    ("FID", r"FID"),
    ("Hausdorff distance", r"Hausdorff distance"),
    ("BLEU", r"BLEU(?:-\d)?"),
    ("ROUGE", r"ROUGE(?:-[\dL])?"),
    ("perplexity", r"perplexity"),
    ("word error rate", r"word error rate"),
    ("success rate", r"success rate"),
    ("pass@1", r"pass@1"),
    ("sensitivity", r"sensitivity"),
    ("specificity", r"specificity"),
    ("precision", r"precision"),
    ("recall", r"recall"),
    ("RMSE", r"RMSE"),
    ("MAE", r"MAE"),
)
_MEASURES = tuple((name, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")) for name, words in _METRICS)
_MEASURED = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,4})?\s?%|(?<![\w.])\d{0,2}\.\d{1,4}(?!\w)|\b(?:metrics?|measured?|evaluat\w+)\b"
)


def metrics(work: Work) -> list[Mention]:
    """The metrics by which the paper measures, each with a sentence that names it beside a number or an evaluation."""
    found = []
    for name, pattern in _MEASURES:
        naming = (
            one
            for one in work.source.sentences
            if pattern.search(one.text)
            and _MEASURED.search(one.text)
            and is_prose(one)
            and part_of(one) not in _NOT_OWN
        )
        if first := next(naming, None):
            found.append(Mention(name, first))
    return found


_NOT_OWN = (Part.RELATED, Part.INTRODUCTION, Part.BACK)
_VALUE = r"(?P<value>\d{1,3}(?:\.\d{1,4})?(?:\s?%)?)(?![\w.]*\d)(?!\s?(?:times|points|×))"
_REPORTED = tuple(
    (
        name,
        re.compile(
            rf"(?<![\w-])(?:{words})(?![\w-])(?: scores?| values?)? (?:of|=|is|was|reaches|reached|to) (?:up to |"
            rf"over )?{_VALUE}"
        ),
    )
    for name, words in _METRICS
) + tuple((name, re.compile(rf"(?<![\w.]){_VALUE} (?:\w{{1,12}} )?(?:{words})(?![\w-])")) for name, words in _METRICS)
_OWN = re.compile(r"(?i)\b(?:we|our|ours|the proposed|achiev\w+|reach\w+|yield\w+|attain\w+|obtain\w+)\b")
_OF_OTHERS = re.compile(r"(?i)\b(?:baselines?|et al|previous|existing|respectively|from \d|versus|vs\.?)\b")


def reported(work: Work, known: Gazetteer) -> list[Mention]:
    """The values that the paper reports of itself: "AUROC 0.887 (PLCO)", the metric's value literally in the sentence,
    the data set where the sentence names only one."""
    names = [mention.name for mention in data_sets(work, known)]
    method = method_name(work.source.title)
    found: dict[str, Mention] = {}
    for sentence in _with_results(work.source):
        text = " ".join(sentence.text.split())
        if not (_OWN.search(text) or (method and method in text)) or _OF_OTHERS.search(text):
            continue
        for name, pattern in _REPORTED:
            match = pattern.search(text)
            if match and name not in found and _is_value(match["value"]):
                on = [one for one in names if _spelling(one).search(text)]
                found[name] = Mention(f"{name} {match['value']}" + (f" ({on[0]})" if len(on) == 1 else ""), sentence)
    return list(found.values())


def _with_results(source: Source) -> Iterator[Sentence]:
    """Sentences of the parts of a paper that report, the abstract's first."""
    for part in (Part.ABSTRACT, Part.CONCLUSION, Part.RESULTS):
        yield from (one for one in source.sentences if part_of(one) == part and is_prose(one))


def _is_value(value: str) -> bool:
    """Whether a number can be a score: with decimals or a per cent sign, not above 100."""
    return ("." in value or "%" in value) and float(value.rstrip(" %")) <= 100
