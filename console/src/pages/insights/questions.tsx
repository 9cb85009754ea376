import { getRouteApi } from '@tanstack/react-router';
import { Download, MessageCircleQuestion } from 'lucide-react';
import { useState } from 'react';
import { saveFile } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { AnswerDialog } from './answer-dialog.tsx';
import {
  type Asked,
  isShown,
  type Question,
  questionQuery,
  type Shown,
  useQuestions,
} from './insights-queries.ts';
import { QuestionsTable } from './questions-table.tsx';

const route = getRouteApi('/shell/insights');

/** The questions themselves: first those that found no answer. */
export function Questions({ asked }: { asked: Asked }) {
  const t = useText();
  const { team } = useTeam();
  const search = route.useSearch();
  const shown: Shown = isShown(search.show) ? search.show : 'no_context';
  const wanted = { ...asked, shown, text: search.q };
  const questions = useQuestions(team.id, wanted);
  const [open, setOpen] = useState<Question | null>(null);
  const isOff = questions.error instanceof ApiProblem && questions.error.status === 403;
  const csvUrl = `/v1/teams/${team.id}/questions?${new URLSearchParams(questionQuery(wanted)).toString()}`;
  return (
    <Section
      title={t.insights.shows[shown]}
      actions={
        !isOff && (
          <Button onClick={() => void saveFile(csvUrl, 'questions.csv', 'text/csv')}>
            <Download size={16} aria-hidden />
            {t.insights.csv}
          </Button>
        )
      }
    >
      {isOff ? (
        <EmptyState title={t.insights.reviewOff} hint={t.insights.reviewOffHint} />
      ) : (
        <>
          <ListFilters shown={shown} />
          <Loaded query={questions}>
            {(list) =>
              list.length === 0 ? (
                <EmptyState
                  icon={<MessageCircleQuestion size={28} aria-hidden />}
                  title={t.insights.empty}
                  hint={t.insights.emptyHint}
                />
              ) : (
                <QuestionsTable questions={list} onAnswer={setOpen} />
              )
            }
          </Loaded>
          <MoreButton list={questions} />
        </>
      )}
      {open && <AnswerDialog question={open} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function ListFilters({ shown }: { shown: Shown }) {
  const t = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const find = (text: string) => void navigate({ search: { ...search, q: text.trim() } });
  return (
    <div className="mb-3 flex flex-wrap items-end gap-2">
      <SelectField
        label={t.insights.show}
        value={shown}
        onChange={({ target }) => void navigate({ search: { ...search, show: target.value } })}
        choices={Object.entries(t.insights.shows).map(([value, label]) => ({ value, label }))}
      />
      <TextField
        label={t.insights.find}
        type="search"
        defaultValue={search.q}
        data-main-field
        onBlur={({ target }) => find(target.value)}
        onKeyDown={(event) => event.key === 'Enter' && find(event.currentTarget.value)}
      />
    </div>
  );
}
