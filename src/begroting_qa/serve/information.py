"""The pages that tell about the service itself: how to use it, and how accessible it is."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from begroting_qa.errors import IndexUnusableError
from begroting_qa.serve.holding import Running
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.templates import render

N_EXAMPLES = 3

router = APIRouter(include_in_schema=False, dependencies=[Depends(only_query())])


@router.get("/help")
def show_help(running: Running) -> Response:
    """Show what the service can and cannot do, how to check an answer and how to ask well; without an index too."""
    try:
        with running.lease() as loaded:
            examples = loaded.examples[:N_EXAMPLES]
    except IndexUnusableError:
        examples = []
    return render("help.html", {"examples": examples})


@router.get("/toegankelijkheid")
async def show_accessibility() -> Response:
    """Show the statement that a public body must publish."""
    return render("toegankelijkheid.html", {})
