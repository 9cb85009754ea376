import { useMemberNames } from '../../api/names.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import type { Question } from './insights-queries.ts';

const TONES: Record<Question['outcome'], Tone> = {
  answered: 'good',
  no_context: 'bad',
  unverified: 'warn',
  error: 'bad',
  small_talk: 'plain',
};

type TableProps = { questions: Question[]; onAnswer(question: Question): void };

export function QuestionsTable({ questions, onAnswer }: TableProps) {
  const t = useText();
  return (
    <Table label={t.insights.table}>
      <TableHead
        columns={[t.insights.question, t.insights.outcome, t.insights.asker, t.insights.when]}
        hasActions
      />
      <tbody>
        {questions.map((question) => (
          <QuestionRow key={question.message_id} question={question} onAnswer={() => onAnswer(question)} />
        ))}
      </tbody>
    </Table>
  );
}

function QuestionRow({ question, onAnswer }: { question: Question; onAnswer(): void }) {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  return (
    <Tr>
      <Td className="min-w-64">
        <p className="font-medium">{question.question}</p>
        <details className="text-sm text-quiet">
          <summary className="line-clamp-1">{question.answer}</summary>
          <p className="mt-1 whitespace-pre-wrap">{question.answer}</p>
        </details>
        {question.comment && <p className="text-sm">{t.insights.comment(question.comment)}</p>}
      </Td>
      <Td>
        <span className="flex flex-wrap gap-1">
          <Badge tone={TONES[question.outcome]}>{t.insights.outcomes[question.outcome]}</Badge>
          {question.rating === 'down' && <Badge tone="bad">{t.insights.ratedDown}</Badge>}
          {question.rating === 'up' && <Badge tone="good">{t.insights.ratedUp}</Badge>}
        </span>
      </Td>
      <Td className="whitespace-nowrap">{nameOf(question.asked_by)}</Td>
      <Td className="whitespace-nowrap">
        <time dateTime={question.created_at}>{format.ago(question.created_at)}</time>
      </Td>
      <Td className="w-0">
        <Button size="sm" onClick={onAnswer} aria-label={`${t.insights.answerIt}: ${question.question}`}>
          {t.insights.answerIt}
        </Button>
      </Td>
    </Tr>
  );
}
