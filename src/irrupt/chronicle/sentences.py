"""Labels as short sentences of known words: what each word tells, and which verb leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from irrupt.chronicle.lexicon import tells, word_list
from irrupt.chronicle.shortened import DONE, NOUN


@dataclass(frozen=True)
class Label:
    """The words of a label, each with what it tells."""

    words: tuple[str, ...]
    subject: bool = False
    """It begins with an article and the client: a sentence of which he is the subject."""
    buying: bool = False
    """The organisation buys: payments and invoices are its own."""
    browsing: bool = False
    """Of a site, on which clients themselves select, start and add."""
    serving_staff: bool = False
    """Of an organisation that serves its own employees: they ask for something."""

    @cached_property
    def told(self) -> tuple[frozenset[str], ...]:
        """What each word tells."""
        told = tuple(tells(word) for word in self.words)
        his = frozenset({"client"}) if self.serving_staff else frozenset()
        return tuple(one | his if "employee" in one else one for one in told)

    def has(self, *concepts: str) -> bool:
        """Whether a word tells one of *concepts*."""
        return any(not told.isdisjoint(concepts) for told in self.told)

    def at(self, place: int, *concepts: str) -> bool:
        """Whether the word at *place* tells one of *concepts*."""
        return -len(self.told) <= place < len(self.told) and not self.told[place].isdisjoint(concepts)

    def after(self, place: int, *concepts: str) -> bool:
        """Whether a word behind *place* tells one of *concepts*."""
        return any(not told.isdisjoint(concepts) for told in self.told[place + 1 :])

    def begins(self, some: str) -> bool:
        """Whether the first word begins with one of the list called *some*."""
        return any(self.words[0].startswith(stem) for stem in word_list(some))

    def ends(self, some: str) -> bool:
        """Whether the last word, behind others, begins with one of the list called *some*."""
        return len(self.words) > 1 and any(self.words[-1].startswith(stem) for stem in word_list(some))

    @cached_property
    def others(self) -> bool:
        """Others than the client, and not he, are named."""
        return self.has("third", "own") and not self.has("client")

    @cached_property
    def verb(self) -> tuple[int, str]:
        """Place and kind of the verb that leads: the first word, else the last, else the first verb; -1 for none.

        Where a thing that may be a verb stands first (`decision`, `plan`) and what is sent is said last, that leads.
        """
        places = [at for at in dict.fromkeys((0, len(self.words) - 1, *range(len(self.words)))) if self._kind(at)]
        if not places:
            return -1, ""
        lead = places[0]
        if self._kind(lead) == "inside":
            lead = next((at for at in places if at and self._kind(at) == "send" and self.done(at)), lead)
        last = len(self.words) - 1
        if self._leads_last(lead, last):
            lead = last
        joined = [at for at in places if at and self.at(at - 1, "and") and self._kind(at) == "send"]
        if joined and self._kind(lead) == "inside":
            lead = joined[0]
        return lead, self._kind(lead)

    def _leads_last(self, lead: int, last: int) -> bool:
        """Whether the *last* word says what was done with the thing that stands first, though that may be a verb."""
        first, then = self._kind(lead), self._kind(last)
        if first == "submit" and then == "inside" and self.done(last) and not self.done(lead) and lead == 0:
            return True
        if self.at(lead, "deed") and first != "inside" and then == "inside" and self.done(last):
            return True
        if lead != 0 or last == 0:
            return False
        if first == "inside":
            return self._came(last)
        if self.told[last] >= {"send"} and self.done(last) and last > 1 and first != "ask":
            return self.at(0, "given", "deed", "receive") and not self.at(1, "and", "by", "from")
        if first == "send":
            return not self.done(0) and (self._prepared(last) or then == "ask")
        if first == "ask":
            return then == "send" and self.done(last)
        return first == "receive" and then == "inside" and self.at(0, "deed")

    def done(self, at: int) -> bool:
        """Whether the word at *at* ends like a participle."""
        return bool(DONE.search(self.words[at]))

    def _prepared(self, at: int) -> bool:
        """Whether the word at *at* says that what goes out was made ready (`email drafted`)."""
        begun = any(self.words[at].startswith(stem) for stem in word_list("preparing"))
        return begun and (self.words[at].endswith("e") or self.done(at))

    def _came(self, at: int) -> bool:
        """Whether the word at *at* says that a thing came which the first word describes (`amended plans received`)."""
        named = self.done(0) or bool(NOUN.search(self.words[0]))
        described = at > 1 and named and not self.at(1, "and", "by")
        return described and self._kind(at) in ("receive", "submit", "ask") and self.done(at)

    def _kind(self, at: int) -> str:
        """Which kind of verb the word at *at* is, if it is one."""
        told = self.told[at]
        if at == 0 and self.words[0] in word_list("reports"):
            return "inside"
        if self._noun(at) or self._behind(at):
            return ""
        for kind in ("send", "receive", "note", "fill", "submit", "inside", "ask"):
            if kind not in told:
                continue
            if kind == "fill" and not (at == 0 and self.words_in("forms")):
                continue
            return kind
        return ""

    def _behind(self, at: int) -> bool:
        """Whether the last word is the thing of a preposition (`complaint after repair`), and no verb."""
        if at < 2 or at < len(self.words) - 1 or self.done(at):
            return False
        return not word_list("prepositions").isdisjoint(self.words[1:at])

    def _noun(self, at: int) -> bool:
        """Whether a word that may be a verb or a thing (`request`, `order`, `reply`) is a thing here."""
        if self.told[at].isdisjoint(("filed", "deed", "given", "pay", "protest", "third")):
            return False
        if self.told[at] & {"receive", "send"} and not self.told[at] & {"given", "filed"}:
            return False
        if self.told[at] >= {"pay", "submit"}:
            return False
        if "filed" in self.told[at] and len(self.told) > 1 and self.told[1] >= {"deed", "given"}:
            return True
        return (
            at > 0 or len(self.words) == 1 or not self.at(1, "piece", "lack", "client", "to", "given", "pay", "filed")
        )

    def words_in(self, some: str) -> bool:
        """Whether one of the words is in the list called *some*."""
        return not word_list(some).isdisjoint(self.words)
