import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { MAX_STARTERS } from './bot-draft.ts';
import type { FormPart } from './bot-editor.tsx';

/** What one sees before the first question. */
export function BeginFields({ draft, change, errorAt }: FormPart) {
  const t = useText();
  return (
    <div className="grid gap-4">
      <TextArea
        label={t.bots.greeting}
        hint={t.bots.greetingHint}
        isOptional
        maxLength={1_000}
        value={draft.greeting}
        onChange={({ target }) => change({ greeting: target.value })}
        error={errorAt('greeting')}
      />
      <Starters
        starters={draft.starters}
        onChange={(starters) => change({ starters })}
        errorAt={(at) => errorAt(`starters.${at}`)}
      />
    </div>
  );
}

type StartersProps = {
  starters: string[];
  onChange(starters: string[]): void;
  errorAt(at: number): string | undefined;
};

function Starters({ starters, onChange, errorAt }: StartersProps) {
  const t = useText();
  const swap = (at: number, other: number) => {
    const next = [...starters];
    [next[at], next[other]] = [next[other] ?? '', next[at] ?? ''];
    onChange(next);
  };
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t.bots.starters}</legend>
      {starters.map((starter, at) => (
        // Starters have no names of their own.
        <div key={at} className="flex flex-wrap items-start justify-end gap-1">
          <TextField
            label={t.bots.starter(at + 1)}
            isLabelHidden
            value={starter}
            maxLength={200}
            onChange={({ target }) =>
              onChange(starters.map((each, place) => (place === at ? target.value : each)))
            }
            error={errorAt(at)}
            className="min-w-48 flex-1"
          />
          {at > 0 && (
            <IconButton label={t.bots.moveUp(at + 1)} onClick={() => swap(at, at - 1)}>
              <ArrowUp size={16} aria-hidden />
            </IconButton>
          )}
          {at < starters.length - 1 && (
            <IconButton label={t.bots.moveDown(at + 1)} onClick={() => swap(at, at + 1)}>
              <ArrowDown size={16} aria-hidden />
            </IconButton>
          )}
          <IconButton
            label={t.bots.removeStarter(at + 1)}
            onClick={() => onChange(starters.filter((_, place) => place !== at))}
          >
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <p className="text-sm text-quiet">{t.bots.startersHint}</p>
      {starters.length < MAX_STARTERS && (
        <div>
          <Button size="sm" onClick={() => onChange([...starters, ''])}>
            <Plus size={14} aria-hidden />
            {t.bots.addStarter}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
