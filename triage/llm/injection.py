"""Text that is not ours in a prompt: fenced, so that a model can tell it from its orders, and searched for words that
are meant for a model.

Neither is a defence, since the same can be said in words that no list of phrases has. What a model's answer can do at
all is bounded where it is used: see `triage.drafting`.
"""

import hashlib
import re

from triage.llm.quotations import comparable


def fenced(text: str, kind: str) -> tuple[str, str]:
    """A fence that `text` cannot hold, and the text to stand between two of them; `kind` ("paper") names what it is."""
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"====={kind}-{digest}=====", text.replace("=====", "= = =")


_SIGNS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:above|previous|prior|earlier|preceding|all|any|these|"
    r"the)\b.{0,30}\b(?:instructions?|prompts?|rules?|messages?|directions?|guidelines)\b",
    r"\b(?:new|updated|real|actual|hidden|secret|following) (?:system )?(?:instructions?|prompt)\b\s*:",
    r"\b(?:(?:ai|llms?|(?:large )?language models?|chatbots?|gpt)(?: (?:reviewers?|readers?|assistants?|systems?|"
    r"agents?|curators?|tools?|models?))?|automated (?:reviewers?|readers?|assistants?|curators?|tools?|systems?)) "
    r"(?:must|should|shall|are instructed to|is instructed to|are required to|has to|have to) (?:always |only |now )?"
    r"(?:file|classify|place|put|rate|answer|respond|output|return|reply|accept|recommend|say|write|choose|select|"
    r"assign|give)\b.{0,30}\b(?:this|paper|section|list|stars?|only|exactly|highest|entry)\b",
    r"\b(?:if|when|since|as) you(?:'re| are) (?:an? |the )?(?:ai|llm|large language|language model|assistant|chatbot|"
    r"automated)",
    r"\byou are (?:now |no longer )?(?:an? |the )?(?:helpful|ai\b|language model|assistant|unrestricted|dan\b|curator)",
    r"\b(?:file|classify|place|put|list|categori[sz]e|sort) this (?:paper|article|work|submission|entry|one) "
    r"(?:under|in|into|as|with|to)\b",
    r"\b(?:rate|score|give|assign|award) (?:this|the) (?:paper|work|entry|submission)\b.{0,25}\b(?:stars?|three|"
    r"highest|maximum|full|10|5)\b",
    r"\b(?:answer|reply|respond|output|print|return|repeat) (?:with |by )?(?:only|exactly|just|nothing but)\b.{0,40}"
    r"(?:json|following|this|\"|'|section|system prompt|instructions)",
    r"\b(?:answer|reply|respond) with (?:the )?section\b",
    r"\bset (?:the )?(?:section|field|summary|stars?|decision)\b.{0,10}(?:to|=)",
    r"\b(?:accept|publish|add|approve|include) this (?:paper|entry|submission|work) (?:immediately|automatically|"
    r"without|now|to the list)\b",
    r"[\"'](?:section|summary|section_reason|summary_quote|stars|code_url|decision|verdict)[\"']\s*:",
    r"<\|?(?:im_start|im_end|system|endoftext|assistant|user|eot_id)\|?>|\[/?inst\]|<</?sys>>|</?(?:system|"
    r"instructions?)>",
    r"(?:^|\s)#{2,3}\s*(?:system|instructions?|human|assistant)\b|\b(?:system|assistant|human|user)\s*(?:message|"
    r"prompt)\s*:",
    r"(?:^|[.!?\n][^\S\n]*+)(?:system|assistant)\s*:\s",
    r"!\[[^\]]*\]\(\s*https?:|\bend of (?:the )?(?:paper|document|data|abstract)\b.{0,60}\b(?:now|instruction|task|"
    r"answer)\b",
    r"\x1b[\[\]]",
    r"\breveal\b.{0,20}\b(?:your|system) (?:prompt|instructions?)|\breveal\b.{0,30}\bapi[_ ]key|"
    r"\bapi[_ ]key\b.{0,20}\b(?:print|show|send|include|output)\b",
    r"\b(?:do not|don't|never) (?:follow|obey|summari[sz]e|tell|mention|reveal|read)\b.{0,40}\b(?:instructions?|owner|"
    r"user|prompt|paper|reviewer|person|curator)\b",
)
_PATTERNS = tuple(re.compile(sign, re.IGNORECASE | re.DOTALL) for sign in _SIGNS)


def looks_like_prompt_injection(text: str) -> str | None:
    """The first words in `text` that address a language model rather than a reader, cut short; None if there are none.

    Papers on the subject quote such words and are caught too; they lose nothing but a model's contribution.
    """
    flat = comparable(text) if "\x1b" not in text else text
    for pattern in _PATTERNS:
        found = pattern.search(flat)
        if found:
            words = "".join(c if c.isprintable() else " " for c in found.group())
            return " ".join(words.split())[:80]
    return None
