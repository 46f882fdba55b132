"""The rules of the trade: duties, visits, evidence, check-ins, reminders, the team's week, the roster.

Knows storage and nothing of chat or of policy documents. The clock is passed in; days are Shanghai days.
"""

from fieldwork.days import SHANGHAI, Week, day_of
from fieldwork.errors import FieldworkError

__all__ = ["SHANGHAI", "FieldworkError", "Week", "day_of"]
