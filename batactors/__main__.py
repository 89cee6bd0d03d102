"""``python -m batactors``: the command line."""

from batactors.cli.main import main

if __name__ == "__main__":
    main()
