import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { checkRooms } from '../../.ci/check-rooms.ts';
import { ROOM_ORDER } from '../../.ci/room-order.ts';

const ORDER = { shared: ['core', 'db', 'http'] };
const ROOMS = {
  'shared/core/README.md': '',
  'shared/db/README.md': '',
  'shared/http/README.md': '',
  'tests/a.test.ts': '',
};

/** @returns what the check says of a repository with these files beside the three rooms */
function check(files: Record<string, string>): string[] {
  const root = temporaryDirectory('rooms');
  for (const [file, text] of Object.entries({ ...ROOMS, ...files })) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return checkRooms(root, ORDER);
}

describe('the check of the rooms', () => {
  test('passes imports of rooms below, of the same room and of packages', () => {
    const source = [
      "import { readFileSync } from 'node:fs';",
      "import type { Pool } from 'pg';",
      "import { open } from './pool.ts';",
      "import { config } from '#shared/core/config.ts';",
      "import { log } from '../core/log.ts';",
    ].join('\n');
    expect(check({ 'shared/db/teams.ts': source })).toEqual([]);
  });

  test.each([
    ["import { sse } from '#shared/http/sse.ts';"],
    ["import {\n  sse,\n} from '#shared/http/sse.ts';"],
    ["import { sse } from '../http/sse.ts';"],
    ["import type { Sse } from '#shared/http/sse.ts';"],
    ["export { sse } from '#shared/http/sse.ts';"],
    ["export * from '#shared/http/sse.ts';"],
    ["import '#shared/http/sse.ts';"],
    ["const { sse } = await import('#shared/http/sse.ts');"],
    ["type Sse = import('#shared/http/sse.ts').Sse;"],
  ])('refuses %j in a room below', (source) => {
    expect(check({ 'shared/db/teams.ts': source })).toEqual([
      'shared/db/teams.ts imports shared/http/sse.ts: shared/db may not import shared/http, ' +
        'rooms import only what lies below them, see docs/architecture.md',
    ]);
  });

  test('names the rooms of a circle', () => {
    const problems = check({
      'shared/core/config.ts': "import { pool } from '#shared/db/pool.ts';",
      'shared/db/pool.ts': "import { config } from '#shared/core/config.ts';",
    });
    expect(problems).toContain('shared/: these rooms import each other in a circle: core, db');
  });

  test('lets tests import what they need', () => {
    expect(check({ 'shared/core/config.test.ts': "import { sse } from '#shared/http/sse.ts';" })).toEqual([]);
  });

  test('refuses a file or a room that the order does not name, and a name that nothing bears', () => {
    expect(check({ 'shared/loose.ts': '', 'shared/utils/README.md': '' }).sort()).toEqual([
      'shared/loose.ts has no place in the order of shared/, see .ci/room-order.ts',
      'shared/utils has no place in the order of shared/, see .ci/room-order.ts',
    ]);
    expect(checkRooms(temporaryRoot(), { shared: ['core', 'gone'] })).toEqual([
      'shared/gone stands in .ci/room-order.ts and does not exist',
      'shared/core has no README.md that says what lives there and who may import it',
    ]);
  });

  test('refuses a folder of tests/ with more than 30 files', () => {
    const files = Array.from({ length: 31 }, (_, at) => [`tests/api/${at}.test.ts`, '']);
    expect(check(Object.fromEntries(files))).toEqual([
      'tests/api holds 31 files: divide it, 30 are the most',
    ]);
    expect(check(Object.fromEntries(files.slice(1)))).toEqual([]);
  });
});

test('docs/architecture.md lists the rooms of shared/ in their order', () => {
  const [, table = ''] =
    /^The rooms of `shared\/`.*?\n\n(.*?)\n\n/ms.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
  const [, , ...rows] = table.split('\n');
  expect(rows.map((row) => row.split('|')[1]?.trim())).toEqual(ROOM_ORDER.shared);
});

function temporaryRoot(): string {
  const root = temporaryDirectory('rooms');
  mkdirSync(path.join(root, 'shared/core'), { recursive: true });
  mkdirSync(path.join(root, 'tests'));
  return root;
}
