import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createUpload } from '#shared/aws/storage.ts';
import { transferKey } from '#shared/aws/transfer-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as teams from '#shared/db/teams.ts';
import * as transfers from '#shared/db/transfers.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { MAX_PART_BYTES } from '#shared/transfers/run-transfer.ts';
import { renderImport, TeamImport } from './schemas.ts';

const DAYS = 2;
const MAX_FILES = 200;

const Upload = z.object({ url: z.url(), fields: z.record(z.string(), z.string()) });

export const importTeam = defineRoute({
  method: 'POST',
  path: '/v1/teams/import',
  summary: 'Import an exported team as a new team',
  description:
    'Founds a team and returns a form for each file of the export, in their order. The import starts when the last file is uploaded. Documents are ingested again from their originals; ids are new. Of conversations only those of the importing person are taken over, and members are listed to be invited.',
  tag: 'teams',
  access: 'user',
  idempotent: true,
  body: z.object({
    files: z
      .array(z.object({ size_bytes: z.int().min(1).max(MAX_PART_BYTES) }))
      .min(1)
      .max(MAX_FILES),
  }),
  response: { 201: z.object({ import: TeamImport, uploads: z.array(Upload) }) },
  async run({ principal, body }) {
    const { userId } = principal;
    const id = uuidv7();
    const team = await teams.insert({ name: 'Import', ownerId: userId }, async (row, db) => {
      const entry = { actor: principal, action: 'team.created', targetId: row.id, after: { import_id: id } };
      await auditLog.append(row.id, entry, db);
    });
    const scope = { teamId: team.id };
    const files = body.files.map(({ size_bytes }, part) => {
      return { size_bytes, key: transferKey(scope, { id, part }) };
    });
    const transfer = { id, kind: 'team_import' as const, team_id: team.id, user_id: userId };
    const row = await transfers.insert(scope, { ...transfer, status: 'waiting', files, days: DAYS });
    const uploads = await Promise.all(
      files.map(({ key, size_bytes }) =>
        createUpload(key, { contentType: 'application/zip', sizeBytes: size_bytes }),
      ),
    );
    return created({ import: renderImport(row), uploads });
  },
});
