"""What is secret on Bybit's wire, and where the client order ids stand."""

import re

from batactors.testing.venue.tap import HIDDEN, OrderNames, Tap

LOGON = re.compile(r'("args"\s*:\s*)\[[^\]]*\]')
SIGNED = re.compile(r"origin_string\[[^\]]*\]")
"""What a refusal of a signature repeats: there is the key in it."""


def without_secrets(text: str) -> str:
    """A frame, a request or a reply as anybody may read it. By REST keys and signatures are in headers alone."""
    if '"auth"' in text:
        text = LOGON.sub(rf'\1["{HIDDEN}"]', text)
    return SIGNED.sub(f"origin_string[{HIDDEN}]", text) if "origin_string" in text else text


def new_tap() -> Tap:
    """A tap for one venue."""
    return Tap(hidden=without_secrets, named=OrderNames(("orderLinkId",)).named)
