import { useState } from 'react';
import { useText } from '../../../i18n/text.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SaveActions } from '../save-actions.tsx';
import type { Question, SameNameAnswer } from './use-add-files.ts';

const ANSWERS = ['replace', 'skip', 'keep'] as const;
const SHOWN_NAMES = 5;

type SameNameProps = {
  question: Question;
  onAnswer(answer: SameNameAnswer): void;
  onCancel(): void;
};

/** Asks what to do with files whose names are there already: one answer for all. */
export function SameNameDialog({ question, onAnswer, onCancel }: SameNameProps) {
  const t = useText();
  const [chosen, setChosen] = useState<SameNameAnswer>('replace');
  const names = [...question.sameNames];
  const words = t.documents.uploads;
  return (
    <Dialog title={words.sameTitle(names.length)} lead={words.sameLead} open onOpenChange={onCancel}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onAnswer(chosen);
        }}
      >
        <ul className="mb-4 list-disc pl-5">
          {names.slice(0, SHOWN_NAMES).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {names.length > SHOWN_NAMES && <li>{words.andMore(names.length - SHOWN_NAMES)}</li>}
        </ul>
        <div role="radiogroup" aria-label={words.sameLead} className="grid gap-1">
          {ANSWERS.map((answer) => (
            <label
              key={answer}
              className="flex items-start gap-2 rounded-md px-2 py-1.5 hover:bg-sunken max-sm:min-h-11"
            >
              <input
                type="radio"
                name="same-name"
                value={answer}
                checked={chosen === answer}
                onChange={() => setChosen(answer)}
                className="mt-1 size-4 accent-accent"
              />
              <span>
                <span className="font-medium">{words[answer]}</span>
                <span className="block text-sm text-quiet">{words[`${answer}Hint`]}</span>
              </span>
            </label>
          ))}
        </div>
        <SaveActions isBusy={false} onClose={onCancel} label={words.go} />
      </form>
    </Dialog>
  );
}
