"""HTTP: one client, the connections below it, and what the sources read from answers."""
