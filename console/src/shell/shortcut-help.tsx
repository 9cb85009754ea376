import { useText } from '../i18n/text.tsx';
import { usePreference, writePreference } from '../preferences.ts';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField } from '../ui/field.tsx';
import { PLACES } from './navigation.ts';
import { useTeam } from './team.ts';

/** The list of keys, and the switch for those of one letter. */
export function ShortcutHelp({ onClose }: { onClose(): void }) {
  const t = useText();
  const { can } = useTeam();
  const isOff = usePreference('shortcuts') === 'off';
  const keys: [string, string][] = [
    ['⌘K', t.common.openPalette],
    ['/', t.common.keys.focusField],
    ['Enter', t.common.keys.send],
    ['Shift+Enter', t.common.keys.newLine],
    ['Esc', t.common.keys.stop],
    ['j / k', t.common.keys.proofs],
    ...PLACES.filter(({ role }) => can(role)).map(({ key, name }): [string, string] => [
      `g ${key}`,
      t.common.nav[name],
    ]),
  ];
  return (
    <Dialog title={t.common.shortcuts} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <dl className="mb-4 grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1">
        {keys.map(([key, does]) => (
          <div key={key} className="col-span-2 grid grid-cols-subgrid">
            <dt>
              <kbd className="rounded-sm border border-line bg-sunken px-1.5 font-mono text-sm">{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <CheckField
        label={t.common.shortcutsOn}
        checked={!isOff}
        onChange={({ target }) => writePreference('shortcuts', target.checked ? null : 'off')}
      />
    </Dialog>
  );
}
