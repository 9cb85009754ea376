import { useQuery } from '@tanstack/react-query';
import { teamQuery } from '../../api/team-queries.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { CompanyRules } from './company-rules.tsx';
import { IdentityProviders } from './identity-providers.tsx';
import { LeaveTeam } from './leave-team.tsx';
import { Sessions } from './sessions.tsx';
import { TeamExport } from './team-export.tsx';
import { TeamForm } from './team-form.tsx';
import { Webhooks } from './webhooks.tsx';
import { YourData } from './your-data.tsx';

/** Settings of the team, for those who may change them, and the person's own sessions. */
export function SettingsPage() {
  const t = useText();
  const { team, can } = useTeam();
  const settings = useQuery(teamQuery(team.id));
  return (
    <Page title={t.settings.title} width="prose">
      <Section title={t.settings.team}>
        <Loaded query={settings}>
          {(loaded) =>
            can('admin') ? (
              <TeamForm settings={loaded} />
            ) : (
              <p>
                {loaded.name} · {loaded.timezone}
                {loaded.question_review && (
                  <span className="block text-quiet">{t.settings.reviewedNote}</span>
                )}
              </p>
            )
          }
        </Loaded>
      </Section>
      {can('owner') && <CompanyRules />}
      {can('owner') && <IdentityProviders />}
      {can('admin') && <Webhooks />}
      {can('owner') && <TeamExport />}
      <Sessions />
      <YourData />
      <LeaveTeam />
    </Page>
  );
}
