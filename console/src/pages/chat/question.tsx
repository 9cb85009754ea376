import { Pencil } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { isSendKey } from './keys.ts';

type QuestionProps = {
  text: string;
  /** Null while the question may not be changed. */
  onChange: ((text: string) => void) | null;
  /** Whether later messages go with the earlier wording. */
  hasLater: boolean;
  isEditing: boolean;
  setEditing(isEditing: boolean): void;
};

/** A question; it can be put in other words, which asks it again in its place. */
export function Question({ text, onChange, hasLater, isEditing, setEditing }: QuestionProps) {
  const t = useText();
  if (isEditing && onChange)
    return (
      <Editor
        text={text}
        hasLater={hasLater}
        onCancel={() => setEditing(false)}
        onSubmit={(changed) => {
          setEditing(false);
          onChange(changed);
        }}
      />
    );
  return (
    <article aria-label={t.chat.yourQuestion} className="group flex items-start justify-end gap-1">
      {onChange && (
        <IconButton
          label={t.chat.editQuestion}
          onClick={() => setEditing(true)}
          className="mt-1 transition-opacity sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100 sm:focus-visible:opacity-100"
        >
          <Pencil size={15} aria-hidden />
        </IconButton>
      )}
      <p className="max-w-[85%] rounded-lg bg-sunken px-3.5 py-2 text-lg whitespace-pre-wrap">{text}</p>
    </article>
  );
}

type EditorProps = { text: string; hasLater: boolean; onCancel(): void; onSubmit(text: string): void };

function Editor({ text, hasLater, onCancel, onSubmit }: EditorProps) {
  const t = useText();
  const [changed, setChanged] = useState(text);
  const submit = () => changed.trim() && onSubmit(changed.trim());
  const onKeyDown = (event: KeyboardEvent) => {
    if (isSendKey(event)) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.stopPropagation();
      onCancel();
    }
  };
  return (
    <div className="ml-auto grid w-full max-w-[85%] gap-2">
      <TextArea
        label={t.chat.newWording}
        isLabelHidden
        hint={hasLater ? t.chat.laterGoes : undefined}
        // The editor opens by the reader's own click.
        autoFocus
        maxLength={20_000}
        value={changed}
        onChange={({ target }) => setChanged(target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={onCancel}>
          {t.common.cancel}
        </Button>
        <Button size="sm" look="primary" onClick={submit}>
          {t.chat.askAgain}
        </Button>
      </div>
    </div>
  );
}
