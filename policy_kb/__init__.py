"""Policy documents in, the clause that answers out, or an honest no.

Keeps a file of its own and knows nothing of chat, roster or visits. What takes long to import is imported when it is first needed.
"""

from policy_kb.base import Added, Answer, Hit, KnowledgeBase, Refused, iter_files
from policy_kb.comparing import Change, Comparison
from policy_kb.documents import Clause, Document, Given
from policy_kb.errors import BadEdit, NoSuchDocument, PolicyError, Unreadable
from policy_kb.rights import Reader, Scope, may_read
from policy_kb.rulings import Issued, Ruling
from policy_kb.wordings import Wording

__all__ = [
    "Added",
    "Answer",
    "BadEdit",
    "Change",
    "Clause",
    "Comparison",
    "Document",
    "Given",
    "Hit",
    "Issued",
    "KnowledgeBase",
    "NoSuchDocument",
    "PolicyError",
    "Reader",
    "Refused",
    "Ruling",
    "Scope",
    "Unreadable",
    "Wording",
    "iter_files",
    "may_read",
]
