"""The floor as screens and commands compute from it: `data.read.floor`, which sync computes from, too."""

from __future__ import annotations

from helpdesk_tui.data.read.floor import AHEAD, Floor, RosterRules, hole_words, rules_of

__all__ = ["AHEAD", "Floor", "RosterRules", "hole_words", "rules_of"]
