"""The filter language: what parses to what, what does not and why, and that text and values are two sides of one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.filters.ast import (
    DAY_WORDS,
    Day,
    Duration,
    Filter,
    Match,
    Not,
    Phrase,
    Range,
    Term,
    Text,
    Word,
)
from helpdesk_tui.domain.filters.keys import BY_NAME, CLOCK_LETTERS, KEYS, Kind
from helpdesk_tui.domain.filters.language import Names, combine, explain, manual, parse
from helpdesk_tui.errors import FilterError

NAMES = Names({"owner": ("Dana K.", "Chidi Okafor", "Rin Satō"), "group": ("Network", "Apps"), "source": ("sn", "zd")})


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  \t ", ()),
        ("vpn", (Word("vpn"),)),
        ("!vpn", (Not(Word("vpn")),)),
        ('"vpn drops"', (Phrase("vpn drops"),)),
        (r'"a \"b\" \\ \d"', (Phrase(r'a "b" \ \d'),)),
        ('10:30 [/var/log] 15"', (Word("10:30"), Word("[/var/log]"), Word('15"'))),
        ("IS:Open", (Match("is", (Text("open", fixed=True),)),)),
        ("is:new,vip", (Match("is", (Text("new", fixed=True), Text("vip", fixed=True))),)),
        ("assignee:me", (Match("owner", (Text("me", fixed=True),)),)),
        ('owner:"me"', (Match("owner", (Text("me"),)),)),
        ('owner:"Dana K.",none', (Match("owner", (Text("Dana K."), Text("none", fixed=True))),)),
        ("p:2", (Match("p", (Range(2, 2),)),)),
        ("p:1..2", (Match("p", (Range(1, 2),)),)),
        ("p:<3", (Match("p", (Range(None, 3, below=True),)),)),
        ("bounced:≥3x", (Match("bounced", (Range(3, None),)),)),
        ("alike:2..", (Match("alike", (Range(2, None),)),)),
        ("due:<2h", (Match("due", (Range(None, Duration(7200), below=True),)),)),
        ("due:>=1w", (Match("due", (Range(Duration(604800), None),)),)),
        ("idle:1h..1d12h30m", (Match("idle", (Range(Duration(3600), Duration(131400)),)),)),
        ("updated:Today", (Match("updated", (Range(Day("today"), Day("today")),)),)),
        ("created:>2026-11-20", (Match("created", (Range(Day("2026-11-20"), None, above=True),)),)),
        ("created:..2026-11-20", (Match("created", (Range(None, Day("2026-11-20")),)),)),
        ("clock:f", (Match("clock", (Text("first_response", fixed=True),)),)),
        ("!tag:a,b", (Not(Match("tag", (Text("a"), Text("b")))),)),
    ],
)
def test_what_text_means(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text) == Filter(terms)


@pytest.mark.parametrize(
    ("text", "marked", "words"),
    [
        ("is:open ownr:x", "ownr", "no key ownr; did you mean owner:?"),
        ("http://x/y", "http", 'quote it: "http://x/y"'),
        ("is:opn", "opn", "did you mean open?"),
        ("is:zzz", "zzz", "expected one of open, closed"),
        ("state:holt", "holt", "did you mean hold?"),
        ("p:7", "7", "up to 5"),
        ("p:x", "x", "expected a number like 3"),
        ("due:abc", "abc", "expected a duration like 2h, 30m, 3d"),
        ("due:<abc", "abc", "expected a duration like 2h, 30m, 3d"),
        ("idle:>today", "today", "expected a duration like 2h, 30m, 3d"),
        ("due:2h", "2h", "expected < or > before 2h"),
        ("created:2026-02-30", "2026-02-30", "or a day like today"),
        ("created:2h..today", "2h..today", "the same kind on both sides"),
        ("p:3..1", "3..1", "the smaller end first: 1..3"),
        ("idle:2d..1h", "2d..1h", "the smaller end first: 1h..2d"),
        ("created:2026-11-02..2026-11-01", "2026-11-02..2026-11-01", "the smaller end first"),
        ("p:..", "..", "on one side of .."),
        ("owner:okfor", "okfor", "did you mean Chidi Okafor?"),
        ("group:nettwork", "nettwork", "did you mean Network?"),
        ("source:xyz", "xyz", "no source is called xyz"),
        ('vpn "drops', '"drops', 'expected a closing "'),
        ('"a"b', "b", "expected a space"),
        ('owner:me"y"', '"', "expected a space or a comma"),
        ('p:"1"', '"1"', "expected a number"),
        ('tag:" "', '" "', "expected a name"),
        ("group:network,,apps", ",", "expected a name after group:"),
        ("a ! b", "!", "after !"),
        ("!!a", "!", "after !"),
    ],
)
def test_mistakes_are_marked_and_say_what_was_expected(text: str, marked: str, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, NAMES)
    error = caught.value
    assert text[error.start : error.end] == marked
    assert words in str(error)


@pytest.mark.parametrize("text", ["is:", "owner:", "p:", "due:<", "is:open,"])
def test_what_is_missing_is_marked_behind_the_end(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert (caught.value.start, caught.value.end) == (len(text), len(text) + 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 10_000, "at most 2000 characters"),
        ("x " * 5_000, "at most 2000 characters"),
        ("!a " * 41, "at most 40 conditions"),
        ("caf\udce9", "UTF-8"),
        ("owner:\ud800", "UTF-8"),
    ],
)
def test_what_nobody_types_is_refused_before_the_cache_is_asked(text: str, says: str) -> None:
    with pytest.raises(FilterError, match=says) as caught:
        parse(text)
    assert 0 <= caught.value.start < caught.value.end <= len(text)


@pytest.mark.parametrize(
    "text", ["owner:dana", "owner:sato", "owner:K", "owner:me,none", "group:APPS", "tag:any", "org:x"]
)
def test_known_names_and_unlisted_kinds_of_names_pass(text: str) -> None:
    assert parse(text, NAMES) == parse(text)


def test_nothing_is_misspelt_before_anything_was_pulled() -> None:
    assert parse("owner:whoever", Names())


# Round trip

_plain = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_durations = st.integers(0, 400 * 86400).map(Duration)
_days = st.one_of(
    st.dates(date(1901, 1, 1), date(2299, 12, 31)).map(lambda day: Day(day.isoformat())),
    st.sampled_from(DAY_WORDS).map(Day),
)


def _ordered(low: Duration, high: Duration) -> Range:
    return Range(min(low, high), max(low, high))


def _sided(
    quantities: st.SearchStrategy[int] | st.SearchStrategy[Duration] | st.SearchStrategy[Day],
) -> st.SearchStrategy[Range]:
    above = st.builds(lambda low, open_: Range(low, None, above=open_), quantities, st.booleans())
    below = st.builds(lambda high, open_: Range(None, high, below=open_), quantities, st.booleans())
    return st.one_of(above, below)


def _values(name: str) -> st.SearchStrategy[Text | Range]:
    key = KEYS[name]
    fixed: list[st.SearchStrategy[Text | Range]] = [st.sampled_from([Text(word, fixed=True) for word in key.words])]
    found = fixed if key.words else []
    if key.kind is Kind.NAME:
        found.append(_plain.filter(lambda text: bool(text.strip())).map(Text))
    elif key.kind is Kind.COUNT:
        counts = st.integers(0, min(key.top, 500))
        found += [counts.map(lambda count: Range(count, count)), _sided(counts)]
        found.append(st.tuples(counts, counts).map(lambda pair: Range(min(pair), max(pair))))
    elif key.kind is not Kind.WORDS:
        found += [st.builds(_ordered, _durations, _durations), _sided(_durations)]
        if key.kind is not Kind.ELAPSED:
            found += [_days.map(lambda day: Range(day, day)), _sided(_days)]
    return st.one_of(found)


_matches = st.sampled_from(sorted(KEYS)).flatmap(
    lambda name: st.lists(_values(name), min_size=1, max_size=3).map(lambda values: Match(name, tuple(values)))
)
_words = st.from_regex(r"\A[^\s!\"][^\s:]{0,10}\Z").filter(lambda text: not text.isspace()).map(Word)
_positive = st.one_of(_words, _plain.map(Phrase), _matches)
_filters = st.lists(st.one_of(_positive, _positive.map(Not)), max_size=5).map(lambda terms: Filter(tuple(terms)))


@given(_filters)
def test_a_filter_is_its_text(made: Filter) -> None:
    assert parse(str(made)) == made


def _tried(text: str, names: Names | None = None) -> Filter | FilterError:
    try:
        return parse(text, names)
    except FilterError as error:
        return error


def _parsed_or_marked(text: str, names: Names | None = None) -> None:
    found = _tried(text, names)
    if isinstance(found, FilterError):
        assert 0 <= found.start < found.end <= len(text) + 1
    else:
        assert parse(str(found)) == found
        assert explain(found)


@given(st.text(max_size=40))
def test_any_text_parses_or_says_where_it_does_not(text: str) -> None:
    _parsed_or_marked(text, NAMES)


@given(st.lists(st.sampled_from(['"', ":", ",", "!", "..", "<", ">", " ", "is", "owner", "due", "2h", "3", "a", "\\"])))
def test_pieces_of_the_language_in_any_order_do_no_harm(pieces: list[str]) -> None:
    _parsed_or_marked("".join(pieces))


# Meaning in words, combination, manual


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "every ticket in scope"),
        ("vpn", 'has a word beginning with "vpn"'),
        ("is:open owner:none", "it is open; the owner is nobody"),
        ("!group:network,apps", "not: the group is network or apps"),
        ("p:1..2", "the priority is from 1 to 2"),
        ("due:<2h", "the next breach is less than 2h away"),
        ("updated:>=1d", "it was changed at least 1d ago"),
        ("created:2026-11-20", "it was created on 2026-11-20"),
        ("created:>today", "it was created after today"),
        ("idle:>90m", "idle on our side for more than 1h30m"),
        ("clock:R", "the clock that breaches next is resolution (R)"),
    ],
)
def test_a_filter_in_a_sentence(text: str, words: str) -> None:
    assert explain(parse(text)) == words


@pytest.mark.parametrize(
    ("view", "typed", "both"),
    [
        ("is:open", "vpn", "is:open vpn"),
        ("is:open is:vip", "is:closed", "is:vip is:closed"),
        ("is:open", "state:solved,open", "state:solved,open"),
        ("is:open", "!is:open", "!is:open"),
        ("is:open", "scope:left", "scope:left"),
        ("is:open", "scope:in", "is:open scope:in"),
        ("is:open", "is:vip is:open", "is:open is:vip"),
        ("is:stalled", "is:closed", "is:stalled is:closed"),
    ],
)
def test_what_is_typed_narrows_the_view(view: str, typed: str, both: str) -> None:
    assert str(combine(parse(view), parse(typed))) == both


def test_the_manual_has_every_key_and_all_its_examples_parse() -> None:
    page = manual()
    for name, key in BY_NAME.items():
        assert f"`{name}:`" in page
        for example in key.examples:
            assert f"`{example}`" in page
            assert parse(example)
    assert all(f"`is:{word}`" in page for word in KEYS["is"].words)
    assert len(set(CLOCK_LETTERS)) == len(KEYS["clock"].words)


@pytest.mark.parametrize("text", ["updated:9999-12-31..", "updated:<0001-01-01", "created:1900-12-31"])
def test_days_of_no_desk_are_refused_where_they_stand(text: str) -> None:
    with pytest.raises(FilterError, match="a day like"):
        parse(text)
