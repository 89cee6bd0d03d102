"""Kraken Spot. The shapes of frames come from the sections of the sheet that are named beside them."""
