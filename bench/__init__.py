"""`make bench`: a city of a million orders on this machine, the hotline as in production, and a table of what was seen.

Every figure is a ratio, or a time, taken in one run beside what it is compared with. Not a part of the application: it
drives it from outside, and makes the big city its figures need.
"""
