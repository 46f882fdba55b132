"""Policy documents in, the clause that answers out, or an honest no.

Keeps a file of its own and knows nothing of chat, roster or visits. What takes long to import is imported when it is first needed.
"""

from policy_kb.base import Added, Answer, Clause, Document, Hit, KnowledgeBase, Reader, iter_files
from policy_kb.errors import NoSuchDocument, PolicyError, Unreadable

__all__ = [
    "Added",
    "Answer",
    "Clause",
    "Document",
    "Hit",
    "KnowledgeBase",
    "NoSuchDocument",
    "PolicyError",
    "Reader",
    "Unreadable",
    "iter_files",
]
