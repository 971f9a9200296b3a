"""A self-hosted engine that guards the comment section of a news site."""

__version__ = "0.1.0"
