import { parseArgs } from 'node:util';
import { loadConfig } from '#shared/core/config.ts';
import type { IndexedDocument } from '#shared/db/indexed-documents.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { closePools } from '#shared/db/pool.ts';
import type { VectorStore } from './store.ts';
import { VECTOR_STORES } from './vector-store.ts';

/** `incomplete`: the source lacks vectors of the document too, so that it must be ingested again. */
type CopyOutcome = 'copied' | 'present' | 'deleted' | 'incomplete';

type CopyProgress = { done: number; total: number; document: IndexedDocument; outcome: CopyOutcome };

type Stores = { from: VectorStore; to: VectorStore };

type CopyOptions = Stores & {
  /** Called after every document. */
  onProgress?: (progress: CopyProgress) => void;
};

const PAGE = 200;

/**
 * Copies every vector that readers may see from one store to another. PostgreSQL lists the documents and the number
 * of vectors of each. A document that the target has completely is skipped: an interrupted copy resumes where it
 * stopped, and a second run after the switch copies the documents ingested in the meantime.
 * @returns the number of documents per outcome
 * @throws AppError when a store or the database cannot be reached
 */
export async function copyVectors({
  from,
  to,
  onProgress,
}: CopyOptions): Promise<Record<CopyOutcome, number>> {
  const outcomes: Record<CopyOutcome, number> = { copied: 0, present: 0, deleted: 0, incomplete: 0 };
  const total = await indexedDocuments.count();
  let done = 0;
  let page = await indexedDocuments.list(null, PAGE);
  while (page.length > 0) {
    for (const document of page) {
      const outcome = await copyDocument(document, { from, to });
      outcomes[outcome] += 1;
      done += 1;
      onProgress?.({ done, total: Math.max(total, done), document, outcome });
    }
    page = await indexedDocuments.list(page.at(-1)?.id ?? null, PAGE);
  }
  return outcomes;
}

async function copyDocument(document: IndexedDocument, { from, to }: Stores): Promise<CopyOutcome> {
  const { id: documentId, generation, chunks } = document;
  const space = { teamId: document.team_id, model: document.model };
  if ((await to.count(space, { documentId, generation })) === chunks) return 'present';
  const records = await from.list(space, { documentId, generation });
  if (records.length === chunks) await to.upsert(space, records);
  // Deleted or ingested anew in the meantime: the outbox task was queued before these vectors were written.
  if (!(await indexedDocuments.isCurrent(document))) {
    await to.remove(space, { documentId, generation });
    return 'deleted';
  }
  return records.length === chunks ? 'copied' : 'incomplete';
}

const USAGE = 'npm run vectors:migrate -- --from chroma --to pgvector';

/** The stores named by `--from` and `--to`. @throws Error with the usage unless they are two different stores */
export function parseStores(args: string[]): Stores {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } });
  const [from, to] = [findStore(values.from), findStore(values.to)];
  if (from && to && from !== to) return { from, to };
  throw new Error(`Name two different stores of ${Object.keys(VECTOR_STORES).join(', ')}: ${USAGE}`);
}

function findStore(name = ''): VectorStore | undefined {
  return Object.entries(VECTOR_STORES).find(([each]) => each === name)?.[1];
}

function printProgress({ done, total, document, outcome }: CopyProgress): void {
  process.stdout.write(`${done}/${total}  ${document.id}  ${outcome}\n`);
}

async function main(): Promise<void> {
  const stores = parseStores(process.argv.slice(2));
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
