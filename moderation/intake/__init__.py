"""Make a trustworthy `Comment` of what a site sent, or say every fault of it at once."""
