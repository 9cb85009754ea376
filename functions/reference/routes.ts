import { getDocs } from './get-docs.ts';
import { getDocsAsset } from './get-docs-asset.ts';
import { getOpenapi } from './get-openapi.ts';

export const routes = { getDocs, getDocsAsset, getOpenapi };
