"""The pages of an LMDB 0.9 file, read without LMDB, which trusts every page number it meets.

The last section of docs/formats/journal.md says what is needed of the layout.
"""

import struct

PAGE = 4096
NONE = 2**64 - 1


class Meta:
    """One of the two pages that begin a file."""

    def __init__(self, data):
        self.number, _, self.flags = struct.unpack_from("<QHH", data)
        self.magic, self.version, self.address, self.map_size = struct.unpack_from(
            "<IIQQ", data, 16
        )
        self.page_size = struct.unpack_from("<I", data, 40)[0]
        self.free, self.main = Tree(data, 40), Tree(data, 88)
        self.last_page, self.transaction = struct.unpack_from("<QQ", data, 136)

    def faults(self, index, file_size):
        """What is wrong with it, each as a text."""
        wrong = []
        if self.number != index or self.flags != 8:
            wrong.append("it is no meta page")
        if self.magic != 0xBEEFC0DE or self.version != 1 or self.page_size != PAGE:
            wrong.append("it is not of LMDB 0.9 with pages of 4,096 bytes")
        if self.address != 0:
            wrong.append("it asks for a fixed address")
        if self.transaction != 0 and self.transaction % 2 != index:
            wrong.append("its transaction belongs to the other page")
        if self.map_size % PAGE or self.map_size > 2**46 or file_size > self.map_size:
            wrong.append("its map size cannot be")
        if self.free.flags != 8 or self.main.flags != 0:
            wrong.append("the flags of its trees are others")
        return [f"meta page {index}: {fault}" for fault in wrong]

    def contradictions(self, index, file_size):
        """What a commit that did not come to its end leaves in the older page, as texts."""
        wrong = []
        if self.last_page < 1 or self.last_page >= file_size // PAGE:
            wrong.append("its last page is not in the file")
        for tree in (self.free, self.main):
            if not tree.is_plausible(self.last_page):
                wrong.append("a tree has an impossible shape")
        return [f"meta page {index}: {fault}" for fault in wrong]


class Tree:
    """A tree as a meta page describes it."""

    def __init__(self, data, offset):
        fields = struct.unpack_from("<HHQQQQQ", data, offset + 4)
        self.flags, self.depth = fields[:2]
        self.branches, self.leaves, self.overflows, self.entries, self.root = fields[2:]

    def is_plausible(self, last):
        if self.root == NONE or 0 in (self.depth, self.entries, self.leaves):
            counts = (self.depth, self.entries, self.leaves, self.branches, self.overflows)
            return self.root == NONE and not any(counts)
        return (
            2 <= self.root <= last
            and self.depth <= 32
            and max(self.branches, self.leaves, self.overflows) <= last
            and (self.depth > 1) == (self.branches > 0)
            and self.entries <= last << 12
        )


