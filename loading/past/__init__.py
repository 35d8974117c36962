"""Orders whose life is over, written down many at a time instead of lived through the actions.

`life` writes one order's life in memory, row for row as the actions would; `rows` puts many of them into the database,
a few statements a batch. A test plays the same lives through the actions and compares.
"""
