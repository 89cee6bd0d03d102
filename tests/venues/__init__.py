"""The codecs, tested as functions: text in, facts out."""
