"""The smallest graph: two nodes in a row turn {"value": 5} into {"value": 12}.

python -m examples.adder              in this process
python -m examples.adder --durable    on a Temporal server that is started for it
"""

from __future__ import annotations

from typing import TypedDict

from examples import running
from temporal_pregel import END, START, StateGraph


class Numbers(TypedDict):
    value: int


def adder(state: Numbers) -> Numbers:
    return {"value": state["value"] + 1}


def multiplier(state: Numbers) -> Numbers:
    return {"value": state["value"] * 2}


builder = StateGraph(Numbers)
builder.add_node(adder)
builder.add_node(multiplier)
builder.add_edge(START, "adder")
builder.add_edge("adder", "multiplier")
builder.add_edge("multiplier", END)
app = builder.compile(name="adder")


def main(words: list[str] | None = None) -> None:
    line = running.parser(__doc__)
    line.add_argument("value", nargs="?", type=int, default=5, help="what the graph is given (default: %(default)s)")
    chosen = line.parse_args(words)
    print(running.run(app, chosen, lambda graph: running.invoke(graph, {"value": chosen.value})))


if __name__ == "__main__":
    main()
