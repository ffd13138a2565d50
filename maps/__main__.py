"""``python -m maps`` is the command ``durand``."""

from maps.cli.main import main

if __name__ == "__main__":
    main()
