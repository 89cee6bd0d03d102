"""The codecs: each turns our words into one venue's frames and back. Pure: no clock, no waiting, no I/O."""
