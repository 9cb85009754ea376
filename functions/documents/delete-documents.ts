import { z } from 'zod';
import * as auditLog from '#shared/db/audit-log.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { Ids } from '#shared/http/filter-schema.ts';
import { defineRoute, Id, ok } from '#shared/http/route.ts';
import { mayChange } from './require-right.ts';

export const deleteDocuments = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents/delete',
  summary: 'Delete up to 100 documents',
  description:
    'Deletes those of the documents that exist and that the caller may delete, in one transaction, and says which they are. They are excluded from search immediately.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  body: z.object({ document_ids: Ids }),
  response: {
    200: z.object({
      deleted: z.array(Id),
      not_found: z.array(Id),
      forbidden: z.array(Id).meta({ description: 'Documents of others, which only admins may delete' }),
    }),
  },
  errors: ['not_found', 'insufficient_role', 'legal_hold'],
  async run({ principal, body }) {
    const { teamId } = principal;
    const ids = [...new Set(body.document_ids.map((id) => id.toLowerCase()))];
    const answer = await inTeam(teamId, async (db) => {
      const rows = await documents.listByIds(teamId, ids, db);
      const forbidden = rows.filter((row) => !mayChange(principal, row)).map(({ id }) => id);
      const allowed = rows.map(({ id }) => id).filter((id) => !forbidden.includes(id));
      const deleted = await documents.tombstone(teamId, allowed, db);
      for (const { id: targetId, filename } of rows.filter(({ id }) => deleted.includes(id))) {
        const entry = { actor: principal, action: 'document.deleted', targetId, before: { filename } };
        await auditLog.append(teamId, entry, db);
      }
      return { deleted, forbidden };
    });
    const inOrder = (which: (id: string) => boolean) => ids.filter(which);
    return ok({
      deleted: inOrder((id) => answer.deleted.includes(id)),
      not_found: inOrder((id) => !answer.deleted.includes(id) && !answer.forbidden.includes(id)),
      forbidden: inOrder((id) => answer.forbidden.includes(id)),
    });
  },
});
