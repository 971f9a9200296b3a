"""Tell the site what became of a comment: Standard Webhooks 1.0.0, through an outbox."""
