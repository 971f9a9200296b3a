"""Who may do what: keys of sites, passwords and sessions of people, and the permissions of roles."""
