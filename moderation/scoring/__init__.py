"""How likely a text is to do harm, by label: numbers, never decisions."""
