"""What a paper names: data sets, kinds of data, metrics, each with the sentence that says so.

Data sets are those of the list, those in wide use, and what any of the papers calls one (`drafting.datasets`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.drafting.datasets import Gazetteer, find_datasets, learn_gazetteer, name_key
from triage.evidence.prose import is_prose
from triage.evidence.source import ABSTRACT_PAGE, Sentence, Source
from triage.writing.aspects import Part, part_of
from triage.writing.document import Work


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a sentence of a paper."""

    name: str
    sentence: Sentence


def known_data_sets(works: Sequence[Work], listed: Gazetteer | None = None) -> Gazetteer:
    """The names of data sets to look for in each of these papers: those in wide use, those that the list names (as it
    spells them), and those that any of the papers calls a data set."""
    known = learn_gazetteer([(_IN_WIDE_USE,), *(work.facts.datasets for work in works)])
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
    names = [*work.facts.datasets, *find_datasets(_texts(work.source), known), *_said_to_be_used(work.source, known)]
    found: dict[str, Mention] = {}
    for name in (name for name in names if name_key(name) not in _NO_DATA_SET):
        mention = _naming(name, work.source)
        if mention and not any(_is_longer(edition_of(name), other) for other in found):
            found[edition_of(name)] = mention
    return list(found.values())


_NO_DATA_SET = frozenset(("chainofthought", "cot", "questionanswering", "qa", "vqa", "rag", "llm", "llms", "mri", "ct"))
"""What authors put before "data set" that is the name of none."""


def _is_longer(name: str, other: str) -> bool:
    """Whether one is the other, or begins with it: "camcant2" and "camcan", not "cifar100" and "cifar10"."""
    long, short = (name, other) if len(name) >= len(other) else (other, name)
    return long.startswith(short) and not (short[-1:].isdigit() and long[len(short) :][:1].isdigit())


def edition_of(name: str) -> str:
    """What all editions of a data set have in common: "brats" of "BraTS", "BraTS21" and "BraTs-2021"."""
    return re.sub(r"(?<=[a-z]{4})(?:20)?[12]\d$", "", name_key(name))


_SAID_TO_BE_USED = re.compile(
    r"(?i)\b(?:(?:we|our)\b.{0,80}\b(?:use|used|train\w*|evaluat\w+|test\w*|experiments?)|(?:data|images|scans|"
    r"volumes) from|"
    r"(?:trained|evaluated|tested) (?:on|using)|experiments? on|results? on|using the)\b"
)


_ASIDE = re.compile(r"(?i)pre-?train|initiali[sz]|backbone|weights")


def _said_to_be_used(source: Source, known: Gazetteer) -> Iterator[str]:
    """Known names in sentences that say that the paper trains or measures on them."""
    saying = [
        one.text
        for one in source.sentences
        if part_of(one) not in _NOT_OWN
        and _SAID_TO_BE_USED.search(one.text)
        and not _ASIDE.search(one.text)
        and is_prose(one)
    ]
    whole = name_key(" ".join(saying))
    for key, name in known.names.items():
        if len(key) > 2 and key in whole and any(written(name, text) for text in saying):
            yield name


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
    naming = [(one, at) for one in source.sentences if part_of(one) != Part.RELATED and (at := written(name, one.text))]
    naming = [(one, at) for one, at in naming if not _ASIDE.search(one.text)]
    prose = [(one, at) for one, at in naming if is_prose(one)] or naming
    best = next(((one, at) for one, at in prose if _USE.search(one.text)), next(iter(prose), None))
    if best is None:
        return None
    shown = " ".join(best[1].split())
    return Mention(name if name.casefold() == shown.casefold() else shown, best[0])


def written(name: str, text: str) -> str:
    """The name of a data set as the text writes it, "" if it does not: "MVTec AD" and "MVTec-AD" are one, "drive" and
    "DRIVE" are not."""
    for found in spelling(name).finditer(text):
        if found.group() == name or any(c.isupper() or c.isdigit() for c in found.group()[1:]):
            return found.group()
    return ""


@lru_cache(maxsize=4096)
def spelling(name: str) -> re.Pattern[str]:
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

METRICS = (
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
_MEASURES = tuple((name, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")) for name, words in METRICS)
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
