"""ICD-10-CM for codekit."""
