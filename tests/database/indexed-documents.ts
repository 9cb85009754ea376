import { Client } from 'pg';
import type { VectorRecord, VectorSpace } from '#shared/vectors/store.ts';
import type { PgvectorDatabase } from '#tests/support/pglite.ts';
import { insertTeamRows } from '#tests/support/team-rows.ts';
import { at, record } from './vector-records.ts';

export type Indexed = { documentId: string; space: VectorSpace; records: VectorRecord[] };

/** Inserts documents as ingestion does, with their vectors. No other documents are indexed. */
export async function indexedDocuments(
  database: PgvectorDatabase,
  { count, model }: { count: number; model: string },
): Promise<Indexed[]> {
  const client = new Client(database.settings);
  await client.connect();
  await client.query('UPDATE documents SET active_generation = NULL');
  const documents: Indexed[] = [];
  for (let n = 0; n < count; n += 1) {
    const { team: teamId } = await insertTeamRows(client);
    const { rows } = await client.query<{ id: string }>(
      `UPDATE documents SET active_generation = 1, chunk_count = 3, embedding_model = $2
       WHERE team_id = $1 RETURNING id`,
      [teamId, model],
    );
    const documentId = rows[0]!.id;
    const records = [10, 20, 30].map((degrees) => record(at(degrees), { documentId }));
    documents.push({ documentId, space: { teamId, model }, records });
  }
  await client.end();
  return documents;
}
