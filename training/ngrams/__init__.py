"""Train the `ngrams` engine: linear heads over hashed n-grams, from sets whose licences allow shipping."""