class PageFile:
    """A walk over the trees of a file that believes nothing.

    `faults` says what it met: pairs of the code that `verify` uses, and words; `remarks` what is
    odd about the meta page that nobody follows.
    """

    def __init__(self, data):
        self.data, self.faults, self.remarks, self.seen = data, [], [], set()
        self.counts = [0, 0, 0, 0]  # branch, leaf and overflow pages, entries
        self.meta, self.code = None, "page"
        if len(data) < 2 * PAGE:
            self.faults.append(("meta-page", "the file is shorter than the two of them"))
            return
        metas = [Meta(data[:PAGE]), Meta(data[PAGE : 2 * PAGE])]
        self.meta = metas[0] if metas[0].transaction >= metas[1].transaction else metas[1]
        for index, meta in enumerate(metas):
            self.faults += [("meta-page", fault) for fault in meta.faults(index, len(data))]
            wrong = meta.contradictions(index, len(data))
            if meta is self.meta:
                self.faults += [("meta-page", fault) for fault in wrong]
            else:
                self.remarks += wrong
        older, newer = sorted(metas, key=lambda meta: meta.transaction)
        if newer.transaction and newer.transaction - older.transaction != 1:
            self.faults.append(("meta-page", "their transactions do not follow each other"))
        if newer.last_page < older.last_page:
            self.remarks.append("the newer meta page ends earlier")
        self.limit = min(len(data) // PAGE, self.meta.last_page + 1)

    def records(self):
        """Numbers and bytes of the records of the table, in order."""
        if self.meta is None:
            return
        self.last, self.big_endian = None, True
        yield from self._tree(self.meta.main)
        tree = self.meta.main
        if self.counts != [tree.branches, tree.leaves, tree.overflows, tree.entries]:
            self._fault("the tree is not as large as the meta page says")

    def check_free_list(self):
        """Claims the pages of the free list, its own and those it lists; after the records."""
        if self.meta is None:
            return
        self.last, self.big_endian, self.counts = None, False, [0, 0, 0, 0]
        self.code = "free-list"
        for _, data in self._tree(self.meta.free):
            count = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else NONE
            if count > len(data) // 8 or 8 * count + 8 > len(data):
                self._fault("a record of the free list has an impossible length")
                continue
            for page in struct.unpack_from(f"<{count}Q", data, 8):
                self._claim(page)
        if self.counts[3] != self.meta.free.entries:
            self._fault("the free list has another number of entries")

    def _fault(self, text):
        self.faults.append((self.code, text))

    def _claim(self, page, count=1):
        if page < 2 or page >= self.limit or count > self.limit - page:
            self._fault(f"page {page} is named and lies outside of the file")
            return False
        for number in range(page, page + count):
            if number in self.seen:
                self._fault(f"page {number} is named twice")
                return False
            self.seen.add(number)
        return True

    def _tree(self, tree):
        if tree.root == NONE:
            return
        if not 1 <= tree.depth <= 32:
            self._fault("a tree has an impossible depth")
            return
        yield from self._visit(tree.root, tree.depth)

    def _visit(self, page, level):
        if not self._claim(page):
            return
        data = self.data[page * PAGE : (page + 1) * PAGE]
        number, _, flags, lower, upper = struct.unpack_from("<QHHHH", data)
        is_branch = level > 1
        sound = 18 <= lower <= upper <= PAGE and lower % 2 == 0
        if number != page or flags != (1 if is_branch else 2) or not sound:
            self._fault(f"page {page} is not the page it should be")
            return
        self.counts[0 if is_branch else 1] += 1
        for slot in range(16, lower, 2):
            start = struct.unpack_from("<H", data, slot)[0]
            node = self._node(data, start, upper, is_branch)
            if node is None:
                self._fault(f"an entry of page {page} lies outside of it")
            elif is_branch:
                yield from self._visit(node, level - 1)
            else:
                yield from self._record(page, data, *node)

    def _node(self, data, start, upper, is_branch):
        if start < upper or start + 8 > PAGE:
            return None
        low, high, flags, key = struct.unpack_from("<HHHH", data, start)
        place = start + 8 + key
        if is_branch:
            return (low | high << 16 | flags << 32) if key in (0, 8) and place <= PAGE else None
        size = low | high << 16
        in_page = 8 if flags & 1 else size
        if key != 8 or flags > 1 or place + in_page > PAGE:
            return None
        number = struct.unpack_from(">Q" if self.big_endian else "<Q", data, start + 8)[0]
        return number, flags, place, size

    def _record(self, page, data, number, flags, place, size):
        if self.last is not None and number <= self.last:
            self._fault(f"record {number} is out of order")
            return
        self.last = number
        self.counts[3] += 1
        if not flags & 1:
            yield number, data[place : place + size]
            return
        first = struct.unpack_from("<Q", data, place)[0]
        count = (16 + size + PAGE - 1) // PAGE
        if first >= 2**40:
            self._fault(f"record {number} lies outside of the file")
            return
        if not self._claim(first, count):
            return
        self.counts[2] += count
        start = first * PAGE
        own, _, kind, pages = struct.unpack_from("<QHHI", self.data, start)
        if own != first or kind != 4 or pages != count:
            self._fault(f"page {first} does not begin as a long record does")
        yield number, self.data[start + 16 : start + 16 + size]
