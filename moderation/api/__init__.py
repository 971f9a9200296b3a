"""The site's door: the comments API, and the protocols that other clients speak."""
