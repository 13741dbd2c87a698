"""Logs of what clients do themselves, on a site or in an app: whoever does it is the client."""

from __future__ import annotations

from collections.abc import Iterable

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.labels import read_label, setting_of
from irrupt.chronicle.told import ACT

_MOST = 200
"""Different activities that such a log has at most."""
_NEARLY_ALL, _HALF, _FEWEST = 0.8, 0.5, 3
"""Share of the activities that are acts of clients, on a site less, and how many they are at least."""
_STEMS = (
    "user", "visitor", "member", "utilisateur", "visiteur", "benutzer", "nutzer", "besucher", "gebruiker", "bezoeker",
    "usuario", "visitante", "utente", "visitatore", "utilizador", "uzytkownik",
)  # fmt: skip
"""Begins of words for who uses a site."""


def names_visitor(column: str) -> bool:
    """Whether the name of a *column* tells of clients, or of users, who are clients where they do all that is done.

    >>> [names_visitor(name) for name in ("visitorid", "user_pseudo_id", "customer_no", "price")]
    [True, True, True, False]
    """
    words = plain(column).split()
    return name_score("client", column) > 0.5 or any(word.startswith(_STEMS) for word in words)


def only_clients_act(activities: Iterable[str]) -> bool:
    """Whether the *activities* are those of a site, or nearly all are acts of clients.

    >>> only_clients_act(["view", "cart", "remove_from_cart", "purchase"]), only_clients_act(["Check", "Call client"])
    (True, False)
    """
    labels = list(activities)
    if not _FEWEST <= len(labels) <= _MOST:
        return False
    setting = setting_of(labels)
    told = [read_label(label, setting) for label in labels]
    acts = sum(one is not None and one.role == ACT for one in told)
    return acts >= (_HALF if setting.browsing else _NEARLY_ALL) * len(labels)
