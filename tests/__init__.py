"""The proofs: each test is a promise of the engine, told by its docstring, and what would break it."""
