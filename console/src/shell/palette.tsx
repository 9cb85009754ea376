import { Dialog as Base } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { api } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';
import { botsQuery } from '../api/team-lists.ts';
import { useText } from '../i18n/text.tsx';
import { classes } from '../ui/classes.ts';
import { PLACES } from './navigation.ts';
import { useTeam } from './team.ts';

type Target = { id: string; name: string; kind: string; open(): Promise<void> };

/** A box that finds pages, bots and documents by name, and opens them with the keyboard alone. */
export function Palette({ onClose }: { onClose(): void }) {
  const t = useText();
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const targets = useTargets(useDeferredValue(text.trim()));
  const active = targets[Math.min(at, targets.length - 1)];
  const choose = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    void target.open();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(targets.length, 1));
    else if (event.key === 'ArrowUp') setAt((at + targets.length - 1) % Math.max(targets.length, 1));
    else if (event.key === 'Enter') choose(active);
    else return;
    event.preventDefault();
  };
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup className="fixed inset-x-4 top-[12dvh] z-50 mx-auto max-w-xl overflow-hidden rounded-lg border border-line bg-raised shadow-raised">
          <Base.Title className="sr-only">{t.common.openPalette}</Base.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={active && `${listId}-${active.id}`}
            aria-label={t.common.openPalette}
            placeholder={t.common.palettePlaceholder}
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
            className="w-full border-b border-line bg-transparent px-4 py-3 text-lg outline-none"
          />
          <div
            id={listId}
            role="listbox"
            aria-label={t.common.openPalette}
            className="max-h-80 overflow-y-auto p-1"
          >
            {targets.map((target) => (
              <Option
                key={target.id}
                id={`${listId}-${target.id}`}
                target={target}
                isActive={target === active}
                onChoose={() => choose(target)}
              />
            ))}
          </div>
          {targets.length === 0 && <p className="px-4 pb-4 text-quiet">{t.common.paletteEmpty}</p>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type OptionProps = { id: string; target: Target; isActive: boolean; onChoose(): void };

/** The keys are handled by the text box, which keeps the focus. */
function Option({ id, target, isActive, onChoose }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onMouseDown={onChoose}
      className={classes(
        'flex min-h-9 cursor-pointer items-center justify-between gap-4 rounded-md px-3 max-sm:min-h-11 hover:bg-sunken',
        isActive && 'bg-accent-wash',
      )}
    >
      <span className="truncate">{target.name}</span>
      <span className="shrink-0 text-xs text-quiet">{target.kind}</span>
    </div>
  );
}

/** What matches the text: pages, bots to chat with, and documents, which the API searches by name. */
function useTargets(text: string): Target[] {
  const t = useText();
  const navigate = useNavigate();
  const { can } = useTeam();
  const { bots, documents } = useNamed(text);
  const isFound = ({ name }: Target) => name.toLowerCase().includes(text.toLowerCase());
  const pages = PLACES.filter(({ role }) => can(role)).map(
    ({ to, name }): Target => ({
      id: name,
      name: t.common.nav[name],
      kind: '',
      open: () => navigate({ to }),
    }),
  );
  const chats = bots.map(
    ({ id, name }): Target => ({
      id,
      name,
      kind: t.common.nav.chat,
      open: () => navigate({ to: '/chat/{-$botId}/{-$conversationId}', params: { botId: id } }),
    }),
  );
  const files = documents.map(
    ({ id, title }): Target => ({
      id,
      name: title,
      kind: t.common.nav.documents,
      open: () => navigate({ to: '/documents/$documentId', params: { documentId: id } }),
    }),
  );
  return [...pages.filter(isFound), ...chats.filter(isFound), ...files];
}

/** Bots and documents of the team; documents only once there is a text. */
function useNamed(text: string) {
  const path = { team_id: useTeam().team.id };
  const { data: bots = [] } = useQuery(botsQuery(path.team_id));
  const documents = useQuery({
    queryKey: ['palette', 'documents', path.team_id, text],
    enabled: text.length > 0,
    placeholderData: (previous) => previous,
    queryFn: () =>
      unwrap(api.GET('/v1/teams/{team_id}/documents', { params: { path, query: { q: text, limit: 8 } } })),
  });
  return { bots, documents: text ? (documents.data?.data ?? []) : [] };
}
