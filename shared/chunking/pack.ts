import type { Atom } from './atoms.ts';

/** Offsets of a chunk; `[start, from)` repeats the end of the chunk before. */
export type Range = { start: number; from: number; end: number };

type Weighed = Atom & { tokens: number };

/** Atoms that must not be parted: headings and what follows them, else a single atom. */
type Unit = {
  start: number;
  end: number;
  tokens: number;
  section: number;
  page: number | null;
  block: number;
  startsWithHeading: boolean;
};

type Draft = { overlap: number; first: number; last: number; tokens: number; section: number };

type PackOptions = { limit: number; overlap: number };

/** Above this share of the limit a chunk ends where a new heading starts … */
const ENOUGH_FOR_HEADING = 0.4;
/** … or a block that would have to be cut otherwise. */
const ENOUGH_FOR_BLOCK = 0.6;
/** Below this share it is too little to stand alone, and joins a neighbour. */
const TINY = 0.125;

/** Packs weighed atoms (each within `limit` tokens) into ranges, in order. */
export function pack(atoms: Weighed[], options: PackOptions): Range[] {
  const units = unitsOf(atoms, options.limit);
  const drafts = mergeTiny(packUnits(units, options), units, options.limit);
  return drafts.map(({ overlap, first, last }) => ({
    start: units[overlap]?.start ?? 0,
    from: units[first]?.start ?? 0,
    end: units[last]?.end ?? 0,
  }));
}

function unitsOf(atoms: Weighed[], limit: number): Unit[] {
  const units: Unit[] = [];
  let headings: Weighed[] = [];
  const close = (group: Weighed[]) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return;
    const { start, block, isHeading } = first;
    const tokens = sum(group);
    // A heading at the foot of a page belongs to the text overleaf.
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
      close(headings);
      headings = [];
    }
    if (atom.isHeading) headings.push(atom);
    else {
      close([...headings, atom]);
      headings = [];
    }
  }
  close(headings);
  return units;
}

function sum(parts: { tokens: number }[]): number {
  return parts.reduce((total, part) => total + part.tokens, 0);
}

function packUnits(units: Unit[], { limit, overlap }: PackOptions): Draft[] {
  const blockTokens = new Map<number, number>();
  for (const unit of units) blockTokens.set(unit.block, (blockTokens.get(unit.block) ?? 0) + unit.tokens);
  const drafts: Draft[] = [];
  let open: Draft | undefined;
  for (const [i, unit] of units.entries()) {
    const before = units[i - 1];
    if (open && before && !endsBefore({ open, unit, before, blockTokens }, limit)) {
      open.last = i;
      open.tokens += unit.tokens;
      continue;
    }
    if (open) drafts.push(open);
    const repeated = goesOn(open, unit, before) ? overlap : 0;
    open = startAt(i, units, { overlap: Math.min(repeated, limit - unit.tokens), floor: open?.first ?? 0 });
  }
  if (open) drafts.push(open);
  return drafts;
}

/** Whether a new chunk continues what the one before was about, so that some of it is worth repeating. */
function goesOn(open: Draft | undefined, unit: Unit, before: Unit | undefined): boolean {
  return unit.section === open?.section && unit.page === before?.page && !unit.startsWithHeading;
}

type Joint = { open: Draft; unit: Unit; before: Unit; blockTokens: Map<number, number> };

/** Whether a chunk ends before a unit: because it must, or because this is a good place. */
function endsBefore({ open, unit, before, blockTokens }: Joint, limit: number): boolean {
  if (unit.section !== open.section || unit.page !== before.page) return true;
  if (open.tokens + unit.tokens > limit) return true;
  if (unit.startsWithHeading) return open.tokens >= limit * ENOUGH_FOR_HEADING;
  if (open.tokens < limit * ENOUGH_FOR_BLOCK || unit.block === before.block) return false;
  const whole = blockTokens.get(unit.block) ?? 0;
  return whole <= limit && open.tokens + whole > limit;
}

/** A new chunk at unit `i`, led by as many whole units from before it as the overlap allows. */
function startAt(i: number, units: Unit[], { overlap, floor }: { overlap: number; floor: number }): Draft {
  let from = i;
  let repeated = 0;
  for (let k = i - 1; k > floor; k -= 1) {
    const unit = units[k];
    if (unit === undefined || unit.startsWithHeading || repeated + unit.tokens > overlap) break;
    repeated += unit.tokens;
    from = k;
  }
  const tokens = repeated + (units[i]?.tokens ?? 0);
  return { overlap: from, first: i, last: i, tokens, section: units[i]?.section ?? 0 };
}

/** Joins chunks that are too small to stand alone with the next, or the last one with the one before, of their page. */
function mergeTiny(drafts: Draft[], units: Unit[], limit: number): Draft[] {
  const merged: Draft[] = [];
  const join = (left: Draft, right: Draft): Draft | null => {
    if (units[left.last]?.page !== units[right.first]?.page) return null;
    const tokens = sum(units.slice(left.overlap, right.last + 1));
    return tokens > limit ? null : { ...right, overlap: left.overlap, first: left.first, tokens };
  };
  for (const draft of drafts) {
    const last = merged.at(-1);
    const isTiny = (one: Draft) => sum(units.slice(one.first, one.last + 1)) < limit * TINY;
    const wanted = last !== undefined && (isTiny(last) || (isTiny(draft) && draft.section === last.section));
    const joined = wanted ? join(last, draft) : null;
    if (joined === null) merged.push(draft);
    else merged[merged.length - 1] = joined;
  }
  const end = merged.at(-1);
  const beforeEnd = merged.at(-2);
  if (
    end !== undefined &&
    beforeEnd !== undefined &&
    sum(units.slice(end.first, end.last + 1)) < limit * TINY
  ) {
    const joined = join(beforeEnd, end);
    if (joined !== null) merged.splice(-2, 2, joined);
  }
  return merged;
}
