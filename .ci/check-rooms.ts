import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOM_ORDER } from './room-order.ts';

/**
 * `node .ci/check-rooms.ts`: a room imports only rooms below it, in the order of `.ci/room-order.ts`; nothing else lies
 * beside the rooms; each room has a README.md; no folder of tests/ holds more than 30 files. Part of `npm run check`.
 * A regular expression finds the imports, types included: the whole check takes 0.1 s.
 */
const MAX_TEST_FILES = 30;
/** `import … from`, `export … from`, `import '…'`, `import('…')`; types count as values do. */
const IMPORT = /\b(?:from|import)\s*\(?\s*'([^'\n]+)'/g;

type Area = { name: string; order: string[] };
type Import = { from: string; to: string; file: string; imported: string };

/** @returns what is wrong in the repository at `root`, one sentence each */
export function checkRooms(root: string, orders = ROOM_ORDER): string[] {
  const areas = Object.entries(orders).map(([name, order]) => ({ name, order }));
  const problems = areas.flatMap((area) => {
    const imports = importsBetweenRooms(root, area);
    return [...misplaced(root, area), ...upwardImports(imports, area), ...circles(imports, area)];
  });
  return [...new Set(problems), ...crowdedTestFolders(root)];
}

/** Rooms and files that the order does not name or that are gone, and rooms without a README.md. */
function misplaced(root: string, { name, order }: Area): string[] {
  const entries = readdirSync(path.join(root, name), { withFileTypes: true });
  const found = entries.map((entry) => entry.name).filter((entry) => !isTest(entry) && entry !== 'README.md');
  const rooms = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return [
    ...found
      .filter((entry) => !order.includes(entry))
      .map((entry) => `${name}/${entry} has no place in the order of ${name}/, see .ci/room-order.ts`),
    ...order
      .filter((entry) => !found.includes(entry))
      .map((entry) => `${name}/${entry} stands in .ci/room-order.ts and does not exist`),
    ...rooms
      .filter((room) => !existsSync(path.join(root, name, room, 'README.md')))
      .map((room) => `${name}/${room} has no README.md that says what lives there and who may import it`),
  ];
}

function importsBetweenRooms(root: string, { name }: Area): Import[] {
  const sources = filesIn(path.join(root, name)).filter((file) => file.endsWith('.ts') && !isTest(file));
  return sources.flatMap((source) => {
    const file = path.relative(root, source);
    const specifiers = [...readFileSync(source, 'utf8').matchAll(IMPORT)].map(
      ([, specifier = '']) => specifier,
    );
    return specifiers.flatMap((specifier) => {
      const imported = resolveImport(file, specifier);
      const [area, to = ''] = imported?.split('/') ?? [];
      const from = file.split('/')[1] ?? '';
      return imported && area === name && from !== to ? [{ from, to, file, imported }] : [];
    });
  });
}

/** @returns the path from the root, or null for a package */
function resolveImport(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : null;
}

function upwardImports(imports: Import[], { name, order }: Area): string[] {
  return imports
    .filter(({ from, to }) => order.indexOf(to) > order.indexOf(from))
    .map(
      ({ from, to, file, imported }) =>
        `${file} imports ${imported}: ${name}/${from} may not import ${name}/${to}, rooms import only what lies below them, see docs/architecture.md`,
    );
}

/** Rooms that reach themselves over others. */
function circles(imports: Import[], { name, order }: Area): string[] {
  const reached = new Map(order.map((room) => [room, reachableFrom(room, imports)]));
  const groups = order.map((room) =>
    order.filter((other) => reached.get(room)?.has(other) && reached.get(other)?.has(room)),
  );
  const distinct = new Set(groups.filter((group) => group.length > 1).map((group) => group.join(', ')));
  return [...distinct].map((rooms) => `${name}/: these rooms import each other in a circle: ${rooms}`);
}

function reachableFrom(start: string, imports: Import[]): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    for (const { from, to } of imports) {
      if (from !== room || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  return reached;
}

function crowdedTestFolders(root: string): string[] {
  const counts = new Map<string, number>();
  for (const file of filesIn(path.join(root, 'tests'))) {
    const folder = path.relative(root, path.dirname(file));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_TEST_FILES)
    .map(([folder, count]) => `${folder} holds ${count} files: divide it, ${MAX_TEST_FILES} are the most`);
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}

if (import.meta.main) {
  const problems = checkRooms(path.join(import.meta.dirname, '..'));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
