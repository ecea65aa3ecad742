"""Elements of a drawing in SVG, escaped; its look is in the style sheet of the page, and goes along with one that is kept."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from begroting_qa.domain import Phase
from begroting_qa.serve.marked import cleaned

# a drawing that is taken along has no style sheet beside it
_STYLE = (
    "text{font:14px sans-serif;fill:#1c2b33}.title{font-weight:bold}.grid{stroke:#d8d5cb}.zero{stroke:#51626c}"
    ".line{fill:none;stroke:#14506b;stroke-width:2.5}.mark{fill:#14506b;stroke:#14506b;stroke-width:2}"
    ".streefwaarde,.begroting,.meerjarenraming{stroke:#7a3b00}.mark.streefwaarde,.mark.begroting,.mark.meerjarenraming{fill:#fff}"
    ".line.streefwaarde{stroke-dasharray:9 5}.line.begroting{stroke-dasharray:3 4}.line.meerjarenraming{stroke-dasharray:9 4 2 4}"
    ".bar{fill:#14506b;stroke:#14506b}.bar.begroting,.bar.meerjarenraming{fill:#e8f0f3}.paper{fill:#fff}"
)


def drawing(title: str, description: str, width: float, height: float, parts: Iterable[Markup], *, is_file: bool) -> Markup:
    """Return a drawing with its name and what it shows; as a file with its own style, and its title in the top line."""
    opening = Markup('<svg class="drawing" role="img" viewBox="0 0 {} {}"{}>').format(
        place(width), place(height), Markup(' xmlns="http://www.w3.org/2000/svg"') if is_file else ""
    )
    named = tag("title", title) + tag("desc", description)
    seen = Markup("")
    if is_file:
        seen = Markup("<style>{}</style>").format(Markup(_STYLE)) + tag("rect", class_="paper", width=width, height=height)
        seen += tag("text", title, class_="title", x=8, y=20)
    return opening + named + seen + Markup("").join(parts) + Markup("</svg>")


def class_of(phase: Phase | None) -> str:
    """Return the class of what is drawn of a phase."""
    return phase.value if phase is not None else "other"


def tag(name: str, text: object = None, **attributes: object) -> Markup:
    """Return an element; `class_` is `class`, and a low line in a name stands for a hyphen."""
    found = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), place(value) if isinstance(value, int | float) else value)
        for key, value in attributes.items()
    )
    if text is None:
        return Markup("<{0}{1}/>").format(name, found)
    return Markup("<{0}{1}>{2}</{0}>").format(name, found, cleaned(str(text)))


def place(value: float) -> str:
    """Return a place in a drawing, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
