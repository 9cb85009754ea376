import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { chooseTeam, meQuery } from '../../api/me.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemState } from '../../ui/states.tsx';

type Import = Schemas['TeamImport'];

const POLL_MS = 1_500;

/** Makes a team from the ZIP files of an export. */
export function ImportTeam() {
  const t = useText();
  const inputId = useId();
  const [share, setShare] = useState(0);
  const run = useMutation({ mutationFn: (files: File[]) => importFiles(files, setShare) });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const files = new FormData(event.currentTarget).getAll('files');
    run.mutate(files.filter((file) => file instanceof File));
  };
  if (run.data?.status === 'ready') return <Imported done={run.data} />;
  return (
    <form onSubmit={submit} className="grid gap-3 border-t border-line pt-5">
      <div>
        <h2>{t.privacy.importTitle}</h2>
        <p className="text-quiet">{t.privacy.importLead}</p>
      </div>
      <label htmlFor={inputId} className="text-sm font-medium">
        {t.privacy.files}
      </label>
      <input
        id={inputId}
        type="file"
        name="files"
        multiple
        required
        accept=".zip,application/zip"
        className="max-sm:min-h-11"
      />
      <div aria-live="polite">
        {run.isPending && (
          <p className="flex items-center gap-3 text-quiet">
            {t.privacy.importing}
            <progress value={share} max={1} aria-label={t.privacy.importing} className="accent-accent" />
          </p>
        )}
        {run.data?.status === 'failed' && <p className="text-bad">{run.data.error}</p>}
      </div>
      {run.error && <ProblemState error={run.error} />}
      <div>
        <Button type="submit" busy={run.isPending}>
          {t.privacy.importTeam}
        </Button>
      </div>
    </form>
  );
}

function Imported({ done }: { done: Import }) {
  const t = useText();
  const queries = useQueryClient();
  const open = async () => {
    chooseTeam(done.team_id);
    await queries.invalidateQueries(meQuery);
    location.assign('/');
  };
  return (
    <div role="status" className="grid gap-2 border-t border-line pt-5">
      <h2>{t.privacy.imported}</h2>
      <p>{t.privacy.importedCounts(done.documents, done.bots, done.conversations)}</p>
      {done.conversations_skipped > 0 && (
        <p className="text-quiet">{t.privacy.skippedConversations(done.conversations_skipped)}</p>
      )}
      {done.members.length > 0 && (
        <div>
          <p>{t.privacy.toInvite}</p>
          <ul className="list-inside list-disc">
            {done.members.map(({ email }) => (
              <li key={email}>{email}</li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <Button look="primary" onClick={() => void open()}>
          {t.privacy.openTeam}
        </Button>
      </div>
    </div>
  );
}

/** Uploads the files in the order of their names, as the export numbers them, and waits for the import. */
async function importFiles(chosen: File[], onShare: (share: number) => void): Promise<Import> {
  const files = chosen.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const body = { files: files.map(({ size }) => ({ size_bytes: size })) };
  const { import: started, uploads } = await unwrap(api.POST('/v1/teams/import', { body }));
  for (const [index, { url, fields }] of uploads.entries()) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', files[index] ?? new Blob());
    const response = await fetch(url, { method: 'POST', body: form });
    if (!response.ok) throw new Error(`The storage answered ${response.status}`);
    onShare((index + 1) / files.length / 2);
  }
  const path = { team_id: started.team_id, import_id: started.id };
  for (;;) {
    const found = await unwrap(api.GET('/v1/teams/{team_id}/imports/{import_id}', { params: { path } }));
    if (found.status === 'ready' || found.status === 'failed') return found;
    onShare(0.5 + found.progress / 2);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}
