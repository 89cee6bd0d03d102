"""What becomes of a command when something fails: told in docs/unknown-outcomes.md, and measured here."""
