"""`python -m irrupt`: the command line."""

from irrupt.cli import main

if __name__ == "__main__":
    main()
