"""Plugins: what codekit asks of them, how they are found, and how their hooks are called so that no fault spreads."""
