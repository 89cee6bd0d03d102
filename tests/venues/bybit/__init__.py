"""The codec of Bybit linear."""
