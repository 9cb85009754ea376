import { type KeyboardEvent, type SubmitEvent, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { TestAnswer } from './test-answer.tsx';
import { isRunning, useTestRun } from './test-run.ts';

type LiveTestProps = {
  botId: string;
  starters: string[];
  /** Saves what has changed; absent when nothing has. */
  saveFirst?: () => Promise<unknown>;
};

/** Asks the saved bot beside its settings; what is not saved is saved before. */
export function LiveTest({ botId, starters, saveFirst }: LiveTestProps) {
  const t = useText();
  const [question, setQuestion] = useState('');
  const { run, ask, stop } = useTestRun(botId);
  const send = async (text: string) => {
    if (!text.trim()) return;
    // What is wrong stands at its field; then nothing is asked.
    const isSaved = saveFirst
      ? await saveFirst().then(
          () => true,
          () => false,
        )
      : true;
    if (isSaved) await ask(text.trim());
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(question);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends a Korean syllable does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send(question);
  };
  return (
    <section
      aria-label={t.bots.test}
      className="min-w-0 self-start max-lg:border-t max-lg:border-line max-lg:pt-5 lg:sticky lg:top-5 lg:max-h-[calc(100dvh-3rem)] lg:overflow-y-auto lg:border-l lg:border-line lg:pl-8"
    >
      <h2>{t.bots.test}</h2>
      <p className="mb-3 text-quiet">{t.bots.testLead}</p>
      <form onSubmit={onSubmit} className="grid gap-2">
        <TextArea
          label={t.bots.question}
          isLabelHidden
          placeholder={t.bots.question}
          data-main-field
          maxLength={20_000}
          value={question}
          onChange={({ target }) => setQuestion(target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="flex justify-end gap-2">
          {isRunning(run) ? (
            <Button onClick={stop}>{t.bots.stop}</Button>
          ) : (
            <Button look="primary" type="submit">
              {saveFirst ? t.bots.saveAndAsk : t.bots.ask}
            </Button>
          )}
        </div>
      </form>
      {run ? (
        <TestAnswer run={run} />
      ) : (
        <Starters
          starters={starters}
          onChoose={(starter) => {
            setQuestion(starter);
            void send(starter);
          }}
        />
      )}
    </section>
  );
}

/** The bot's own questions to begin with, as the first things to try. */
function Starters({ starters, onChoose }: { starters: string[]; onChoose(starter: string): void }) {
  return (
    <ul className="mt-2 grid justify-items-start gap-1.5">
      {starters.map((starter) => (
        <li key={starter}>
          <Button
            size="sm"
            look="quiet"
            className="text-left whitespace-normal"
            onClick={() => onChoose(starter)}
          >
            {starter}
          </Button>
        </li>
      ))}
    </ul>
  );
}
