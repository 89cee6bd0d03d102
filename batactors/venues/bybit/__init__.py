"""Bybit linear: what is settled in USDT or USDC, over API v5. Sections are those of its fact sheet."""
