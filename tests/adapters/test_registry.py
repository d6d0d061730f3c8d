"""Which adapter a source gets."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest

from helpdesk_tui.adapters import registry
from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import ConfigError


def test_ours_come_by_name(make_source: Callable[..., SourceConfig], secret: Any) -> None:
    adapter = registry.make(make_source("servicenow"), secret, now=lambda: 0)
    assert isinstance(adapter, ServiceNow)
    assert adapter.platform == "servicenow"


@pytest.mark.parametrize(("platform", "said"), [("servicenw", "did you mean “servicenow”"), ("rt", "known are jira")])
def test_an_unknown_platform_is_named_with_the_nearest(
    make_source: Callable[..., SourceConfig], secret: Any, platform: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=rf"sources\.desk\.platform.*{said}"):
        registry.make(make_source(platform), secret, now=lambda: 0)


def _points(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    points = EntryPoints([EntryPoint("acme", value, registry.GROUP)])
    monkeypatch.setattr(registry, "entry_points", lambda group: points.select(group=group))


def test_others_come_by_entry_point(
    monkeypatch: pytest.MonkeyPatch, make_source: Callable[..., SourceConfig], secret: Any
) -> None:
    _points(monkeypatch, "helpdesk_tui.adapters.servicenow.adapter:ServiceNow")
    assert isinstance(registry.make(make_source("acme"), secret, now=lambda: 0), ServiceNow)
    with pytest.raises(ConfigError, match="did you mean “acme”"):
        registry.find("acmee", "desk")


@pytest.mark.parametrize(
    ("value", "said"),
    [("no.such.module:Thing", "cannot be loaded"), ("helpdesk_tui.errors:ConfigError", "is not an Adapter")],
)
def test_a_broken_entry_point_is_a_setting_error(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    _points(monkeypatch, value)
    with pytest.raises(ConfigError, match=said):
        registry.find("acme", "desk")


def test_entry_points_are_not_looked_up_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(group: str) -> EntryPoints:
        raise AssertionError(group)

    monkeypatch.setattr(registry, "entry_points", never)
    assert registry.find("servicenow", "desk") is ServiceNow
