import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import { type Bot, botsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { CodeBlock, CopyButton } from '../../ui/copy-button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { useEmbeddingModel } from './embedding-model.ts';
import { baseUrl, curl, embeddings, KEY_PLACE, native, python, typescript } from './snippets.ts';

const route = getRouteApi('/shell/connect');

/** How a program asks a bot: addresses and examples to copy. */
export function ConnectPage() {
  const t = useText();
  const { team } = useTeam();
  const { bot: wanted } = route.useSearch();
  const bots = useQuery(botsQuery(team.id));
  return (
    <Page title={t.connect.title} lead={t.connect.lead} width="prose">
      <Loaded query={bots} lines={12}>
        {(list) => {
          const bot = list.find(({ id }) => id === wanted) ?? list[0];
          return bot ? <Examples bots={list} bot={bot} /> : <NoBot />;
        }}
      </Loaded>
    </Page>
  );
}

function Examples({ bots, bot }: { bots: Bot[]; bot: Bot }) {
  const t = useText();
  const { team } = useTeam();
  const embeddingModel = useEmbeddingModel(team.id);
  const question = bot.starters[0] ?? t.connect.sampleQuestion;
  const target = { origin: location.origin, teamId: team.id, botId: bot.id, question };
  return (
    <div>
      <Values bots={bots} bot={bot} />
      <Section title={t.connect.curl}>
        <CodeBlock code={curl(target)} label={t.connect.curl} />
      </Section>
      <Section title={t.connect.python} lead={t.connect.pythonLead}>
        <CodeBlock code={python(target)} label={t.connect.python} />
      </Section>
      <Section title={t.connect.typescript} lead={t.connect.typescriptLead}>
        <CodeBlock code={typescript(target)} label={t.connect.typescript} />
      </Section>
      <Section title={t.connect.native} lead={t.connect.nativeLead}>
        <CodeBlock code={native(target)} label={t.connect.native} />
      </Section>
      {embeddingModel && (
        <Section title={t.connect.embeddings} lead={t.connect.embeddingsLead}>
          <CodeBlock
            code={embeddings(location.origin, embeddingModel, question)}
            label={t.connect.embeddings}
          />
        </Section>
      )}
      <p className="mt-8">
        {/* Served by the API, not by the console's router. */}
        <a href="/docs" className="text-accent underline underline-offset-2">
          {t.connect.reference}
        </a>
      </p>
    </div>
  );
}

/** What every client needs: address, model and key. */
function Values({ bots, bot }: { bots: Bot[]; bot: Bot }) {
  const t = useText();
  const { can } = useTeam();
  const navigate = route.useNavigate();
  return (
    <Section title={t.connect.values}>
      <div className="grid gap-4">
        <SelectField
          label={t.connect.bot}
          value={bot.id}
          onChange={({ target }) => void navigate({ search: { bot: target.value }, replace: true })}
          choices={bots.map(({ id, name }) => ({ value: id, label: name }))}
          className="max-w-sm"
        />
        <dl className="border-t border-line">
          <ValueRow name={t.connect.baseUrl} value={baseUrl(location.origin)} />
          <ValueRow name={t.connect.model} value={bot.id} hint={t.connect.modelHint} />
          <div className={ROW}>
            <dt className="text-quiet max-sm:col-span-2">{t.connect.key}</dt>
            <dd className="min-w-0">
              <code className="font-mono text-sm">{KEY_PLACE}</code>
              <p className="text-sm text-quiet">
                {can('admin') ? t.connect.keyHint : t.connect.keyHintMember}
              </p>
            </dd>
            {can('admin') && (
              <dd>
                <Link to="/keys" className={buttonClasses('plain', 'sm')}>
                  {t.connect.toKeys}
                </Link>
              </dd>
            )}
          </div>
        </dl>
      </div>
    </Section>
  );
}

const ROW =
  'grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1 border-b border-line py-2.5 sm:grid-cols-[7rem_minmax(0,1fr)_auto]';

function ValueRow({ name, value, hint }: { name: string; value: string; hint?: string }) {
  return (
    <div className={ROW}>
      <dt className="text-quiet max-sm:col-span-2">{name}</dt>
      <dd className="min-w-0">
        <code className="font-mono text-sm break-all">{value}</code>
        {hint && <p className="text-sm text-quiet">{hint}</p>}
      </dd>
      <dd>
        <CopyButton text={value} label={name} />
      </dd>
    </div>
  );
}

function NoBot() {
  const t = useText();
  return (
    <EmptyState
      icon={<Plug size={28} aria-hidden />}
      title={t.connect.needsBot}
      hint={t.connect.needsBotHint}
    >
      <Link to="/bots" className={buttonClasses('primary')}>
        {t.connect.toBots}
      </Link>
    </EmptyState>
  );
}
