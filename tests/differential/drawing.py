"""Graphs and conversations to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.differential.specs import BranchSpec, GraphSpec, NodeSpec, Scenario, SendTo, Targets

OUTER = ("a", "b", "c", "d", "e")
INNER = ("p", "q", "r")
START, END = "__start__", "__end__"

WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("total"), st.integers(0, 3)),
        st.tuples(st.just("last"), st.integers(0, 9)),
        st.tuples(st.just("any"), st.integers(0, 9)),
        st.tuples(st.just("total"), st.tuples(st.just("overwrite"), st.integers(50, 59))),
        st.tuples(st.just("log"), st.tuples(st.just("overwrite"), st.just(("afresh",)))),
        st.tuples(st.sampled_from(("most", "topic", "brief", "unkept", "secret")), st.integers(0, 9)),
        st.tuples(st.just("unknown"), st.just(1)),
    ),
    max_size=2,
    unique_by=lambda write: write[0],
).map(tuple)


def rarely(draw: Any, one_in: int) -> bool:
    return bool(draw(st.integers(0, one_in - 1)) == one_in - 1)


def targets(draw: Any, names: Sequence[str], sent: Sequence[str] = ()) -> Targets:
    """Up to two places to go: ``names``, or ``sent`` by Send. Sends only go forward, or else their tasks would multiply
    in every round of a loop."""
    one = st.sampled_from(names)
    if sent:
        one = one | st.builds(SendTo, st.sampled_from(sent), st.integers(0, 5))
    return tuple(draw(st.lists(one, min_size=1, max_size=2)))


KINDS = (*["plain"] * 6, "asks", "asks", "fails", "command", "commands", "none", "graph")


def node(draw: Any, name: str, *, inside: bool, nests: bool, ends: Sequence[str], later: Sequence[str]) -> NodeSpec:
    kind = draw(st.sampled_from(KINDS))
    given: dict[str, Any] = {"writes": draw(WRITES), "defer": rarely(draw, 6)}
    match kind:
        case "asks":
            given["asks"] = draw(st.integers(1, 2))
        case "fails":
            given["fails"] = draw(st.integers(1, 3))
            given["attempts"] = draw(st.integers(0, 3))
        case "command" | "commands":
            given["returns"] = kind
            given["goto"] = targets(draw, ends, later)
            if inside and rarely(draw, 3):
                given.update(returns="parent", goto=targets(draw, OUTER[:2]))
        case "none":
            given["returns"] = "none"
        case "graph" if nests and not inside:
            inner, keeps = draw(graphs(inside=True)), draw(st.sampled_from((None, None, True, False)))
            given["inner"] = replace(asking_nothing(inner) if keeps is False else inner, keeps=keeps)
            given["called"] = draw(st.booleans())
    given["narrow"] = (given.get("inner") is None or given["called"]) and rarely(draw, 8)
    return NodeSpec(name, **given)


def asking_nothing(graph: GraphSpec) -> GraphSpec:
    """A graph that is kept nowhere forgets what it was answered, so that none gets beyond a second question; and in
    LangGraph answers by id don't reach it at all."""
    return replace(graph, nodes=tuple(replace(node, asks=0) for node in graph.nodes))


@st.composite
def graphs(draw: Any, *, inside: bool = False, nests: bool = True) -> GraphSpec:
    every = INNER if inside else OUTER
    names = every[: draw(st.integers(1, len(every)))]
    # Inner graphs only go forward, so that they end.
    after = {name: (names[place + 1 :] if inside else names) + (END,) for place, name in enumerate(names)}
    later = {name: names[place + 1 :] for place, name in enumerate(names)}
    nodes = tuple(node(draw, name, inside=inside, nests=nests, ends=after[name], later=later[name]) for name in names)
    edges = {(START, draw(st.sampled_from(names)))}
    for name in names:
        forward = (*names[names.index(name) + 1 :], END)
        for end in draw(st.lists(st.sampled_from(forward), max_size=2, unique=True)):
            edges.add((name, end))
    if rarely(draw, 2):
        edges.add((START, draw(st.sampled_from(names))))
    if not inside and rarely(draw, 4):
        edges.add((draw(st.sampled_from(names)), draw(st.sampled_from(names))))
    joins = []
    if len(names) > 2 and rarely(draw, 2):
        starts = draw(st.lists(st.sampled_from(names[:-1]), min_size=2, max_size=3, unique=True))
        joins.append((tuple(starts), names[-1]))
    branches = []
    if rarely(draw, 2):
        source = draw(st.sampled_from((START, *names)))
        mapped = draw(st.booleans())
        ends = names if source == START else after[source]
        count = draw(st.integers(1, 3))
        sent = () if mapped else later.get(source, names)
        options = tuple(targets(draw, ends, sent) for _ in range(count))
        branches.append(BranchSpec(source, options, mapped))
    stops = st.lists(st.sampled_from(names), max_size=1).map(tuple)
    rare = not inside and rarely(draw, 5)
    return GraphSpec(
        nodes,
        tuple(sorted(edges)),
        tuple(joins),
        tuple(branches),
        before=draw(stops) if rare else (),
        after=draw(stops) if rare else (),
        backwards=draw(st.booleans()),
    )


