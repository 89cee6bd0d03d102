"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re

from batactors.venues.setting_aside import SettingAside, ids_by, names_by

_ASIDE = SettingAside(
    # `uid` is an order's in CANCEL and REJECT rows, and a fill's elsewhere: a name that nobody has harms nothing.
    orders=ids_by(re.compile(r'"(?:order_id|orderId)"\s*:\s*"([^"\\]{1,64})"')),
    names=names_by(re.compile(r'"(?:cli_ord_id|cliOrdId|clientId)"\s*:\s*"([^"\\]{1,100})"')),
    secret=re.compile(r'("(?:api_key|original_challenge|signed_challenge)"\s*:\s*")[^"]*'),
)
each, alone, aside = _ASIDE.each, _ASIDE.alone, _ASIDE.aside
