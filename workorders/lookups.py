"""Conditions said so that the planner has no say in them."""

from django.db.models import BooleanField, Func


class AnyOf(Func):
    """Whether the first is among the second, an array subquery, which is looked up before and once."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()
