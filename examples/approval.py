"""A person decides: write a draft, ask, and publish it or revise it until the answer is yes.

    python -m examples.approval hello                             asks here, in this process
    python -m examples.approval hello --answer louder --answer yes
    python -m examples.approval hello --durable                   asks here too, but the run waits on a Temporal server

On a server where a worker serves this graph, a person needs nothing but the `temporal` CLI:

    temporal workflow start  --type approval --task-queue pregel --workflow-id t1 --input '{"draft": "hello"}'
    temporal workflow query  --workflow-id t1 --type state
    temporal workflow signal --workflow-id t1 --name resume --input '"yes"'
    temporal workflow result --workflow-id t1
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Literal, TypedDict

from examples import running
from temporal_pregel import END, START, Command, InMemorySaver, StateGraph, interrupt


class Article(TypedDict, total=False):
    draft: str
    wishes: list[str]
    published: bool


def write(state: Article) -> Article:
    """The first draft. (Here an agent would ask a model; this one tidies up what it was given.)"""
    return {"draft": " ".join(state.get("draft", "").split()) or "(an empty draft)"}


def review(state: Article) -> Command[Literal["publish", "revise"]]:
    """Ask. Until somebody answers, no process has to wait: the run is in the event history alone."""
    answer = interrupt(f'Publish "{state["draft"]}"? Answer "yes", or say what to change.')
    if answer is True or str(answer).strip().casefold() == "yes":
        return Command(goto="publish")
    wish = answer if isinstance(answer, str) else json.dumps(answer)
    return Command(update={"wishes": [*state.get("wishes", ()), wish]}, goto="revise")


EDITS: dict[str, Callable[[str], str]] = {
    "louder": str.upper,
    "quieter": str.lower,
    "shorter": lambda text: " ".join(text.split()[: max(1, len(text.split()) // 2)]),
    "friendlier": lambda text: f"Dear reader, {text}",
}


def revise(state: Article) -> Article:
    """Fulfil the latest wish: a few are understood, every other one is noted behind the text."""
    wish = state["wishes"][-1]
    edit = EDITS.get(wish.strip().casefold(), lambda text: f"{text} ({wish})")
    return {"draft": edit(state["draft"])}


def publish(state: Article) -> Article:
    return {"published": True}


builder = StateGraph(Article)
builder.add_node(write)
builder.add_node(review)
builder.add_node(revise)
builder.add_node(publish)
builder.add_edge(START, "write")
builder.add_edge("write", "review")
builder.add_edge("revise", "review")
builder.add_edge("publish", END)
# In this process the saver keeps what waits; on Temporal the event history does, and the saver is not used.
app = builder.compile(name="approval", checkpointer=InMemorySaver())


def ask(question: str) -> str:
    """Ask at the terminal.

    Raises:
        SystemExit: nobody is there to answer.
    """
    try:
        return input(f"{question}\n> ")
    except EOFError:
        sys.exit("\nNobody answers; give answers with --answer.")


def main(words: list[str] | None = None) -> None:
    line = running.parser(__doc__)
    line.add_argument("draft", nargs="?", default="hello", help="text to publish (default: %(default)s)")
    line.add_argument(
        "--answer", action="append", default=[], help="an answer in place of one typed; may be given again"
    )
    chosen = line.parse_args(words)
    prepared = iter(chosen.answer)

    def answer(question: Any) -> Any:
        given = next(prepared, None)
        if given is None:
            return ask(question)
        print(f"{question}\n> {given}")
        return given

    print(running.run(app, chosen, lambda graph: running.converse(graph, {"draft": chosen.draft}, answer)))


if __name__ == "__main__":
    main()
