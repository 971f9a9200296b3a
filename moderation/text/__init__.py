"""Text as the other rooms need it: counted, folded for matching, shown without tricks, and its language guessed.

Everything here is pure and quick, never raises for any Unicode (lone surrogates too), and knows no room above it.
"""
