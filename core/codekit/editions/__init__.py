"""From the files of a release to a compiled edition on disk, and back to what it holds."""
