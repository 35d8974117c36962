"""Records of supervision: what counts how much, what left the house, and the day book of the figures."""

from oversight.models.board import Export, Figures, Weight
from oversight.models.daybook import Edition, Entry, Sum, Touched

__all__ = ["Edition", "Entry", "Export", "Figures", "Sum", "Touched", "Weight"]
