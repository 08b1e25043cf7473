"""Reading a note: sections, sentences, words, assertion."""
