"""Records of supervision: what counts how much, what left the house, and the day book of the figures."""

from oversight.models.board import Figures, Weight
from oversight.models.daybook import Edition, Entry, Sum, Touched
from oversight.models.export import Export, Taken

__all__ = ["Edition", "Entry", "Export", "Figures", "Sum", "Taken", "Touched", "Weight"]
