"""Which skills a ticket takes, by its words."""

from __future__ import annotations

import pytest

from helpdesk_tui.domain.ranking.needs import SkillRules


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("VPN drops every 10 min", {"vpn"}),
        ("vpn-gateway unreachable", {"vpn"}),
        ("AnyConnect asks for a token", {"vpn"}),
        ("No remote access from Lyon", {"vpn"}),
        ("Remote desktop access", {"win"}),
        ("Two printers jam", {"print"}),
        ("Core switches down", {"net"}),
        ("The Wi-Fi is slow", {"net"}),
        ("Firewall rule for lab", set()),
        ("Envoyé: imprimante", set()),
        ("", set()),
    ],
)
def test_common_words_count_where_somebody_has_the_skill(text: str, skills: set[str]) -> None:
    assert SkillRules({"vpn", "net", "print", "win"}).needs(text) == skills


def test_group_category_and_tags_say_it_too() -> None:
    rules = SkillRules({"vpn", "net"})
    assert rules.needs("Cannot work", "Network Europe", "", " vpn urgent ") == {"vpn", "net"}


def test_the_settings_count_even_where_nobody_has_the_skill() -> None:
    rules = SkillRules((), {"sap": ("payroll run", "idoc"), "VPN": ("tunnel",)})
    assert rules.needs("Payroll run fails") == {"sap"}
    assert rules.needs("IDocs stuck, tunnels too") == {"sap", "VPN"}
    assert rules.needs("the payroll and a run") == set()
    assert rules.needs("AnyConnect") == set(), "a configured skill has the configured words only"


def test_accents_and_case_do_not_matter() -> None:
    assert SkillRules({"Téléphonie"}).needs("TELEPHONIE en panne") == {"Téléphonie"}


def test_without_any_skill_nothing_is_asked_for() -> None:
    assert SkillRules(()).needs("vpn", "printer") == frozenset()
