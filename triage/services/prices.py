"""What some models cost, in US dollars per million tokens, as their makers' price pages said.

Source: https://openai.com/api/pricing as of 2025; prices change, so a cost is an estimate. A model that is not here has
no known price.
"""

from urllib.parse import urlsplit

_PER_MILLION: dict[str, tuple[float, float]] = {
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
}
LOCAL = ("localhost", "127.0.0.1", "::1")


def price(model: str, base_url: str, tokens_in: int | None, tokens_out: int | None) -> float | None:
    """What a call cost: 0 on this machine, None where the price or the tokens are not known."""
    host = urlsplit(base_url).hostname or ""
    if host in LOCAL:
        return 0.0
    known = _PER_MILLION.get(model)
    if known is None or host != "api.openai.com" or tokens_in is None or tokens_out is None:
        return None
    return (tokens_in * known[0] + tokens_out * known[1]) / 1_000_000
