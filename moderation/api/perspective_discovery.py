"""The discovery document by which generic Google clients learn the calls of the Perspective door."""

from __future__ import annotations

from typing import Any, Final

from moderation.api.perspective_bodies import ATTRIBUTES

VERSION: Final = "v1alpha1"
NAME: Final = "commentanalyzer"
TEXT: Final = {"type": "string"}
FLAG: Final = {"type": "boolean"}
NUMBER: Final = {"type": "number", "format": "float"}
WHOLE: Final = {"type": "integer", "format": "int32"}
TEXTS: Final = {"type": "array", "items": TEXT}

COMMON: Final[dict[str, Any]] = {
    "comment": {"$ref": "TextEntry"},
    "context": {"$ref": "Context"},
    "languages": TEXTS,
    "clientToken": TEXT,
    "sessionId": TEXT,
    "communityId": TEXT,
}
SCORES: Final = {"type": "object", "additionalProperties": {"$ref": "AttributeScores"}}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "TextEntry": {"text": TEXT, "type": TEXT},
    "ArticleAndParentComment": {"article": {"$ref": "TextEntry"}, "parentComment": {"$ref": "TextEntry"}},
    "Context": {
        "entries": {"type": "array", "items": {"$ref": "TextEntry"}},
        "articleAndParentComment": {"$ref": "ArticleAndParentComment"},
    },
    "AttributeParameters": {"scoreType": TEXT, "scoreThreshold": NUMBER},
    "Score": {"value": NUMBER, "type": TEXT},
    "SpanScore": {"begin": WHOLE, "end": WHOLE, "score": {"$ref": "Score"}},
    "AttributeScores": {
        "summaryScore": {"$ref": "Score"},
        "spanScores": {"type": "array", "items": {"$ref": "SpanScore"}},
    },
    "AnalyzeCommentRequest": {
        **COMMON,
        "requestedAttributes": {
            "type": "object",
            "additionalProperties": {"$ref": "AttributeParameters"},
            "description": "Attributes with a source here: " + ", ".join(ATTRIBUTES) + ".",
        },
        "doNotStore": {**FLAG, "description": "Nothing is stored in either case."},
        "spanAnnotations": FLAG,
        "dropUnsupportedAttributes": FLAG,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": SCORES,
        "languages": TEXTS,
        "detectedLanguages": TEXTS,
        "clientToken": TEXT,
    },
    "SuggestCommentScoreRequest": {**COMMON, "attributeScores": SCORES},
    "SuggestCommentScoreResponse": {"clientToken": TEXT, "requestedLanguages": TEXTS, "detectedLanguages": TEXTS},
}


def discovery_document(root: str) -> dict[str, Any]:
    """The document for a service that is reached at `root`."""
    base = root.rstrip("/") + "/"
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"{NAME}:{VERSION}",
        "name": NAME,
        "version": VERSION,
        "revision": "20261124",
        "title": "Perspective Comment Analyzer API, as moderation speaks it",
        "description": "Scores of comments on your own machine.",
        "protocol": "rest",
        "rootUrl": base,
        "servicePath": "",
        "baseUrl": base,
        "batchPath": "batch",
        "parameters": {
            "key": {"type": "string", "location": "query", "description": "A key of the site."},
            "alt": {"type": "string", "location": "query", "default": "json", "enum": ["json"]},
            "prettyPrint": {"type": "boolean", "location": "query", "default": "true"},
        },
        "schemas": {
            name: {"id": name, "type": "object", "properties": properties} for name, properties in SCHEMAS.items()
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment"),
                    "suggestscore": _method("suggestscore", "SuggestCommentScore"),
                }
            }
        },
    }


def _method(name: str, stem: str) -> dict[str, Any]:
    path = f"{VERSION}/comments:{name}"
    return {
        "id": f"{NAME}.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "parameters": {},
        "parameterOrder": [],
        "request": {"$ref": f"{stem}Request"},
        "response": {"$ref": f"{stem}Response"},
    }
