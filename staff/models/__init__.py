"""People, departments, areas, the working calendar, and how people and programs sign in."""

from staff.models.calendar import (
    CalendarDay,
    CalendarQuerySet,
    CalendarYear,
    WorkingSession,
    calendar_rows_written,
)
from staff.models.live_session import LiveSession
from staff.models.lockout import FailedSignIns
from staff.models.person import User
from staff.models.places import Area, Department, Tree
from staff.models.second_factor import RecoveryCode, SecondFactor
from staff.models.sign_in_log import SignInEntry
from staff.models.token import Token

__all__ = [
    "Area",
    "CalendarDay",
    "CalendarQuerySet",
    "CalendarYear",
    "Department",
    "FailedSignIns",
    "LiveSession",
    "RecoveryCode",
    "SecondFactor",
    "SignInEntry",
    "Token",
    "Tree",
    "User",
    "WorkingSession",
    "calendar_rows_written",
]
