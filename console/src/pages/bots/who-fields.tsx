import { useText } from '../../i18n/text.tsx';
import { TextField } from '../../ui/field.tsx';
import type { FormPart } from './bot-editor.tsx';

/** How people see the bot. */
export function WhoFields({ draft, change, errorAt }: FormPart) {
  const t = useText();
  return (
    <div className="grid gap-4">
      <TextField
        label={t.common.name}
        value={draft.name}
        maxLength={120}
        onChange={({ target }) => change({ name: target.value })}
        error={errorAt('name')}
      />
      <TextField
        label={t.bots.description}
        isOptional
        value={draft.description}
        maxLength={2_000}
        onChange={({ target }) => change({ description: target.value })}
        error={errorAt('description')}
      />
    </div>
  );
}
