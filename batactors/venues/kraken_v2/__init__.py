"""What Kraken Spot and the Unified WebSocket speak alike: WebSocket v2, and the REST that gives its tokens and answers.

Section numbers refer to the sheet of Kraken Spot. What the venues say otherwise is in each one's ``Dialect``.
"""
