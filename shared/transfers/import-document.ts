import { documentKey } from '#shared/aws/document-keys.ts';
import { putObject } from '#shared/aws/storage.ts';
import * as collections from '#shared/db/collections.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { needsScan } from '#shared/ingestion/scans.ts';
import { formatOf } from '#shared/parsing/formats.ts';
import type { ArchivedDocument } from './archive-schemas.ts';
import { mapId } from './map-id.ts';

type Target = { id: string; teamId: string; user: { id: string } };

/**
 * Inserts a document of an archive and stores its original, whose event starts its ingestion.
 * @returns false for a document without a readable format, or without a collection
 */
export async function importDocument(
  { id: importId, teamId, user }: Target,
  archived: ArchivedDocument,
  original: Uint8Array,
): Promise<boolean> {
  const { id: oldId, content_type, title, enabled, filename, metadata, source_url } = archived;
  if (!formatOf(content_type) || original.length === 0) return false;
  const id = mapId(importId, oldId);
  if (await documents.find(teamId, id)) return true;
  const collection = await collections.find(teamId, mapId(importId, archived.collection_id));
  if (!collection) return false;
  const key = documentKey(teamId, id);
  await inTeam(teamId, async (db) => {
    await documents.insert(
      teamId,
      {
        id,
        collection_id: collection.id,
        filename,
        title,
        content_type,
        size_bytes: original.length,
        metadata,
        source_url,
        on_duplicate: 'keep',
        object_key: key,
        created_by: user.id,
        status: 'pending_upload',
        scan_pending: needsScan(),
      },
      db,
    );
    if (!enabled) await documents.update(teamId, id, { changes: { enabled }, db });
    await putObject(key, original, content_type);
  });
  return true;
}
