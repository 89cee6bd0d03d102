"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re

from batactors.venues.setting_aside import SettingAside, ids_by, names_by

_ASIDE = SettingAside(
    orders=ids_by(re.compile(r'"orderId"\s*:\s*"([^"\\]{1,64})"')),
    names=names_by(re.compile(r'"orderLinkId"\s*:\s*"([^"\\]{1,64})"')),
)
each, alone, aside = _ASIDE.each, _ASIDE.alone, _ASIDE.aside
