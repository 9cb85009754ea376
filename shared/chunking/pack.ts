import type { WeighedAtom } from './atoms.ts';

/** Offsets of a chunk; `[start, from)` repeats the end of the chunk before. */
export type Range = { start: number; from: number; end: number };

/** Atoms that stay together: headings with the atom after them, else a single atom. */
type Unit = {
  start: number;
  end: number;
  tokens: number;
  section: number;
  page: number | null;
  block: number;
  startsWithHeading: boolean;
};

/** A chunk in the making, as indexes of units: `[overlap, first)` is repeated, `[first, last]` is new. */
type Group = { overlap: number; first: number; last: number; tokens: number; section: number };

type PackOptions = { limit: number; overlap: number };

/** A chunk that fills this share of the limit ends before a heading. */
const ENOUGH_FOR_HEADING = 0.4;
/** A chunk that fills this share ends before a block that fits into a chunk, but not into the rest of this one. */
const ENOUGH_FOR_BLOCK = 0.6;
/** A chunk below this share is joined with a neighbour. */
const TINY = 0.125;

/** Packs atoms of at most `limit` tokens each into ranges, in order. */
export function pack(atoms: WeighedAtom[], options: PackOptions): Range[] {
  const units = bindHeadings(atoms, options.limit);
  const groups = mergeTiny(packUnits(units, options), units, options.limit);
  return groups.map(({ overlap, first, last }) => ({
    start: units[overlap]?.start ?? 0,
    from: units[first]?.start ?? 0,
    end: units[last]?.end ?? 0,
  }));
}

/** Binds headings to the atom after them, as far as both fit into a chunk. */
function bindHeadings(atoms: WeighedAtom[], limit: number): Unit[] {
  const units: Unit[] = [];
  let headings: WeighedAtom[] = [];
  const addUnit = (group: WeighedAtom[]) => {
    const [first] = group;
    const last = group.at(-1);
    if (!first || !last) return;
    const { start, block, isHeading } = first;
    const tokens = sum(group);
    // A heading at the end of a page belongs to the text on the next one.
    const { page } = last;
    units.push({
      start,
      end: last.end,
      tokens,
      section: last.section,
      page,
      block,
      startsWithHeading: isHeading,
    });
  };
  for (const atom of atoms) {
    if (sum(headings) + atom.tokens > limit) {
      addUnit(headings);
      headings = [];
    }
    if (atom.isHeading) headings.push(atom);
    else {
      addUnit([...headings, atom]);
      headings = [];
    }
  }
  addUnit(headings);
  return units;
}

function sum(parts: { tokens: number }[]): number {
  return parts.reduce((total, part) => total + part.tokens, 0);
}

function packUnits(units: Unit[], { limit, overlap }: PackOptions): Group[] {
  const blockTokens = new Map<number, number>();
  for (const unit of units) blockTokens.set(unit.block, (blockTokens.get(unit.block) ?? 0) + unit.tokens);
  const groups: Group[] = [];
  let open: Group | undefined;
  for (const [i, unit] of units.entries()) {
    const before = units[i - 1];
    if (open && before && !endsBefore({ open, unit, before, blockTokens }, limit)) {
      open.last = i;
      open.tokens += unit.tokens;
      continue;
    }
    if (open) groups.push(open);
    const repeated = continuesText(open, unit, before) ? overlap : 0;
    open = startAt(i, units, { overlap: Math.min(repeated, limit - unit.tokens), floor: open?.first ?? 0 });
  }
  if (open) groups.push(open);
  return groups;
}

/** Whether a chunk that starts with `unit` continues the text of the one before; only then its end is repeated. */
function continuesText(open: Group | undefined, unit: Unit, before: Unit | undefined): boolean {
  return unit.section === open?.section && unit.page === before?.page && !unit.startsWithHeading;
}

type Boundary = { open: Group; unit: Unit; before: Unit; blockTokens: Map<number, number> };

/** Whether a chunk ends before a unit: because it must, or because the unit starts a heading or a block. */
function endsBefore({ open, unit, before, blockTokens }: Boundary, limit: number): boolean {
  if (unit.section !== open.section || unit.page !== before.page) return true;
  if (open.tokens + unit.tokens > limit) return true;
  if (unit.startsWithHeading) return open.tokens >= limit * ENOUGH_FOR_HEADING;
  if (open.tokens < limit * ENOUGH_FOR_BLOCK || unit.block === before.block) return false;
  const whole = blockTokens.get(unit.block) ?? 0;
  return whole <= limit && open.tokens + whole > limit;
}

/** A new chunk from unit `i` on, preceded by as many whole units as the overlap allows. */
function startAt(i: number, units: Unit[], { overlap, floor }: { overlap: number; floor: number }): Group {
  let from = i;
  let repeated = 0;
  for (let k = i - 1; k > floor; k -= 1) {
    const unit = units[k];
    if (!unit || unit.startsWithHeading || repeated + unit.tokens > overlap) break;
    repeated += unit.tokens;
    from = k;
  }
  const tokens = repeated + (units[i]?.tokens ?? 0);
  return { overlap: from, first: i, last: i, tokens, section: units[i]?.section ?? 0 };
}

/** Joins tiny chunks with the next one on their page; the last of a section or of the document with the one before. */
function mergeTiny(groups: Group[], units: Unit[], limit: number): Group[] {
  const merged: Group[] = [];
  const isTiny = (one: Group) => sum(units.slice(one.first, one.last + 1)) < limit * TINY;
  const join = (left: Group, right: Group): Group | null => {
    if (units[left.last]?.page !== units[right.first]?.page) return null;
    const tokens = sum(units.slice(left.overlap, right.last + 1));
    return tokens > limit ? null : { ...right, overlap: left.overlap, first: left.first, tokens };
  };
  for (const group of groups) {
    const last = merged.at(-1);
    const isWanted = last && (isTiny(last) || (isTiny(group) && group.section === last.section));
    const joined = isWanted ? join(last, group) : null;
    if (joined) merged[merged.length - 1] = joined;
    else merged.push(group);
  }
  const end = merged.at(-1);
  const beforeEnd = merged.at(-2);
  const joined = end && beforeEnd && isTiny(end) ? join(beforeEnd, end) : null;
  if (joined) merged.splice(-2, 2, joined);
  return merged;
}
