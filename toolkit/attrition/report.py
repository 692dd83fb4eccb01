"""A model card as words."""

import datetime as dt

from markupsafe import Markup

from toolkit.attrition.card import SECTIONS, ModelCard
from toolkit.language import Language
from toolkit.wording import Text, text


def card_view(card: ModelCard, language: Language) -> Markup:
    """Return a model card for a page, a heading and a list for each section."""
    found = Markup("<p class='coach-quiet'>{}</p>").format(language.say(_which(card)))
    for name, title in SECTIONS.items():
        lines = Markup("").join(Markup("<li>{}</li>").format(language.say(line)) for line in card.sections[name])
        found += Markup("<h3>{}</h3><ul>{}</ul>").format(language.say(title), lines)
    return found


def card_document(card: ModelCard, language: Language, *, date: dt.date | None = None) -> bytes:
    """Return a model card as a Word document."""
    from toolkit.documents.word import WordDocument

    document = WordDocument(language, text("Model card: attrition risk"), _which(card), date=date)
    for name, title in SECTIONS.items():
        document.heading(title)
        document.bullets(card.sections[name])
    return document.to_bytes()


def _which(card: ModelCard) -> Text:
    return text("Model {version}, from data {data}", version=card.version, data=card.data_hash or "–")
