type Scope = { teamId: string } | { userId: string };

/** The S3 key of one file of an export or import. */
export function transferKey(scope: Scope, { id, part }: { id: string; part: number }): string {
  const owner = 'teamId' in scope ? `teams/${scope.teamId}` : `people/${scope.userId}`;
  return `${owner}/transfers/${id}/${part}.zip`;
}

/** The ids in the key of a team's file; null for any other object's key. */
export function parseTransferKey(key: string): { teamId: string; transferId: string } | null {
  const match = /^teams\/([0-9a-f-]{36})\/transfers\/([0-9a-f-]{36})\/\d+\.zip$/.exec(key);
  return match?.[1] && match[2] ? { teamId: match[1], transferId: match[2] } : null;
}
