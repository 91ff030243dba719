"""TeX in titles, abstracts and remarks read as plain text: arXiv stores them as their authors typed them.

    \\textbf{B}eam\\emph{Scope} gains 5.8\\% ($2 \\times$ faster), see \\href{https://a.example}{this https URL}
    BeamScope gains 5.8% (2× faster), see https://a.example

It is read in a single pass. Groups that are nested too deeply are left as they stand, so that the time it takes grows
with the text's length only, however the text is nested.
"""

import re
import unicodedata

_DEEPEST = 40
"""How deep groups may be nested to be read; the text of those inside is taken as it stands."""

_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "hbar": "ħ",
    "times": "×", "pm": "±", "mp": "∓", "cdot": "·", "div": "÷", "ast": "*", "star": "⋆", "circ": "°", "deg": "°",
    "degree": "°", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ll": "≪",
    "gg": "≫", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "~", "simeq": "≃", "equiv": "≡", "propto": "∝",
    "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "in": "∈", "notin": "∉",
    "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "emptyset": "∅",
    "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←", "Leftarrow": "⇐", "leftrightarrow": "↔",
    "Leftrightarrow": "⇔", "longrightarrow": "→", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "langle": "⟨",
    "rangle": "⟩", "lbrace": "{", "rbrace": "}", "otimes": "⊗", "oplus": "⊕", "odot": "⊙", "perp": "⊥",
    "top": "ᵀ", "dagger": "†", "ldots": "…", "dots": "…", "cdots": "…", "textellipsis": "…", "colon": ":",
    "textregistered": "®", "circledR": "®", "texttrademark": "™", "copyright": "©", "textperthousand": "‰",
    "textpertenthousand": "‱", "textasciitilde": "~", "textbackslash": "", "textendash": "–", "textemdash": "—",
    "textquotesingle": "'", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotedbl": '"', "quotesinglbase": "‚", "quotedblbase": "„", "guillemotleft": "«",
    "guillemotright": "»", "guilsinglleft": "‹", "guilsinglright": "›", "textbullet": "•", "textperiodcentered": "·",
    "texttimes": "×", "textdiv": "÷", "textpm": "±", "textmu": "µ", "textdegree": "°", "textonesuperior": "¹",
    "texttwosuperior": "²", "textthreesuperior": "³", "textordmasculine": "º", "textordfeminine": "ª",
    "textrightarrow": "→", "textleftarrow": "←", "textuparrow": "↑", "textdownarrow": "↓", "textdagger": "†",
    "textdaggerdbl": "‡", "textsection": "§", "textparagraph": "¶", "textcopyright": "©", "texteuro": "€",
    "textsterling": "£", "textyen": "¥", "textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾",
    "textasciicircum": "^", "textbraceleft": "{", "textbraceright": "}", "textbar": "|", "textless": "<",
    "textgreater": ">", "textunderscore": "_", "textdollar": "$", "textexclamdown": "¡", "textquestiondown": "¿",
    "textminus": "−", "DH": "Ð", "dh": "ð", "TH": "Þ", "th": "þ", "DJ": "Đ", "dj": "đ", "NG": "Ŋ", "ng": "ŋ",
    "checkmark": "✓", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ",
    "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "S": "§", "dag": "†", "pounds": "£",
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "wrt": "w.r.t.", "vs": "vs.", "cf": "cf.",
    "aka": "a.k.a.", "iid": "i.i.d.", "log": "log", "exp": "exp", "max": "max", "min": "min", "arg": "arg",
    "argmax": "argmax", "argmin": "argmin", "sin": "sin", "cos": "cos", "tanh": "tanh", "lim": "lim", "sup": "sup",
    "inf": "inf", "det": "det", "LaTeX": "LaTeX", "TeX": "TeX", "quad": " ", "qquad": " ", "space": " ",
    "newline": " ", "par": " ", "xspace": "", "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "",
    "displaystyle": "", "textstyle": "", "limits": "", "noindent": "", "protect": "", "centering": "", "item": " ",
    "bf": "", "it": "", "em": "", "tt": "", "sc": "", "rm": "", "sf": "", "sl": "", "cal": "", "bfseries": "",
    "itshape": "", "ttfamily": "", "scshape": "", "sffamily": "", "normalfont": "", "upshape": "", "tiny": "",
    "small": "", "scriptsize": "", "footnotesize": "", "normalsize": "", "large": "", "Large": "", "LARGE": "",
    "huge": "", "Huge": "",
}  # fmt: skip
_SHOWN = frozenset(
    "text textbf textit texttt textsc textrm textsf textsl textup textmd textnormal emph underline uline uwave sout "
    "mathrm mathbf mathit mathtt mathsf mathcal mathbb mathfrak mathscr boldsymbol bm pmb operatorname mbox hbox fbox "
    "ensuremath overline bar hat widehat tilde widetilde vec dot ddot url path nolinkurl mathnormal lowercase "
    "uppercase MakeUppercase textquote enquote smash phantom boxed mathop underbrace overbrace bold".split()
)
"""Commands whose argument is what a reader sees."""

