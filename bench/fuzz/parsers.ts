import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ReaderEnded, readerLimits } from '#shared/ingestion/reader/limits.ts';
import { ReaderPool } from '#shared/ingestion/reader/reader-pool.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { SUPPORTED_TYPES } from '#shared/parsing/formats.ts';
import { readEntry, zipEntries } from '#shared/parsing/zip.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';

/**
 * `npm run fuzz -- [mutants per format]` damages files at random, reads each in a reader with its limits, and prints how
 * they ended. The seeds are the sample files of the repository, and `../shared/cases/files` where it is there. The same
 * number makes the same mutants. Exits with 1 when a fault was none of a DocumentError or of a limit.
 */
const MUTANTS = Number(process.argv[2] ?? 10_000);
const FOLDERS = ['local/demo/samples', 'tests/fixtures', 'bench/answers/documents', '../shared/cases/files'];
const LIMITS = readerLimits(450, 10_000);
const MAX_PART_BYTES = 64 * 1024 * 1024;
/** Bytes that mean something to some parser. */
const MARKS = ['<', '>', '/', '&', '"', '[', '{', '(', '*', '`', '\n', '\0', '\u00ff', '<<', 'endobj', 'PK'];

type Seed = { contentType: string; filename: string; bytes: Buffer };

/** A small generator with a fixed seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function seedsByFormat(): Map<string, Seed[]> {
  const seeds = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).flatMap((filename): (Seed & { format: string })[] => {
      const extension = path.extname(filename).toLowerCase();
      const type = Object.entries(SUPPORTED_TYPES).find(([, { extensions }]) =>
        extensions.includes(extension),
      );
      if (!type) return [];
      const bytes = readFileSync(path.join(folder, filename));
      return [{ contentType: type[0], format: type[1].format, filename, bytes }];
    }),
  );
  return Map.groupBy(seeds, ({ format }) => format);
}

/** Changes, removes, repeats or inserts bytes at one to eight places. */
function mutate(bytes: Buffer, next: (below: number) => number): Buffer {
  let mutant = Buffer.from(bytes);
  for (let i = next(8); i >= 0; i -= 1) {
    const at = next(mutant.length);
    const end = Math.min(mutant.length, at + 1 + next(64));
    const [before, part, behind] = [mutant.subarray(0, at), mutant.subarray(at, end), mutant.subarray(end)];
    const kind = next(5);
    if (kind === 0) mutant[at] = next(256);
    else if (kind === 1) mutant = Buffer.concat([before, behind]);
    else if (kind === 2)
      mutant = Buffer.concat([before, ...Array.from({ length: 1 + next(50) }, () => part), behind]);
    else if (kind === 3)
      mutant = Buffer.concat([before, Buffer.from(MARKS[next(MARKS.length)] ?? ''), part, behind]);
    else if (next(20) === 0) mutant = Buffer.from(before);
  }
  return mutant;
}

/** Damages one part inside an archive: bytes of the archive itself are nearly always refused as damaged. */
function mutateArchive(bytes: Buffer, next: (below: number) => number): Buffer {
  const entries = zipEntries(bytes) ?? [];
  const damaged = next(entries.length);
  const parts = entries.map((entry, i) => {
    const content = Buffer.from(readEntry(bytes, entry, MAX_PART_BYTES));
    return {
      name: entry.name,
      content: i === damaged && content.length > 0 ? mutate(content, next) : content,
    };
  });
  return Buffer.from(buildZip(parts));
}

async function countTokens(texts: string[]): Promise<number[]> {
  return texts.map((text) => Math.ceil(text.length / 3));
}

async function outcomeOf(pool: ReaderPool, seed: Seed, bytes: Buffer): Promise<string> {
  const job = { ...seed, bytes: new Uint8Array(bytes), maxTokens: 320, overlapTokens: 48 };
  try {
    await pool.read(job, { countTokens, onParsed: async () => undefined }, 'any');
    return 'read';
  } catch (error) {
    if (error instanceof DocumentError) return error.code;
    return error instanceof ReaderEnded ? `ended: ${error.reason}` : `fault: ${String(error).slice(0, 200)}`;
  }
}

async function fuzz(format: string, seeds: Seed[], pool: ReaderPool): Promise<boolean> {
  const next = random(format.length);
  const counts = new Map<string, number>();
  let left = MUTANTS;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const seed = seeds[next(seeds.length)];
      if (!seed) return;
      const outcome = await outcomeOf(
        pool,
        seed,
        (next(10) > 0 && zipEntries(seed.bytes) ? mutateArchive : mutate)(seed.bytes, next),
      );
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const listed = [...counts].sort((a, b) => b[1] - a[1]).map(([outcome, count]) => `${outcome} ${count}`);
  console.log(`${format} (${seeds.length} seeds): ${listed.join(', ')}`);
  return [...counts.keys()].every((outcome) => !/^(?:fault|ended: crash)/.test(outcome));
}

const pool = new ReaderPool(availableParallelism(), LIMITS);
for (const [format, seeds] of seedsByFormat()) {
  if (!(await fuzz(format, seeds, pool))) process.exitCode = 1;
}
pool.close();
