import { parseArgs } from 'node:util';
import { loadConfig } from '#shared/core/config.ts';
import type { IndexedDocument } from '#shared/db/indexed-documents.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { closePools } from '#shared/db/pool.ts';
import type { VectorStore } from './store.ts';
import { VECTOR_STORES } from './vector-store.ts';

/** `incomplete`: the source does not have every vector of it either, so it has to be ingested again. */
type Outcome = 'copied' | 'present' | 'deleted' | 'incomplete';

type CopyProgress = { done: number; total: number; document: IndexedDocument; outcome: Outcome };

type Copying = {
  from: VectorStore;
  to: VectorStore;
  /** Called after every document. */
  onProgress?: (progress: CopyProgress) => void;
};

const PAGE = 200;

/**
 * Copies every vector that readers can be shown from one store to another. Postgres says which these are, and how
 * many a document must have; a document that the target has whole is left alone, so an interrupted copy goes on
 * where it stopped, and one more run after the switch brings what was ingested meanwhile.
 * @returns how many documents came to which end
 * @throws AppError when a store or the database cannot be reached
 */
export async function copyVectors(copying: Copying): Promise<Record<Outcome, number>> {
  const outcomes: Record<Outcome, number> = { copied: 0, present: 0, deleted: 0, incomplete: 0 };
  const total = await indexedDocuments.count();
  let done = 0;
  let page = await indexedDocuments.list(null, PAGE);
  while (page.length > 0) {
    for (const document of page) {
      const outcome = await copyDocument(document, copying);
      outcomes[outcome] += 1;
      done += 1;
      copying.onProgress?.({ done, total: Math.max(total, done), document, outcome });
    }
    page = await indexedDocuments.list(page.at(-1)?.id ?? null, PAGE);
  }
  return outcomes;
}

async function copyDocument(document: IndexedDocument, { from, to }: Copying): Promise<Outcome> {
  const { id: documentId, generation, chunks } = document;
  const space = { teamId: document.team_id, model: document.model };
  if ((await to.count(space, { documentId, generation })) === chunks) return 'present';
  const records = await from.list(space, { documentId, generation });
  if (records.length === chunks) await to.upsert(space, records);
  // Deleted or ingested anew meanwhile: the outbox knows nothing of vectors that were written after it.
  if (!(await indexedDocuments.isCurrent(document))) {
    await to.remove(space, { documentId, generation });
    return 'deleted';
  }
  return records.length === chunks ? 'copied' : 'incomplete';
}

const USAGE = 'npm run vectors:migrate -- --from chroma --to pgvector';

/** The two stores of `--from` and `--to`. @throws Error that says how to call it */
export function storesOf(args: string[]): Pick<Copying, 'from' | 'to'> {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } });
  const [from, to] = [storeNamed(values.from), storeNamed(values.to)];
  if (from && to && from !== to) return { from, to };
  throw new Error(`Name two different stores of ${Object.keys(VECTOR_STORES).join(', ')}: ${USAGE}`);
}

function storeNamed(name = ''): VectorStore | undefined {
  return Object.entries(VECTOR_STORES).find(([each]) => each === name)?.[1];
}

function printProgress({ done, total, document, outcome }: CopyProgress): void {
  process.stdout.write(`${done}/${total}  ${document.id}  ${outcome}\n`);
}

async function main(): Promise<void> {
  const stores = storesOf(process.argv.slice(2));
  await loadConfig('database', 'vectors');
  const outcomes = await copyVectors({ ...stores, onProgress: printProgress }).finally(closePools);
  const summary = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  process.stdout.write(`${summary.join(', ')}\n`);
  if (outcomes.incomplete > 0) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