_HIDDEN = frozenset(
    "footnote footnotemark footnotetext thanks cite citep citet citealp citealt citeauthor citeyear parencite textcite "
    "autocite ref eqref autoref cref Cref label vspace hspace index color pagestyle begin end".split()
)
"""Commands of which a reader sees nothing, their arguments included."""

_SECOND = frozenset("textcolor colorbox hyperref hyperlink raisebox scalebox resizebox".split())
"""Commands whose last argument is what a reader sees."""

_FRACTIONS = frozenset("frac tfrac dfrac nicefrac sfrac".split())
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LITERAL = frozenset("%&_#${}-@")
_RAISED = dict(zip("0123456789+-=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", strict=True)) | {sign: sign for sign in "*°†®™ᵀ′⋆"}
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_SIGNS = re.compile(r"[\\$~^{}]|--|``|''")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_POWER = re.compile(r"[-−]?\d{1,3}")
_WORDS_ONLY = re.compile(r"[\w\s.%+–-]*")


def plain_text(text: str) -> str:
    """`text` without TeX, as its authors meant it to be read. A command that TeX itself does not know (the authors' own
    macro, which no reader can resolve) leaves its name."""
    return _OWN_MACRO.sub(r"\1", read_tex(text))


_OWN_MACRO = re.compile(r"\\([A-Za-z]{2,})\*?(?:\{\})?")


def has_own_macro(text: str) -> bool:
    """Whether a text that `read_tex` gave holds a macro that no reader can resolve."""
    return _OWN_MACRO.search(text) is not None


def read_tex(text: str) -> str:
    """`text` without the TeX that every reader of TeX knows; unknown macros stay as they are written."""
    if not _SIGNS.search(text):
        return text
    return unicodedata.normalize("NFC", _Reader(text).read())