def steps(graph: GraphSpec) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    names = st.sampled_from([spec.name for spec in graph.nodes])
    number = st.integers(0, 9)
    said = st.one_of(
        st.tuples(st.just("answer all"), number),
        st.tuples(st.just("answer one"), number),
        st.tuples(st.just("answer"), number),
        st.tuples(st.just("answer and update"), number),
        st.tuples(st.just("go on"), st.none()),
        st.tuples(st.just("say"), number),
        # A goto from outside to a deferred node runs nothing, and LangGraph shows it as due.
        st.tuples(st.just("go to"), st.sampled_from([spec.name for spec in graph.nodes if not spec.defer] or [END])),
        st.tuples(st.just("update"), names),
        st.tuples(st.just("update without a name"), st.none()),
        st.tuples(st.just("replay"), number),
        st.tuples(st.just("fork"), st.tuples(number, names)),
    )
    nests = any(spec.inner is not None for spec in graph.nodes)
    return st.lists(said, max_size=4).map(lambda said: without_upstream_faults(said, nests=nests))


def without_upstream_faults(said: list[tuple[str, Any]], *, nests: bool) -> tuple[tuple[str, Any], ...]:
    """LangGraph 1.2.22 uses an answer without an id a second time when the thread merely goes on, in graphs inside also
    when another question is answered by its id; and a replay or fork takes over what a command wrote at its
    checkpoint."""
    answered = [place for place, (verb, _) in enumerate(said) if verb in ("answer", "answer and update")]
    commands = any(verb in ("answer and update", "go to") for verb, _ in said)
    by_id = ("answer all", "answer one") if nests else ()
    again = ("go on", "replay", "fork", "say", *by_id) if answered else ()
    return tuple(
        one
        for place, one in enumerate(said)
        if not (commands and one[0] in ("replay", "fork")) and not (one[0] in again and place > answered[0])
    )


@st.composite
def scenarios(draw: Any, *, on_loop: bool = False) -> Scenario:
    graph = one_at_a_time(draw(graphs()))
    said = draw(steps(graph))
    # After what a command writes, tasks that are due are shown in the order of their names in LangGraph, of their
    # declaration here; in the branch of a replay the other way round.
    reordered = graph.backwards and any(verb in REORDERING for verb, _ in said)
    return Scenario(
        graph,
        draw(st.integers(2, 9)),
        not rarely(draw, 6),
        said,
        modes=() if reordered else draw(st.sampled_from(MODES)),
        subgraphs=rarely(draw, 2),
        durability=draw(st.sampled_from(durabilities(graph, on_loop=on_loop))),
    )


REORDERING = ("answer and update", "go to", "replay", "fork")
MODES = ((), (), ("tasks",), ("checkpoints",), ("debug",), ("tasks", "checkpoints"))


def durabilities(graph: GraphSpec, *, on_loop: bool) -> tuple[str, ...]:
    """Those with which LangGraph does what it says.

    async: it saves aside of the run, and what a join holds may change before it is written down: now and then its
        history shows the end of a join as due where it was not. So with "exit" on an event loop.
    sync: it raises AttributeError where a graph inside is kept nowhere.
    exit: an answer does not reach a graph inside that is kept nowhere; and what a finished task wrote to an untracked
        channel is saved where others of its superstep have not finished. Here no untracked value is ever saved.
    """
    inner = [node.inner for node in graph.nodes if node.inner]
    without = {"async"} if any(each.joins for each in (graph, *inner)) else set()
    without |= {"exit"} if without and on_loop else set()
    without |= {"sync", "exit"} if any(each.keeps is False for each in inner) else set()
    written = [channel for each in (graph, *inner) for node in each.nodes for channel, _ in node.writes]
    without |= {"exit"} if "unkept" in written else set()
    return tuple(each for each in ("sync", "async", "exit") if each not in without) or ("async",)


def could_be_drawn(scenario: Scenario, *, on_loop: bool) -> bool:
    """Whether a scenario that was made smaller is one that LangGraph can be asked about."""
    graph = scenario.graph
    inner = [node.inner for node in graph.nodes if node.inner]
    return scenario.durability in durabilities(graph, on_loop=on_loop) and all(
        leads_somewhere(each) for each in (graph, *inner)
    )


def leads_somewhere(graph: GraphSpec) -> bool:
    """Whether there is every node that something leads to: to say otherwise is an error here, and silence there."""
    there = {END, *(node.name for node in graph.nodes)}
    chosen = [end for branch in graph.branches for option in branch.options for end in option]
    chosen += [end for node in graph.nodes for end in node.goto if node.returns != "parent"]
    return all((end if isinstance(end, str) else end.node) in there for end in chosen)


def one_at_a_time(graph: GraphSpec) -> GraphSpec:
    """A graph that keeps its state has one place for it, and so isn't sent to: which of several runs at once finds what
    another has left there is a matter of threads."""
    chosen = [target for branch in graph.branches for option in branch.options for target in option]
    gone = [target for node in graph.nodes for target in node.goto]
    sent = {target.node for target in (*chosen, *gone) if isinstance(target, SendTo)}
    return replace(
        graph,
        nodes=tuple(
            replace(node, inner=replace(node.inner, keeps=None)) if node.inner and node.name in sent else node
            for node in graph.nodes
        ),
    )
