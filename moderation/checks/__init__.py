"""Certain, cheap facts about a comment, one file each: what they are called stands in catalogue.py."""
