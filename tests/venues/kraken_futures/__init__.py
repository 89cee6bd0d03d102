"""The codec of Kraken Futures, frame by frame and answer by answer."""
