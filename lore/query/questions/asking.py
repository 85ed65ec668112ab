"""What is answered to what people type: a name, a question, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lore.pack.model import Kind
from lore.query.answers import (
    CitedText,
    ClosestPassage,
    DidYouMean,
    EntryAnswer,
    Found,
    SureAnswer,
    Unknown,
)
from lore.query.questions.answering import answered
from lore.query.questions.closest import PASSAGES, closest
from lore.query.questions.compound import parts
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import (
    POINTING,
    Asks,
    ParsedQuestion,
    is_question,
    is_short_question,
    parsed,
)
from lore.query.resolve import looked_up
from lore.query.visible_lore import VisibleLore
from lore.search.scoring import MatchType

# The share of a question's words from which on what a server tells itself may answer it; and where
# the question names nothing else.
_HOLDS, _HOLDS_OF_NAMED = 0.75, 0.4


def asked(visible: VisibleLore, query: str, kind: Kind | None) -> EntryAnswer:
    """Answer with the entry that a name means, or with what a question asks of one.

    What typed facts do not tell surely shows the passages that come nearest.
    """
    answer = looked_up(visible, query, kind)
    is_asked = is_question(query)
    if not (isinstance(answer, Unknown) or is_asked or is_short_question(query)):
        return answer
    if isinstance(answer, Found) and _is_titled_so(answer):
        return answer
    if isinstance(answer, DidYouMean) and not is_asked:
        return answer
    question = parsed(query, visible, visible.facts)
    found = sure_answer(question, visible)
    if isinstance(answer, Found) and (not is_asked or _is_called_so(answer)):
        return replace(answer, answer=found.answer) if found else answer
    if found:
        return found
    if _asks_for_it(question):
        if is_asked and (named := _named_alone(question, visible)):
            same = isinstance(answer, Found) and answer.view.ref == named.view.ref
            return answer if same else named
        if isinstance(answer, Found) and question.asks is not Asks.WHETHER:
            return answer
    near = _nearest(question, visible)
    match answer:
        case Unknown():
            return replace(answer, passages=near)
        case Found() | DidYouMean() if near:
            return Unknown(query, passages=near)
    return answer


def answered_in_search(
    visible: VisibleLore, words: str
) -> tuple[Found | None, tuple[ClosestPassage, ...]]:
    """Return what is surely told of a question; where that is nothing, what comes nearest."""
    question = parsed(words, visible, visible.facts)
    if found := sure_answer(question, visible):
        return found, ()
    asks_for_it = _asks_for_it(question)
    return None, () if asks_for_it else _nearest(question, visible)


def _nearest(question: ParsedQuestion, visible: VisibleLore) -> tuple[ClosestPassage, ...]:
    """Return what comes nearest: first what the server tells itself and has what is asked.

    Where only what is the server's own is named, the story has nothing to tell of it.
    """
    named = {id for token in question.named for id in token.ids}
    of_own = bool(named) and named <= visible.layer.entries.keys()
    own = _nearest_own(question, visible, _HOLDS_OF_NAMED if of_own else _HOLDS)
    story = () if of_own else closest(question, visible, visible.sentences)
    return (*own, *story)[:PASSAGES]


def _nearest_own(
    question: ParsedQuestion, visible: VisibleLore, share: float
) -> Iterator[ClosestPassage]:
    """Yield what the server tells itself and holds such a share of a question's words."""
    tokens = (*question.named, *question.telling)
    words = " ".join(token.text for token in question.tokens if token in tokens)
    for hit in visible.search_own(words, PASSAGES) if question.telling else ():
        passage = visible.locate(hit.key)
        at = visible.ref(passage.at) if passage.at else None
        if at and not passage.names and hit.likeness >= share:
            yield ClosestPassage(at, CitedText(hit.text, passage.cites, passage.tier))


def sure_answer(question: ParsedQuestion, visible: VisibleLore) -> Found | None:
    """Return the entry that a question is about, with what is surely told of what it asks.

    Of several questions in one, those that are surely answered are.
    """
    if found := _sure(question, visible):
        return found
    every = [*parts(question, visible)]
    sure = list(filter(None, (_part(text, visible) for text in every)))
    told = [one.answer for one in sure if one.answer]
    if not told:
        return sure[0] if sure else None
    asked = [question.text] if len(sure) == len(every) else [one.question for one in told]
    return replace(
        sure[0],
        answer=SureAnswer(
            tuple(dict.fromkeys(sentence for one in told for sentence in one.sentences)),
            tuple(dict.fromkeys(differs for one in told for differs in one.differences)),
            " · ".join(asked),
        ),
    )


def _part(text: str, visible: VisibleLore) -> Found | None:
    """Return what is surely told of one of several questions, or the entry that it asks for."""
    question = parsed(text, visible, visible.facts)
    asks_for_it = question.asks is not Asks.NOTHING and _asks_for_it(question)
    return _sure(question, visible) or (_named_alone(question, visible) if asks_for_it else None)


def _sure(question: ParsedQuestion, visible: VisibleLore) -> Found | None:
    found = answered(Inquiry(question, visible, visible.facts))
    if own := visible.own_facts:
        told = answered(Inquiry(parsed(question.text, visible, own), visible, own))
        found = _together(found, told) if found and told else found or told
    view = visible.entry(found.at.id) if found else None
    if found is None or view is None:
        return None
    answer = found.answer and replace(found.answer, question=question.text)
    return Found(view, answer=answer)


def _together(story: Answered, own: Answered) -> Answered:
    """Return what the story tells, and what the server does of the same behind it."""
    if story.answer is None or own.answer is None or story.at.id != own.at.id:
        return story
    sentences = dict.fromkeys((*story.answer.sentences, *own.answer.sentences))
    return story._replace(answer=replace(story.answer, sentences=tuple(sentences)))


def _is_titled_so(found: Found) -> bool:
    """Tell whether what was typed is the title of the entry, or its id: then it asks nothing."""
    return found.match is None or (_is_called_so(found) and found.match.name.canonical)


def _is_called_so(found: Found) -> bool:
    """Tell whether the whole of what was typed is a name of the entry, or its id."""
    return found.match is None or found.match.match_type <= MatchType.EXACT


def _named_alone(question: ParsedQuestion, visible: VisibleLore) -> Found | None:
    """Return the entry that a question asks for, where it names that one and nothing else."""
    work = visible.facts.work
    named = [token for token in question.named if not work or token.ids != (work.id,)]
    ids = [id for token in named or question.named for id in token.ids]
    words = {token.text for token in question.tokens if not token.names}
    view = visible.entry(ids[0]) if len(ids) == 1 and words.isdisjoint(POINTING) else None
    # That there is an entry is no answer to whether somebody is in a work; that they are played is.
    is_played = view and view.credits and view.ref.kind is not Kind.WORK
    is_told = is_played and not any(token.person for token in question.named)
    if view is None or (question.asks is Asks.WHETHER and not is_told):
        return None
    return Found(view)


def _asks_for_it(question: ParsedQuestion) -> bool:
    """Tell whether a question asks for nothing but what it names: who or what it is."""
    more = (Asks.WHY, Asks.HOW, Asks.WHEN, Asks.WHERE)
    if question.telling or question.asks in more:
        return False
    # "is he in it" asks for him as well, "did he", "can she" and "what did he do" for more.
    return {"do", "can", "have", "get"}.isdisjoint(question.stems)
