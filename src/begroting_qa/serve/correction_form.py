"""What was filled in to correct a commitment -> a correction, or what is wrong with it, by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import ValidationError

from begroting_qa import messages
from begroting_qa.corrections import MAX_REASON_CHARS, Change, Correction, Due
from begroting_qa.domain import CommitmentStatus
from begroting_qa.serve import wording
from begroting_qa.serve.limits import only_this_machine, read_body
from begroting_qa.serve.problems import ProblemError, invalid_request

FORM = "application/x-www-form-urlencoded"
MAX_DUE_CHARS = 200
_FIELDS = ("status", "due", "dueText", "dueFrom", "dueTo", "notACommitment", "withdrawn", "reason")
_DUE = ("keep", "removed", "other")


@dataclass(slots=True, kw_only=True)
class CorrectionForm:
    """The fields as they were filled in; `errors` says by field what to do."""

    status: str = ""
    due: str = "keep"
    due_text: str = ""
    due_from: str = ""
    due_to: str = ""
    not_a_commitment: bool = False
    withdrawn: bool = False
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, change: Change | None) -> CorrectionForm:
        """Return the form filled in with what holds now, since a correction takes the place of the one before it whole."""
        if change is None:
            return cls()
        due = change.due
        form = cls(status=change.status or "", not_a_commitment=change.not_a_commitment)
        if isinstance(due, Due):
            form.due, form.due_text, form.due_from, form.due_to = "other", due.text, str(due.first), str(due.last)
        elif due == "removed":
            form.due = "removed"
        return form

    def to_correction(self, commitment_id: str) -> Correction | None:
        """Return the correction; None where it is none yet, and `errors` says why."""
        self._check_reason()
        due = None if self.withdrawn else self._read_due()
        is_change = bool(self.status) or due is not None or self.not_a_commitment
        if not (self.withdrawn or is_change or self.errors):
            self.errors["status"] = wording.CORRECTION_NO_CHANGE
        if self.errors:
            return None
        own: dict[str, Any] = {"withdrawn": True}
        if not self.withdrawn:
            own = {"status": self.status or None, "due": due, "not_a_commitment": self.not_a_commitment}
        return Correction(commitment_id=commitment_id, reason=self.reason, **own)

    def _check_reason(self) -> None:
        if not self.reason:
            self.errors["reason"] = wording.CORRECTION_NO_REASON
        elif len(self.reason) > MAX_REASON_CHARS:
            self.errors["reason"] = wording.correction_too_long(len(self.reason), MAX_REASON_CHARS)

    def _read_due(self) -> Due | Literal["removed"] | None:
        """Return the term; one day is both its first and its last, and days that nobody put into words are their own."""
        if self.due != "other":
            return "removed" if self.due == "removed" else None
        days = [self._day("dueFrom", self.due_from or self.due_to), self._day("dueTo", self.due_to or self.due_from)]
        if len(self.due_text) > MAX_DUE_CHARS:
            self.errors["dueText"] = wording.correction_too_long(len(self.due_text), MAX_DUE_CHARS)
        first, last = days
        if first is None or last is None:
            return None
        if first > last:
            self.errors["dueTo"] = wording.CORRECTION_REVERSED
        if self.errors:
            return None
        text = self.due_text or messages.period_in_words(first, last)
        return Due.model_validate({"text": text, "from": first, "to": last})

    def _day(self, name: str, typed: str) -> date | None:
        try:
            # the same days as the register takes everywhere
            return Due.model_validate({"text": "dag", "from": typed, "to": typed}).first
        except ValidationError:
            self.errors[name] = wording.NO_DAY
            return None


async def read_correction(request: Request) -> CorrectionForm:
    """Return what a browser sent.

    Raises:
        ProblemError: it is no form of ours.
    """
    data = await read_body(request, FORM)
    try:
        pairs = parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=len(_FIELDS))
    except ValueError as error:
        raise ProblemError(invalid_request(wording.FORM_NOT_OURS)) from error
    fields = {key: value.replace("\r\n", "\n").strip() for key, value in pairs}
    status, due = fields.get("status", ""), fields.get("due", "keep")
    is_ours = len(fields) == len(pairs) and fields.keys() <= set(_FIELDS) and due in _DUE
    if not is_ours or (status and status not in list(CommitmentStatus)):
        raise ProblemError(invalid_request(wording.FORM_NOT_OURS))
    return CorrectionForm(
        status=status, due=due, due_text=fields.get("dueText", ""), due_from=fields.get("dueFrom", ""),
        due_to=fields.get("dueTo", ""), not_a_commitment="notACommitment" in fields, withdrawn="withdrawn" in fields,
        reason=fields.get("reason", ""),
    )  # fmt: skip


async def only_form_of_this_machine(request: Request) -> None:
    """Refuse a form as `only_this_machine` does.

    A browser names the origin of our pages `null`, for they tell no referrer; that it is the one of the address itself, it then
    says in a header that no page can set (Fetch Metadata).

    Raises:
        ProblemError: the form was not sent from a page of ours in a browser on this machine.
    """
    headers, scope = request.headers, request.scope
    if headers.get("origin") == "null" and headers.get("sec-fetch-site") == "same-origin":
        others = [(name, value) for name, value in scope["headers"] if name != b"origin"]
        scope = {**scope, "headers": [*others, (b"origin", f"http://{headers.get('host', '')}".encode("latin-1"))]}
    await only_this_machine(Request(scope))


async def is_this_machine(request: Request) -> bool:
    """Tell whether a form of who asks would be taken."""
    try:
        await only_form_of_this_machine(request)
    except ProblemError:
        return False
    return True
