"""Texts as weighted words and word pairs."""

import re
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

_TOKEN = r"(?u)\b[^\W_][\w\-]*[^\W_]\b"
_URL = re.compile(r"https?://\S+")


def plain(text: str) -> str:
    """The text without addresses, which would otherwise count as words."""
    return _URL.sub(" ", text)


def word_weights(texts: Sequence[str]) -> TfidfVectorizer:
    """Learns word and word-pair weights (tf-idf, logarithmic counts) from texts; `transform` gives unit rows."""
    rare = 2 if len(texts) >= 500 else 1
    weights = TfidfVectorizer(
        preprocessor=lambda text: plain(text).casefold(),
        token_pattern=_TOKEN,
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=rare,
        stop_words="english",
    )
    return weights.fit([*texts, "nothing learned"])
