"""How good a coder is: labelled notes in, figures and a report out."""
