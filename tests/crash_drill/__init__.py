"""The drill: a process that trades is killed with SIGKILL, again and again, and nothing is lost or done twice.

``python -m tests.crash_drill --kills 500``. The engine, its sockets, its file and its clock are the real ones; so is
the death. The venue is the simulated one, in a process of its own, with its faults on; at the end its ledger is the
truth.
"""
