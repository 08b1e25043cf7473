"""The update job: new releases in, checked editions out, and a way back."""
