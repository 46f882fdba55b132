"""Policy documents in, the clause that answers out, or an honest no.

Keeps a file of its own and knows nothing of chat, roster or visits. What takes long to import is imported when it is first needed.
"""

from policy_kb.base import Added, Answer, Hit, KnowledgeBase, Refused, iter_files
from policy_kb.comparing import Change, Comparison
from policy_kb.documents import Clause, Document
from policy_kb.errors import BadEdit, NoSuchDocument, PolicyError, Unreadable

__all__ = [
    "Added",
    "Answer",
    "BadEdit",
    "Change",
    "Clause",
    "Comparison",
    "Document",
    "Hit",
    "KnowledgeBase",
    "NoSuchDocument",
    "PolicyError",
    "Refused",
    "Unreadable",
    "iter_files",
]
