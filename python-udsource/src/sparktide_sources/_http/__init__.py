"""HTTP: the client, its connections, and what the sources read from answers."""
