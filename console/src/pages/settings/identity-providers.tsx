import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ProviderDialog } from './provider-dialog.tsx';

type Provider = Schemas['IdentityProvider'];

/** The team's own issuers: what to set at each, whether its domains are proved, and its end. */
export function IdentityProviders() {
  const t = useText();
  const { team } = useTeam();
  const [isAdding, setAdding] = useState(false);
  const providers = useQuery({
    queryKey: ['identity-providers', team.id],
    queryFn: () =>
      unwrap(api.GET('/v1/teams/{team_id}/identity-providers', { params: { path: { team_id: team.id } } })),
  });
  return (
    <Section
      title={t.identity.title}
      lead={t.identity.lead}
      actions={
        <Button onClick={() => setAdding(true)}>
          <Plus size={16} aria-hidden />
          {t.identity.add}
        </Button>
      }
    >
      <Loaded query={providers}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-quiet">{t.identity.none}</p>
          ) : (
            <ul className="grid gap-6">
              {data.map((provider) => (
                <ProviderItem key={provider.id} provider={provider} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding && <ProviderDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}

function ProviderItem({ provider }: { provider: Provider }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const path = { team_id: team.id, provider_id: provider.id };
  const verify = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/v1/teams/{team_id}/identity-providers/{provider_id}/verify', { params: { path } })),
    onSuccess: () => showToast({ title: t.identity.verified }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['identity-providers', team.id] }),
  });
  const isProved = provider.verification.every(({ verified_at: at }) => at !== null);
  return (
    <li className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="mr-auto font-medium wrap-anywhere">{provider.issuer}</h3>
        {!isProved && (
          <Button size="sm" busy={verify.isPending} onClick={() => verify.mutate()}>
            {t.identity.verify}
          </Button>
        )}
        <Button
          size="sm"
          onClick={() => setRemoving(true)}
          aria-label={`${t.identity.remove}: ${provider.issuer}`}
        >
          {t.identity.remove}
        </Button>
      </div>
      <Value label={t.identity.redirectUri} value={provider.redirect_uri} />
      {provider.verification.map((claim) => (
        <Claim key={claim.domain} claim={claim} />
      ))}
      {verify.error && <ProblemState error={verify.error} />}
      {isRemoving && <RemoveProvider provider={provider} onClose={() => setRemoving(false)} />}
    </li>
  );
}

function Claim({ claim }: { claim: Provider['verification'][number] }) {
  const t = useText();
  const isProved = claim.verified_at !== null;
  return (
    <div className="grid gap-2">
      <p className="flex items-center gap-2">
        {claim.domain}
        <Badge tone={isProved ? 'good' : 'warn'}>{isProved ? t.identity.proved : t.identity.unproved}</Badge>
      </p>
      {!isProved && (
        <div className="grid gap-2 border-l-2 border-line pl-3">
          <p className="text-sm text-quiet">{t.identity.record(claim.domain)}</p>
          <Value label={t.identity.recordName} value={claim.record_name} />
          <Value label={t.identity.recordValue} value={claim.record_value} />
        </div>
      )}
    </div>
  );
}

/** A value to copy to another place. */
function Value({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="min-w-0">
        <p className="text-sm text-quiet">{label}</p>
        <code className="text-sm wrap-anywhere">{value}</code>
      </div>
      <CopyButton text={value} label={label} />
    </div>
  );
}

function RemoveProvider({ provider, onClose }: { provider: Provider; onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const path = { team_id: team.id, provider_id: provider.id };
  const remove = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE('/v1/teams/{team_id}/identity-providers/{provider_id}', { params: { path } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['identity-providers', team.id] });
      showToast({ title: t.identity.removed });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t.identity.removeTitle(provider.issuer)}
      consequence={remove.error ? <ProblemState error={remove.error} /> : t.identity.removeHint}
      confirmLabel={t.identity.remove}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={() => remove.mutate()}
      busy={remove.isPending}
    />
  );
}
