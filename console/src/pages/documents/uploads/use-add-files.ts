import { useCallback, useState } from 'react';
import { api } from '../../../api/client.ts';
import { unwrap } from '../../../api/problem.ts';
import { useTeam } from '../../../shell/team.ts';
import type { PickedFile } from './dropped-files.ts';
import { contentTypeOf } from './file-types.ts';
import { addUploads, type NewUpload } from './upload-queue.ts';

export type SameNameAnswer = 'replace' | 'skip' | 'keep';

/** Files that wait for an answer: what to do with those whose names are there already. */
export type Question = { files: PickedFile[]; sameNames: ReadonlySet<string> };

/** Names that are looked up at the same time. */
const PARALLEL = 6;

/** Adds files to a collection; first asks what to do with names that it has already. */
export function useAddFiles(collectionId: string) {
  const { team } = useTeam();
  const [isChecking, setChecking] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const teamId = team.id;
  const toUpload = useCallback(
    (picked: PickedFile, changes: Partial<NewUpload>): NewUpload => ({
      ...picked,
      teamId,
      collectionId: collectionId || null,
      onDuplicate: 'keep',
      phase: 'waiting',
      ...changes,
    }),
    [teamId, collectionId],
  );
  const add = useCallback(
    async (files: PickedFile[]) => {
      const refused = files.filter(({ file }) => !isReadable(file));
      addUploads(refused.map((picked) => toUpload(picked, { phase: 'refused' })));
      const readable = files.filter(({ file }) => isReadable(file));
      setChecking(true);
      const sameNames = await findSameNames(teamId, collectionId, readable).finally(() => setChecking(false));
      if (sameNames.size > 0) setQuestion({ files: readable, sameNames });
      else addUploads(readable.map((picked) => toUpload(picked, {})));
    },
    [teamId, collectionId, toUpload],
  );
  const answer = (chosen: SameNameAnswer) => {
    const uploads = (question?.files ?? []).map((picked) => {
      const isSame = question?.sameNames.has(nameOf(picked.file));
      if (!isSame || chosen === 'keep') return toUpload(picked, {});
      return toUpload(picked, chosen === 'skip' ? { phase: 'skipped' } : { onDuplicate: 'replace' });
    });
    setQuestion(null);
    addUploads(uploads);
  };
  return { add, isChecking, question, answer, cancel: () => setQuestion(null) };
}

/** Whether the API can read a file, as far as its name and size tell. */
function isReadable({ name, size }: File): boolean {
  return size > 0 && contentTypeOf(name) !== null;
}

function nameOf({ name }: File): string {
  return name.normalize('NFC');
}

/** The names of files that documents of the collection have. A look-up that fails asks nothing: both are kept. */
async function findSameNames(
  teamId: string,
  collectionId: string,
  files: PickedFile[],
): Promise<Set<string>> {
  const names = [...new Set(files.map(({ file }) => nameOf(file)))];
  const found = new Set<string>();
  const lookUp = async (name: string) => {
    const query = { q: name, limit: 100, ...(collectionId ? { collection_id: collectionId } : {}) };
    const params = { path: { team_id: teamId }, query };
    const { data } = await unwrap(api.GET('/v1/teams/{team_id}/documents', { params }));
    if (data.some(({ filename }) => filename === name)) found.add(name);
  };
  for (let at = 0; at < names.length; at += PARALLEL)
    await Promise.allSettled(names.slice(at, at + PARALLEL).map((name) => lookUp(name)));
  return found;
}
