import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import type { ApiKey } from './keys-queries.ts';

type Overlap = 0 | 15 | 60 | 360 | 1440;
const USUAL_OVERLAP: Overlap = 60;

type RotateProps = { apiKey: ApiKey; onClose(): void; onRotated(key: string): void };

/** Replaces a key's secret; the old one works on for the chosen time. */
export function RotateDialog({ apiKey, onClose, onRotated }: RotateProps) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>(USUAL_OVERLAP);
  const path = { team_id: team.id, key_id: apiKey.id };
  const rotate = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/teams/{team_id}/api-keys/{key_id}/rotate', {
          params: { path },
          body: { overlap_minutes: overlap },
        }),
      ),
    async onSuccess({ key }) {
      await queries.invalidateQueries({ queryKey: ['keys', team.id] });
      onRotated(key);
    },
  });
  return (
    <Dialog
      title={t.keys.rotateTitle(apiKey.name)}
      lead={t.keys.rotateLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <SelectField
        label={t.keys.overlap}
        value={overlap}
        onChange={({ target }) => setOverlap(Number(target.value) as Overlap)}
        choices={Object.entries(t.keys.overlaps).map(([value, label]) => ({ value, label }))}
      />
      {rotate.error && <ProblemState error={rotate.error} className="mt-4" />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look="primary" busy={rotate.isPending} onClick={() => rotate.mutate()}>
          {t.keys.rotate}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Revokes a key after asking. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const path = { team_id: team.id, key_id: apiKey.id };
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/teams/{team_id}/api-keys/{key_id}', { params: { path } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['keys', team.id] });
      showToast({ title: t.keys.revoked(apiKey.name) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t.keys.revokeTitle(apiKey.name)}
      consequence={revoke.error ? <ProblemState error={revoke.error} /> : t.keys.revokeHint}
      confirmLabel={t.keys.revoke}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={() => revoke.mutate()}
      busy={revoke.isPending}
    />
  );
}
