"""A newsroom to look at: articles and comments written for this product, of people and places that do not exist."""
