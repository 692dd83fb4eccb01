"""Sentences beside tables: what a reader should know, and why a figure is missing."""

from collections.abc import Iterable

from markupsafe import Markup

from toolkit.errors import ToolkitError
from toolkit.language import Language


def remarks(sentences: Iterable[str], title: str = "") -> Markup:
    """Return sentences as quiet remarks, under a small title if there is one; nothing for none."""
    said = [sentence for sentence in dict.fromkeys(sentences) if sentence]
    if not said:
        return Markup("")
    if len(said) == 1 and not title:
        return Markup("<p class='coach-quiet'>{}</p>").format(said[0])
    items = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in said)
    head = Markup("<p class='coach-quiet'><strong>{}</strong></p>").format(title) if title else Markup("")
    return head + Markup("<ul class='coach-quiet'>{}</ul>").format(items)


def folded(sentences: Iterable[str], title: str) -> Markup:
    """Return sentences behind a title that unfolds them; nothing for none."""
    said = [sentence for sentence in dict.fromkeys(sentences) if sentence]
    if not said:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in said)
    return Markup("<details><summary>{}</summary><ul class='coach-quiet'>{}</ul></details>").format(title, items)


def error_words(error: ToolkitError, language: Language) -> list[str]:
    """Return a refusal as sentences: the problem, where it is and what to do."""
    return [language.say(part) for part in (error.problem, error.where, error.remedy) if part is not None]
