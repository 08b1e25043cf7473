"""Workflows by name: the same steps, wired in different ways; the conventions run after all of them."""
