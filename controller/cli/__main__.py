"""`python3 -m controller.cli`, the same as `shopfleet`."""

from controller.cli import main

if __name__ == "__main__":
    main()
