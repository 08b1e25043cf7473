"""The four steps: evidence extractor, index navigator, tabular validator, code reconciler."""
