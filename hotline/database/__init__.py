"""Django's PostgreSQL, with a connection that is looked at instead of asked before it is used again."""
