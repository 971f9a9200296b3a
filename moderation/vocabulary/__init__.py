"""The nouns of the trade, frozen and without behaviour.

A site sends a `Comment`; checks and a scorer turn it into `Signal`s and `Scores`; a policy makes a `Decision`; a person
gives a `Verdict`; an author opens an `Appeal`. Offsets are Unicode code points of the field as it was given, end
exclusive. Times are aware UTC. Probabilities are floats from 0 to 1.
"""

from moderation.vocabulary.comment import Article, Author, Comment, FormFacts, Sender
from moderation.vocabulary.facts import (
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Facts,
    ScoreContext,
    Scores,
    SenderFacts,
    Signal,
    SiteFacts,
    Span,
)
from moderation.vocabulary.outcome import Appeal, Decision, FiredRule, Verdict
from moderation.vocabulary.words import (
    PROTECTED_NAME,
    STATUS_OF,
    Action,
    CaseState,
    Door,
    Field,
    Ground,
    Label,
    Lane,
    Role,
    Severity,
    Status,
)

__all__ = [
    "PROTECTED_NAME",
    "STATUS_OF",
    "Action",
    "Appeal",
    "Article",
    "ArticleFacts",
    "Author",
    "AuthorFacts",
    "CaseState",
    "Comment",
    "CommentFacts",
    "Decision",
    "DecisionInput",
    "Door",
    "Facts",
    "Field",
    "FiredRule",
    "FormFacts",
    "Ground",
    "Label",
    "Lane",
    "Role",
    "ScoreContext",
    "Scores",
    "Sender",
    "SenderFacts",
    "Severity",
    "Signal",
    "SiteFacts",
    "Span",
    "Status",
    "Verdict",
]