class _Reader:
    """Reads one text. `groups` pairs the place of each opening brace with its closing one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.groups = group_ends(text)
        self.at = 0

    def read(self) -> str:
        """The whole text."""
        return self._until(len(self.text), 0, math=False)

    def _until(self, end: int, depth: int, math: bool) -> str:
        out: list[str] = []
        while self.at < end:
            char = self.text[self.at]
            if char == "\\":
                self._command(out, end, depth, math)
            elif char == "$":
                self._dollar(out, end, depth, math)
            elif char == "{":
                self._group(out, end, depth, math)
            elif char in "^_" and self._is_script(char, math, end):
                self._script(out, char, end, depth, math)
            elif char == "}":
                self.at += 1
            else:
                out.append(self._plain(char, end))
        return "".join(out)

    def _plain(self, char: str, end: int) -> str:
        """One or more ordinary characters."""
        for sign, shown in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”")):
            if self.text.startswith(sign, self.at) and self.at + len(sign) <= end:
                self.at += len(sign)
                return shown
        self.at += 1
        if char != "~" or self.at < 2 or self.at >= end:
            return char
        before, after = self.text[self.at - 2], self.text[self.at]
        return char if before.isspace() or after.isspace() or after.isdigit() else " "

    def _command(self, out: list[str], end: int, depth: int, math: bool) -> None:
        found = _COMMAND.match(self.text, self.at, end)
        if found is None:
            self.at += 1
            return
        start, self.at = self.at, found.end()
        name, sign = found.group(1), found.group(2)
        if name is None:
            self._sign(out, sign, end, depth)
        elif name in _SYMBOLS:
            self._symbol(out, name, math)
        else:
            self._named(out, name, start, end, depth, math)

    def _symbol(self, out: list[str], name: str, math: bool) -> None:
        shown = _SYMBOLS[name]
        if name == "right" and out:
            out[-1] = out[-1].rstrip()
        out.append(shown)
        following = self.text[self.at : self.at + 2]
        if following.startswith("{}"):
            self.at += 2
        elif following[:1].isspace() and (not shown or (not math and len(shown) == 1)):
            self.at += len(following) - len(following.lstrip())

    def _sign(self, out: list[str], sign: str, end: int, depth: int) -> None:
        if sign in "([":
            close = self.text.find("\\)" if sign == "(" else "\\]", self.at, min(end, self.at + _LONGEST_FORMULA))
            if close >= 0:
                out.append(self._until(close, depth + 1, math=True).strip())
                self.at = close + 2
        elif sign in _ACCENTS:
            self._accent(out, _ACCENTS[sign], end, depth)
        elif sign in _LITERAL:
            out.append("" if sign == "-" else sign)
        elif sign in "\\,;: /\n":
            out.append(" " if sign != "/" else "")
        elif sign not in ")]!>":
            out.append(sign)

    def _accent(self, out: list[str], accent: str, end: int, depth: int) -> None:
        letter = self._argument(end, depth, math=False)
        letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
        out.append(f"{letter[:1]}{accent}{letter[1:]}" if letter[:1].isalpha() else letter)

    def _named(self, out: list[str], name: str, start: int, end: int, depth: int, math: bool) -> None:
        group = self._next_group(end)
        if name in _HIDDEN:
            self._skip_arguments(end, 1 if name == "color" else 9)
            if out and out[-1].isspace() and self.text[self.at : self.at + 1] in (".", ",", ";", ")"):
                out.pop()
        elif group is not None and name in _ACCENTS:
            self._accent(out, _ACCENTS[name], end, depth)
        elif group is not None and (shown := self._shown(name, end, depth, math)) is not None:
            out.append(shown)
        elif name not in _SHOWN:
            out.append(self.text[start : self.at])
            if group is not None and self.groups[group] == group + 1:
                self.at = group + 2

    def _shown(self, name: str, end: int, depth: int, math: bool) -> str | None:
        """What a reader sees of a command with arguments; None if it is none that TeX knows."""
        if name in _SHOWN or name == "textsubscript":
            return self._argument(end, depth, math)
        if name in _SECOND:
            return self._last_argument(end, depth, math)
        if name == "href":
            return self._link(end, depth)
        if name in _FRACTIONS:
            return f"{self._argument(end, depth, math)}/{self._argument(end, depth, math)}"
        made = {"sqrt": "√{}".format, "unicode": _character, "textsuperscript": _raised}.get(name)
        return made(self._argument(end, depth, math)) if made else None

    def _next_group(self, end: int) -> int | None:
        """Where a group opens that follows directly (or after blanks), if it closes before `end`."""
        place = self.at
        while place < end and self.text[place] == " ":
            place += 1
        return place if self.groups.get(place, end) < end else None

    def _argument(self, end: int, depth: int, math: bool) -> str:
        """The next group's text, else the next character or command."""
        group = self._next_group(end)
        if group is not None:
            return self._inside(group, depth, math)
        while self.at < end and self.text[self.at] == " ":
            self.at += 1
        if self.at >= end:
            return ""
        out: list[str] = []
        if self.text[self.at] == "\\" and depth < _DEEPEST:
            self._command(out, end, depth + 1, math)
        elif self.text[self.at] not in "{}$":
            out.append(self.text[self.at])
            self.at += 1
        return "".join(out)

    def _inside(self, group: int, depth: int, math: bool) -> str:
        close = self.groups[group]
        self.at = group + 1
        shown = self.text[self.at : close] if depth >= _DEEPEST else self._until(close, depth + 1, math)
        self.at = close + 1
        return shown

    def _last_argument(self, end: int, depth: int, math: bool) -> str:
        shown = ""
        self._skip_options(end)
        while (group := self._next_group(end)) is not None and (not shown or group == self.at):
            shown = self._inside(group, depth, math)
        return shown

    def _link(self, end: int, depth: int) -> str:
        """An \\href: its address where its text only stands for one, else its text."""
        group = self._next_group(end)
        address = self.text[group + 1 : self.groups[group]] if group is not None else ""
        self.at = self.groups[group] + 1 if group is not None else self.at
        shown = self._argument(end, depth, math=False) if self._next_group(end) is not None else ""
        stands_for = shown.strip().casefold() in ("", "this https url", "this http url", "here", "link")
        return address.strip().replace("\\", "") if stands_for or "://" in shown else shown

    def _skip_options(self, end: int) -> None:
        if self.text[self.at : self.at + 1] == "[":
            close = self.text.find("]", self.at, min(end, self.at + 80))
            self.at = close + 1 if close >= 0 else self.at

    def _skip_arguments(self, end: int, most: int) -> None:
        self._skip_options(end)
        while most and (group := self._next_group(end)) is not None and group == self.at:
            self.at = self.groups[group] + 1
            self._skip_options(end)
            most -= 1

    def _dollar(self, out: list[str], end: int, depth: int, math: bool) -> None:
        wide = 2 if self.text.startswith("$$", self.at) else 1
        close = -1 if math or depth >= _DEEPEST else _closing_dollar(self.text, self.at, end, wide)
        if close < 0:
            out.append("" if math else "$")
            self.at += 1
            return
        self.at += wide
        shown = self._until(close, depth + 1, math=True).strip()
        self.at = close + wide
        before = out[-1][-1:] if out and out[-1] else ""
        out.append(f" {shown}" if before.isalpha() and shown[:1] in "≤≥≈=" else shown)

    def _group(self, out: list[str], end: int, depth: int, math: bool) -> None:
        """Braces that only group are left out; those of a set or an object stay."""
        close = self.groups.get(self.at, end)
        if close >= end:
            self.at += 1
            return
        inner = self.text[self.at + 1 : min(close, self.at + 400)]
        beside = self.text[self.at - 1 : self.at] + self.text[close + 1 : close + 2]
        ordinary = _WORDS_ONLY.fullmatch(inner) is not None or any(c.isalnum() for c in beside)
        groups = math or ordinary or "\\" in inner or "$" in inner
        shown = self._inside(self.at, depth, math)
        out.append(shown.lstrip() if groups else f"{{{shown}}}")

    def _is_script(self, char: str, math: bool, end: int) -> bool:
        following = self.text[self.at + 1 : self.at + 2]
        if self.at + 1 >= end or following.isspace():
            return False
        if math:
            return True
        if following == "{":
            return self.groups.get(self.at + 1, end) < end
        before = self.text[self.at - 1 : self.at]
        place = self.at + 1
        tight = following == "\\" or _POWER.match(self.text, place, end) or _ORDINAL.match(self.text, place, end)
        return char == "^" and (before.isalnum() or before == ")") and bool(tight)

    def _script(self, out: list[str], char: str, end: int, depth: int, math: bool) -> None:
        self.at += 1
        ordinal = _ORDINAL.match(self.text, self.at, end)
        if ordinal:
            out.append(ordinal.group())
            self.at = ordinal.end()
            return
        power = _POWER.match(self.text, self.at, end) if char == "^" and not math else None
        if power:
            out.append(_raised(power.group().replace("−", "-")))
            self.at = power.end()
            return
        inner = self._argument(end, depth, math=True).strip()
        if char == "^":
            out.append(_raised(inner))
        else:
            out.append(f"_{inner}" if len(inner) > 1 and not inner.isdigit() else inner)


