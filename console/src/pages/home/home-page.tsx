import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { usePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemState, Skeleton } from '../../ui/states.tsx';
import { AskBox } from './ask-box.tsx';
import { Attention } from './attention.tsx';
import { useFilesToDocuments } from './files-to-documents.ts';
import { FirstSteps } from './first-steps.tsx';
import { type Conversation, type Document, useHome } from './home-queries.ts';
import { isOwn } from './own-documents.ts';
import { Recent } from './recent.tsx';

/** The start page: the first steps until they are done, then what went on lately. */
export function HomePage() {
  const t = useText();
  const { documents, failed, conversations, bots, isShared } = useHome();
  const failure = [documents, conversations, bots].find(({ error, data }) => error && !data);
  if (failure)
    return (
      <Page title={t.home.title} width="prose">
        <ProblemState error={failure.error} onRetry={() => void failure.refetch()} />
      </Page>
    );
  if (!documents.data || !conversations.data || !bots.data || isShared === undefined)
    return (
      <Page title={t.home.title} width="prose">
        <Skeleton lines={6} />
      </Page>
    );
  return (
    <Home
      documents={documents.data}
      failed={failed.data ?? []}
      conversations={conversations.data}
      bots={bots.data}
      isShared={isShared}
    />
  );
}

type HomeProps = {
  documents: Document[];
  failed: Document[];
  conversations: Conversation[];
  bots: Bot[];
  isShared: boolean;
};

function Home({ documents, failed, conversations, bots, isShared }: HomeProps) {
  const t = useText();
  const { can } = useTeam();
  useFilesToDocuments(can('member'));
  const isHidden = usePreference('first-steps') === 'hidden';
  // The newest document of one's own, and what has been done. A step without the right to it counts as done.
  const own = documents.find(isOwn);
  const steps = {
    added: documents.some((each) => isOwn(each) && each.status === 'ready'),
    asked: conversations.length > 0,
    invited: isShared,
  };
  const isDone = (steps.added || !can('member')) && steps.asked && (steps.invited || !can('admin'));
  const recent = <Recent conversations={conversations} documents={documents} bots={bots} />;
  if (isDone || isHidden)
    return (
      <Page title={t.home.title} width="prose">
        <AskBox bots={bots} />
        <Attention documents={failed} />
        {recent}
      </Page>
    );
  return (
    <Page
      title={can('admin') ? t.home.firstTitle : t.home.firstAnswer}
      lead={can('member') && t.home.firstLead}
      width="prose"
    >
      <FirstSteps steps={steps} own={own} bots={bots} />
      <Attention documents={failed} />
      {(steps.asked || own) && recent}
    </Page>
  );
}
