"""Reading a visit out of one free message: whom, when, how, what was done, what is wrong, what follows."""

from fieldwork.reading.reading import Reading, read
from fieldwork.reading.roster import Cadre, Household, Member, Roster

__all__ = ["Cadre", "Household", "Member", "Reading", "Roster", "read"]
