"""What the law of a site's home says about keeping, clocks and orders: dated configuration, never constants.

- A rule counts from its `in_force_from` on, for what happens from then on; the newest that is in force wins.
- Each rule names its source and the file says when it was reviewed and by whom.
- A legal basis that is void or a draft stands in the catalogue so that it can be refused by name.
- A country without a profile of its own is kept under `EU` when it is a member state, else it must be chosen.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from moderation.errors import Invalid, NotFound

EU_MEMBERS: Final = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISKEU"))
DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?)?")


class BadProfile(Invalid):
    """a retention profile cannot be read"""

    code = "bad_profile"
    hint = "compare it with the shipped `IN.yaml`"


class NoProfile(NotFound):
    """there is no retention profile for this country"""

    code = "no_profile"
    hint = "set the site's region to `IN` or `EU`, or add a profile"


class RequestType(StrEnum):
    """What somebody wants of us."""

    INFORMATION_ORDER = "information_order"
    EMERGENCY_INFORMATION = "emergency_information"
    PRESERVATION = "preservation"
    TAKEDOWN_ORDER = "takedown_order"
    CIVIL_SUBPOENA = "civil_subpoena"
    DSAR = "dsar"
    ERASURE = "erasure"
    GRIEVANCE_IN = "grievance_in"
    NOTICE_DSA16 = "notice_dsa16"
    NOTICE_UK_S5 = "notice_uk_s5"
    APPEAL = "appeal"


class BasisStatus(StrEnum):
    IN_FORCE = "in_force"
    VOID = "void"
    DRAFT = "draft"


def _duration(value: object) -> object:
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not (match[1] or match[2]):
        raise ValueError("a period looks like `P180D` or `PT72H`")
    return timedelta(days=int(match[1] or 0), hours=int(match[2] or 0))


Model = TypeVar("Model", bound=BaseModel)
Period = Annotated[timedelta, BeforeValidator(_duration)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RetentionRule(_Strict):
    keep: Period
    starts: Literal["submission", "removal", "cancellation"]
    rule: str
    in_force_from: date
    source: str = Field(min_length=10)


class ClockRule(_Strict):
    id: str
    due: Period
    types: tuple[RequestType, ...]
    in_force_from: date
    source: str = Field(min_length=10)


class GagRule(_Strict):
    basis: str
    until: Literal["permanent", "written_permission", "released"]
    source: str = Field(min_length=10)


class Profile(_Strict):
    """One country's periods and clocks."""

    id: str = Field(pattern=r"^[A-Z]{2}$")
    name: str
    reviewed_on: date
    reviewer: str
    data_location: str
    certificate: Literal["bsa63", "generic"]
    time_zone: str
    clock_sources: tuple[str, ...] = ()
    retention: dict[Literal["sender_record", "removed_content", "registration"], tuple[RetentionRule, ...]]
    clocks: tuple[ClockRule, ...]
    gag: tuple[GagRule, ...] = ()

    def period(self, kind: Literal["sender_record", "removed_content", "registration"], on: date) -> RetentionRule:
        """The rule that counts for what happens on this day.

        Raises:
            NoProfile: none is in force.
        """
        rules = [rule for rule in self.retention.get(kind, ()) if rule.in_force_from <= on]
        if not rules:
            raise NoProfile(f"the profile `{self.id}` has no rule for `{kind}` on {on.isoformat()}")
        return max(rules, key=lambda rule: rule.in_force_from)

    def clocks_for(self, kind: RequestType, on: date) -> tuple[ClockRule, ...]:
        """The clocks that a request starts when it is received on this day."""
        return tuple(clock for clock in self.clocks if kind in clock.types and clock.in_force_from <= on)


class Basis(_Strict):
    """A law on which an order can rest."""

    id: str
    country: str
    citation: str
    status: BasisStatus
    in_force_from: date
    void_since: date | None = None
    types: tuple[RequestType, ...]
    min_rank: dict[str, str]
    elements: tuple[str, ...]
    source: str = Field(min_length=10)


class Catalogue(_Strict):
    """All legal bases, and the ranks of each kind of authority, lowest first."""

    reviewed_on: date
    ranks: dict[str, tuple[str, ...]]
    bases: tuple[Basis, ...]

    def basis(self, basis_id: str) -> Basis | None:
        return next((basis for basis in self.bases if basis.id == basis_id), None)

    def outranks(self, kind: str, rank: str, needed: str) -> bool:
        """Whether an officer's rank is at least the needed one; an unknown rank is not."""
        order = self.ranks.get(kind, ())
        return rank in order and needed in order and order.index(rank) >= order.index(needed)


def read_profile(text: str) -> Profile:
    """Read a profile from YAML.

    Raises:
        BadProfile: with the first fault's place.
    """
    return _read(text, Profile)


def _read(text: str, model: type[Model]) -> Model:
    try:
        return model.model_validate(YAML(typ="safe").load(text))
    except YAMLError:
        raise BadProfile("the file is no YAML") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadProfile(f"`{where}`: {first['msg'].lower()}") from None


def _shipped(name: str) -> str:
    return (files("moderation.evidence") / "profiles" / name).read_text(encoding="utf-8")


@cache
def load_profile(region: str) -> Profile:
    """The profile of a site's region.

    Raises:
        NoProfile: none is shipped.
    """
    name = "EU" if region in EU_MEMBERS else region
    try:
        return read_profile(_shipped(f"{name}.yaml"))
    except (FileNotFoundError, ValueError):
        raise NoProfile(f"there is no retention profile for `{region}`") from None


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of legal bases."""
    return _read(_shipped("legal_basis.yaml"), Catalogue)
