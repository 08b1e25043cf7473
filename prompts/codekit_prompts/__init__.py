"""Prompts that codekit brings: one folder for each set, one template for each step."""
