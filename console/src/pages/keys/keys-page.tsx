import { Link } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { type ApiKey, useKeys } from './keys-queries.ts';
import { KeysTable } from './keys-table.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { RevokeDialog, RotateDialog } from './rotate-dialog.tsx';

export type KeyAction = { does: 'edit' | 'rotate' | 'revoke'; key: ApiKey } | { does: 'create' };

/** The team's API keys: who may what, and since when they were not used. */
export function KeysPage() {
  const t = useText();
  const { team } = useTeam();
  const keys = useKeys(team.id);
  const [action, setAction] = useState<KeyAction | null>(null);
  const [newKey, setNewKey] = useState<string | null>(null);
  const close = () => setAction(null);
  const show = (key: string) => {
    close();
    setNewKey(key);
  };
  const create = (
    <Button look="primary" onClick={() => setAction({ does: 'create' })}>
      <Plus size={16} aria-hidden />
      {t.keys.create}
    </Button>
  );
  return (
    <Page title={t.keys.title} lead={t.keys.lead} actions={create}>
      <Loaded query={keys}>
        {(list) =>
          list.length > 0 ? (
            <>
              <KeysTable keys={list} onAct={setAction} />
              <MoreButton list={keys} />
            </>
          ) : (
            <EmptyState
              icon={<KeyRound size={28} aria-hidden />}
              title={t.keys.empty}
              hint={t.keys.emptyHint}
            >
              <Link to="/connect" className={buttonClasses()}>
                {t.keys.howToUse}
              </Link>
            </EmptyState>
          )
        }
      </Loaded>
      {action?.does === 'create' && <KeyDialog apiKey={null} onClose={close} onCreated={show} />}
      {action?.does === 'edit' && <KeyDialog apiKey={action.key} onClose={close} onCreated={show} />}
      {action?.does === 'rotate' && <RotateDialog apiKey={action.key} onClose={close} onRotated={show} />}
      {action?.does === 'revoke' && <RevokeDialog apiKey={action.key} onClose={close} />}
      {newKey !== null && <NewKeyDialog value={newKey} onClose={() => setNewKey(null)} />}
    </Page>
  );
}
