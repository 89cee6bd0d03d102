"""Binance USD-M's codec, frame by frame and answer by answer."""
