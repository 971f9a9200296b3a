"""The author's second look: who may ask for it, and who may give it."""
