"""The four steps done by a language model, which only ever picks from what the classification proposes."""
