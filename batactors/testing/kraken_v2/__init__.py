"""Kraken's WebSocket v2 as its venues have it in common: Spot's two hosts, and the Unified WebSocket of derivatives."""
