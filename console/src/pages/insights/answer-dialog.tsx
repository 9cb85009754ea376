import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { botQuery, collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { type Added, useAnswerByDocument } from './answer-by-document.ts';
import type { Question } from './insights-queries.ts';

/** Adds a text document that answers a question, asks the question again, and shows the answer. */
export function AnswerDialog({ question, onClose }: { question: Question; onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const bot = useQuery(botQuery(team.id, question.bot_id));
  const collections = useQuery(collectionsQuery(team.id));
  return (
    <Dialog
      title={t.insights.answerTitle}
      lead={t.insights.answerLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <blockquote className="mb-4 border-l-2 border-line-strong pl-3">{question.question}</blockquote>
      <Loaded query={bot}>
        {({ collection_ids: read }) => (
          <Loaded query={collections}>
            {(all) => {
              // A document elsewhere would answer nothing: the bot does not read it.
              const places = all.filter(({ id }) => read.includes(id));
              return <AnswerForm question={question} collections={places} onClose={onClose} />;
            }}
          </Loaded>
        )}
      </Loaded>
    </Dialog>
  );
}

type Collection = { id: string; name: string };

type FormProps = { question: Question; collections: Collection[]; onClose(): void };

function AnswerForm({ question, collections, onClose }: FormProps) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const [collectionId, setCollectionId] = useState(collections[0]?.id ?? '');
  const { stage, error, added, start } = useAnswerByDocument(team.id, question);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = {
      title: String(form.get('title')),
      text: String(form.get('text')),
      ...(collectionId ? { collection_id: collectionId } : {}),
    };
    void start(body).then(() => queries.invalidateQueries({ queryKey: ['insights', team.id] }));
  };
  if (added?.isAnswered) return <Answered added={added} onClose={onClose} />;
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t.insights.documentTitle}
        name="title"
        required
        maxLength={200}
        pattern="[^\/\\]+"
        defaultValue={question.question.replaceAll(/[/\\\p{Cc}]/gu, ' ').slice(0, 80)}
      />
      <TextArea
        label={t.insights.documentText}
        hint={t.insights.documentTextHint}
        name="text"
        required
        maxLength={20_000}
        autoFocus
      />
      {collections.length > 1 && (
        <SelectField
          label={t.insights.collection}
          value={collectionId}
          onChange={({ target }) => setCollectionId(target.value)}
          choices={collections.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <p role="status" className="text-quiet empty:hidden">
        {stage && t.insights.stages[stage]}
      </p>
      {added && !added.isAnswered && <p role="alert">{t.insights.stillNot}</p>}
      {error !== null && <ProblemState error={error} />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look="primary" type="submit" busy={stage !== null}>
          {t.insights.addAndAsk}
        </Button>
      </DialogActions>
    </form>
  );
}

function Answered({ added, onClose }: { added: Added; onClose(): void }) {
  const t = useText();
  return (
    <div role="status">
      <h3 className="mb-1 text-good">{t.insights.nowAnswered}</h3>
      <p className="whitespace-pre-wrap">{added.answer}</p>
      <DialogActions>
        <Link
          to="/documents/$documentId"
          params={{ documentId: added.documentId }}
          className={buttonClasses()}
        >
          {t.insights.seeDocument}
        </Link>
        <Button look="primary" onClick={onClose}>
          {t.common.close}
        </Button>
      </DialogActions>
    </div>
  );
}
