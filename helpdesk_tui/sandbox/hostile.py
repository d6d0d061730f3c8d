"""Titles that try to break whoever shows them. They reach clients as plain text, as real platforms pass them.

Written with escapes so that this file itself is harmless to read. None holds NUL, which no platform stores.
"""

from __future__ import annotations

HOSTILE_TITLES: tuple[str, ...] = (
    "[red]Everything is broken[/red] and [bold]urgent[/]",
    "Disk full: [/var/log] at 100 %",
    "[@click=app.quit]click here to close[/]",
    "\x1b[2J\x1b[HYour terminal was cleared \x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07Title changer \x1b]8;;http://evil.invalid/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIH4=\x07clipboard writer",
    "C1 \x9b31m control \x9d0;t\x9c and \x85 next line",
    "Invoice \u202exslx.tnemyap\u202c attached",
    "\u2066isolate\u2069 \u202alre\u202c \u202drlo backwards\u202c \u200frlm \u200elrm",
    "Z" + "\u0351" * 1500 + "a" + "\u0334" * 1500 + "lgo",
    "Tab\there, bell\x07, backspace\x08\x08\x08, vertical\x0btab, form\x0cfeed, delete\x7f",
    "Very long: " + "the same words over and over " * 120,
    "Unbroken:" + "A" * 4000,
    "Family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" + "\u200d\U0001f466" * 60 + " joined",
    "Two\nlines and\r\nthree",
    "\u2028line separator\u2029paragraph separator",
    "\ufeff\u200b\u200c\u2060invisible start, \u00adsoft\u00adhyphens\u00ad",
    "Ｆｕｌｌｗｉｄｔｈ 漢字 ｶﾅ 한국어 mixed עברית العربية",
    "\\[escaped] \\\\[/] [link=file:///etc/passwd]x[/link] {curly} %s %(n)s",
    "=HYPERLINK(\"http://evil.invalid\",\"open me\")",
    "<script>alert(1)</script> &lt;b&gt; <img src=x onerror=alert(1)>",
    "'; DROP TABLE ticket; -- \" ` $(reboot) ${HOME}",
    "\u1f469\u0301\u0489 flags \U0001f1eb\U0001f1f7\U0001f1ef \U0001f3f4\U000e0067"
    "\U000e0062\U000e007f skin \U0001f44d\U0001f3ff",
    "\ufffd\ufffe private \ue000 \U000f0000 unassigned \u0378",
    "   leading and trailing blanks   ",
)  # fmt: skip

HOSTILE_SHARE = 0.003
"""The share of all tickets with one of these titles."""

HOSTILE_BODY = (
    "\x1b[1;5;31mBlinking\x1b[0m body with [b]markup, [/etc/hosts], a\ttab,\na second line,\r\x1b[Kand an overwrite."
    "\n\u202eright to left\u202c \x9b2K done."
)
