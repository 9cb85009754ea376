import { createExport } from './create-export.ts';
import { getExport } from './get-export.ts';
import { getImport } from './get-import.ts';
import { importTeam } from './import-team.ts';
import { listExports } from './list-exports.ts';

export const transferRoutes = { importTeam, createExport, listExports, getExport, getImport };
