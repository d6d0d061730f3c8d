"""Similar titles: what counts as alike, and clusters that do not depend on the order of arrival."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.alike import THRESHOLD, Alikes, likeness, words

VOCABULARY = ["vpn", "printer", "mail", "laptop", "screen", "reset", "password", "slow", "wifi", "server", "disk"]
titles = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)
queues = st.dictionaries(st.integers(1, 60), titles, max_size=25)


def test_endings_accents_and_numbers_do_not_matter() -> None:
    assert words("VPN drops every hour") == words("Dropped VPN, every hour!")
    assert words("CPU high on srv-041") == words("cpu HIGH on srv-117")
    assert words("Désactiver l'écran") == words("desactiver l'ecran")
    assert words("Help! Please, it is urgent") == frozenset()
    assert words("12345") == frozenset()


def test_likeness_is_the_share_of_common_words() -> None:
    assert likeness(frozenset("abc"), frozenset("abd")) == 0.5
    assert likeness(frozenset("ab"), frozenset("cd")) == 0
    assert likeness(frozenset("ab"), frozenset("ab")) == 1


def test_clusters_name_their_smallest_ticket_and_count_the_others() -> None:
    found = Alikes(
        {7: "VPN drops in Paris", 3: "vpn dropping in paris", 9: "Printer on fire", 8: "re: VPN drops Paris"}
    )
    assert found.clusters() == {3: (3, 2), 7: (3, 2), 8: (3, 2)}


def test_clusters_do_not_grow_into_chains() -> None:
    steps = {n: " ".join(VOCABULARY[n : n + 6]) for n in range(6)}
    found = Alikes(steps).clusters()
    for ticket, (cluster, _) in found.items():
        together = [words(steps[other]) for other, (name, _) in found.items() if name == cluster]
        assert any(all(likeness(one, other) >= THRESHOLD for other in together) for one in together), ticket


@settings(max_examples=60, deadline=None)
@given(queues)
def test_tickets_alone_are_like_no_other(queue: dict[int, str]) -> None:
    clusters = Alikes(queue).clusters()
    for ticket, title in queue.items():
        like = [o for o, t in queue.items() if o != ticket and likeness(words(title), words(t)) >= THRESHOLD]
        if not like:
            assert ticket not in clusters
        if any(words(queue[other]) == words(title) for other in like):
            assert ticket in clusters


@settings(max_examples=60, deadline=None)
@given(queues, queues, st.sets(st.integers(1, 60)))
def test_arriving_changing_and_leaving_is_the_same_as_beginning_anew(
    first: dict[int, str], then: dict[int, str], gone: set[int]
) -> None:
    gone -= set(then)
    grown = Alikes(first)
    grown.update(then, gone)
    now = {ticket: title for ticket, title in {**first, **then}.items() if ticket not in gone}
    assert grown.clusters() == Alikes(now).clusters()


def test_a_queue_that_grew_from_nothing_is_the_same_too() -> None:
    everything = {n: f"{VOCABULARY[n % 11]} {VOCABULARY[n % 7]} {VOCABULARY[n % 5]} room{n}" for n in range(400)}
    grown = Alikes({})
    for start in range(0, 400, 40):
        grown.update({n: everything[n] for n in range(start, start + 40)})
    assert grown.clusters() == Alikes(everything).clusters()
