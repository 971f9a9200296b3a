"""The door for sites: routes, problems and what stands before them."""
