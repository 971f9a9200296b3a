"""The people's queue: when a case is due, who has it, and what a verdict does."""
