"""Who somebody is and what they may open: accounts, passwords, sessions, roles and pages."""
