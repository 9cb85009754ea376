import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { CheckField, TextArea, TextField } from '../../ui/field.tsx';
import { linesOf } from '../../ui/lines.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import {
  addressesQuery,
  endHold,
  holdQuery,
  setAddresses,
  setExternalModels,
  startHold,
  useCompanyChange,
} from './company-queries.ts';

/** What a company's security department sets, for the team's owners. */
export function CompanyRules() {
  const t = useText();
  const { team } = useTeam();
  const addresses = useQuery(addressesQuery(team.id));
  const hold = useQuery(holdQuery(team.id));
  const settings = useQuery(teamQuery(team.id));
  return (
    <Section title={t.company.title} lead={t.company.lead}>
      <div className="grid max-w-lg gap-6">
        <Loaded query={addresses}>{(loaded) => <Addresses rule={loaded} />}</Loaded>
        <Loaded query={settings}>{(loaded) => <ExternalModels isOn={loaded.external_models} />}</Loaded>
        <Loaded query={hold}>{(loaded) => <LegalHold hold={loaded} />}</Loaded>
      </div>
    </Section>
  );
}

function Addresses({ rule }: { rule: Schemas['AllowedAddresses'] }) {
  const t = useText();
  const [kept, setKept] = useState<string[] | null>(null);
  const save = useCompanyChange(setAddresses, () => {
    setKept(null);
    showToast({ title: t.common.saved });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lines = linesOf(new FormData(event.currentTarget).get('addresses'));
    setKept(lines);
    save.mutate({ addresses: lines, force: false });
  };
  const isLocking = save.error instanceof ApiProblem && save.error.code === 'own_address_missing';
  return (
    <form onSubmit={submit} className="grid gap-3">
      <TextArea
        label={t.company.addresses}
        name="addresses"
        defaultValue={rule.addresses?.join('\n') ?? ''}
        hint={t.company.addressesHint(rule.your_address)}
        spellCheck={false}
      />
      {save.error && !isLocking && <ProblemState error={save.error} />}
      <div>
        <Button type="submit" busy={save.isPending}>
          {t.company.setAddresses}
        </Button>
      </div>
      <ConfirmDialog
        title={t.company.lockTitle}
        consequence={t.company.lockHint(rule.your_address)}
        confirmLabel={t.company.lockAnyway}
        open={isLocking}
        onOpenChange={(isOpen) => !isOpen && save.reset()}
        onConfirm={() => save.mutate({ addresses: kept, force: true })}
        busy={save.isPending}
      />
    </form>
  );
}

function ExternalModels({ isOn }: { isOn: boolean }) {
  const t = useText();
  const save = useCompanyChange(setExternalModels, () => showToast({ title: t.common.saved }));
  return (
    <div>
      <CheckField
        label={t.company.models}
        hint={t.company.modelsHint}
        checked={isOn}
        onChange={({ target }) => save.mutate(target.checked)}
      />
      {save.error && <ProblemState error={save.error} />}
    </div>
  );
}

function LegalHold({ hold }: { hold: Schemas['LegalHold'] }) {
  const t = useText();
  const format = useFormat();
  const [isEnding, setEnding] = useState(false);
  const start = useCompanyChange(startHold, () =>
    showToast({ title: hold.active ? t.common.saved : t.company.started }),
  );
  const end = useCompanyChange(endHold, () => {
    setEnding(false);
    showToast({ title: t.company.ended });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    start.mutate(String(new FormData(event.currentTarget).get('reason')));
  };
  const error = start.error ?? end.error;
  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="grid gap-1">
        <h3 className="flex items-center gap-2 text-sm font-medium">
          {t.company.hold}
          {hold.started_at && <Badge tone="warn">{t.company.holdSince(format.date(hold.started_at))}</Badge>}
        </h3>
        <p className="text-sm text-quiet">{t.company.holdHint}</p>
      </div>
      <TextField
        label={t.company.reason}
        name="reason"
        required
        maxLength={500}
        defaultValue={hold.reason ?? ''}
        hint={t.company.reasonHint}
      />
      {error && <ProblemState error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={start.isPending}>
          {hold.active ? t.company.change : t.company.start}
        </Button>
        {hold.active && <Button onClick={() => setEnding(true)}>{t.company.end}</Button>}
      </div>
      <ConfirmDialog
        title={t.company.endTitle}
        consequence={t.company.endHint}
        confirmLabel={t.company.end}
        open={isEnding}
        onOpenChange={setEnding}
        onConfirm={() => end.mutate(undefined)}
        busy={end.isPending}
      />
    </form>
  );
}