def group_ends(text: str) -> dict[int, int]:
    """Where each brace that opens a group closes; escaped braces do not count."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    escaped = False
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "{":
            waiting.append(place)
        elif char == "}" and waiting:
            found[waiting.pop()] = place
    return found


_LONGEST_FORMULA = 400


def _closing_dollar(text: str, start: int, end: int, wide: int) -> int:
    """Where the formula ends that may begin at `start`; -1 if it is no formula but a sum of money."""
    begin = start + wide
    place = begin
    while True:
        place = text.find("$" * wide, place, min(end, begin + _LONGEST_FORMULA))
        if place < 0:
            return -1
        if text[place - 1] != "\\":
            break
        place += wide
    inner = text[begin:place]
    if not inner.strip() or "\n\n" in inner:
        return -1
    if any(sign in inner for sign in "\\^_{=") or not any(char.isalnum() for char in inner):
        return place
    tight = not inner[0].isspace() and not inner[-1].isspace() and not text[place + wide : place + wide + 1].isdigit()
    return place if tight and len(inner.split()) <= 4 else -1


def _raised(inner: str) -> str:
    if inner in ("st", "nd", "rd", "th"):
        return inner
    if inner and all(char in _RAISED for char in inner):
        return "".join(_RAISED[char] for char in inner)
    return f"^{inner}" if inner else ""


def _character(code: str) -> str:
    digits = code.strip().lower().removeprefix("x")
    try:
        found = chr(int(digits, 16 if code.strip().lower().startswith("x") else 10))
    except (ValueError, OverflowError):
        return ""
    return found if found.isprintable() else ""
