"""`python -m codekit` is the command `codekit`."""

from codekit.cli.main import main

if __name__ == "__main__":
    main()
