"""The data file: what is written down, and how it is asked for again.

Answers for SQL, transactions and durability. Knows nothing of chat, of policy documents or of the rules of the trade.
"""

from storage.errors import Busy, Conflict, StorageError
from storage.store import Store, Unit

__all__ = ["Busy", "Conflict", "StorageError", "Store", "Unit"]
