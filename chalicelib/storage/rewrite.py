"""Write the leaves and sections that a save needs, and arrange the node that names them."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise

from chalicelib.domain.directory import Directory, fence_of, separator
from chalicelib.domain.timeline import Entry, Node, Run, Sums
from chalicelib.storage.leaves import cut
from chalicelib.storage.nodes import directory_values
from chalicelib.storage.table import Value

# A bucket of more leaves (some 350,000 photos) is split into sections, so that its node
# stays a few kB: what every page of it reads, and every change writes.
SPLIT_ABOVE_LEAVES = 1024
# It is joined again when it has far fewer, so that it does not go to and fro.
_JOIN_BELOW_LEAVES = SPLIT_ABOVE_LEAVES // 4
_SECTION_LEAVES = 512


class Rewrite:
    """A node with some of its leaves replaced; nothing names what it writes until it is saved.

    Args:
        node: As it was read, as a whole.
        write: Writes an item under an id that was never used, and returns the id.

    Attributes:
        written: Ids of the leaves and sections that were written.
        replaced: Ids of those that the new node does not name any more.
    """

    def __init__(self, node: Node, write: Callable[[Mapping[str, Value]], str]) -> None:
        self.written: list[str] = []
        self.replaced: list[str] = []
        self._node = node
        self._put = write

    def carry_out(self, runs: Sequence[Run]) -> Node:
        """Write what the runs need; returns the node as it is to be saved."""
        node = self._node
        before = node.sections if node.is_split else (node.directory,)
        sections = self._rewritten(before, runs)
        arranged = self._arranged(before, sections)
        gone = {*node.leaves.ids, *node.directory.ids}
        gone -= {*arranged.leaves.ids, *arranged.directory.ids}
        self.replaced = sorted(gone)
        return dataclasses.replace(
            arranged,
            version=node.version + 1,
            revision=node.revision + (1 if runs else 0),
            sums=sum((Sums.of(run.entries) + -Sums.of(run.replaced) for run in runs), node.sums),
        )

    def _rewritten(self, before: Sequence[Directory], runs: Sequence[Run]) -> list[Directory]:
        """The leaves of each section after the runs; those of a run stay in its first one."""
        starts = list(accumulate(map(len, before), initial=0))
        sections: list[Directory] = []
        waiting = list(runs)
        gone_until = 0
        for section, start in zip(before, starts, strict=False):
            stop = start + len(section)
            pieces: list[Directory] = []
            position = max(start, gone_until)
            while waiting and (waiting[0].start < stop or stop == starts[-1]):
                run = waiting.pop(0)
                pieces.append(section[position - start : run.start - start])
                pieces.append(self._leaves(run))
                position = gone_until = run.stop
            pieces.append(section[max(position - start, 0) :])
            sections.append(Directory.joined(pieces))
        return sections

    def _arranged(self, before: Sequence[Directory], sections: Sequence[Directory]) -> Node:
        """The node naming its leaves itself or, where they are many, by sections."""
        node = self._node
        leaves = Directory.joined(sections)
        if len(leaves) <= (_JOIN_BELOW_LEAVES if node.is_split else SPLIT_ABOVE_LEAVES):
            return dataclasses.replace(
                node, directory=_from_the_start(leaves), is_split=False, sections=()
            )
        known = dict(zip(before, node.directory.ids, strict=True)) if node.is_split else {}
        parts = [part for section in sections for part in _divided(section)]
        parts[0] = _from_the_start(parts[0])
        named = Directory(
            tuple(known.get(part) or self._write(directory_values(part)) for part in parts),
            tuple(part.fences[0] for part in parts),
            tuple(sum(part.totals) for part in parts),
            tuple(sum(part.videos) for part in parts),
        )
        return dataclasses.replace(node, directory=named, is_split=True, sections=tuple(parts))

    def _leaves(self, run: Run) -> Directory:
        ids: list[str] = []
        fences: list[str] = []
        pieces: list[Sequence[Entry]] = []
        for piece, packed in cut(run.entries):
            if pieces:
                fences.append(separator(pieces[-1][-1].position, piece[0].position))
            elif run.start < run.stop:
                fences.append(self._node.leaves.fences[run.start])
            else:
                fences.append(fence_of(piece[0].position))
            ids.append(self._write({"b": {"B": packed}}))
            pieces.append(piece)
        totals = tuple(map(len, pieces))
        videos = tuple(sum(entry.tile.is_video for entry in piece) for piece in pieces)
        return Directory(tuple(ids), tuple(fences), totals, videos)

    def _write(self, values: Mapping[str, Value]) -> str:
        fresh = self._put(values)
        self.written.append(fresh)
        return fresh


def _from_the_start(directory: Directory) -> Directory:
    """The first of a bucket's directories: whatever is older than all goes into it, too."""
    return dataclasses.replace(directory, fences=("", *directory.fences[1:])[: len(directory)])


def _divided(section: Directory) -> list[Directory]:
    """A section, in parts when it has grown too large; none when it is empty."""
    if not section:
        return []
    if len(section) <= 2 * _SECTION_LEAVES:
        return [section]
    parts = -(-len(section) // _SECTION_LEAVES)
    cuts = [len(section) * i // parts for i in range(parts + 1)]
    return [section[start:stop] for start, stop in pairwise(cuts)]
