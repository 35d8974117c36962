"""PostgreSQL and Valkey on this machine, from Python wheels, for when no DATABASE_URL or REDIS_URL is given.

The wheels are young projects, so nothing outside this package knows them: the rest of the house sees two URLs.
"""
