import { useQuery } from '@tanstack/react-query';
import { type Bot, collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Choices } from '../../ui/choices.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Loaded } from '../../ui/states.tsx';
import type { BotDraft } from './bot-draft.ts';
import type { FormPart } from './bot-editor.tsx';
import { FilterEditor } from './filter-editor.tsx';

/** Collections, kind of search, and the filter. */
export function ReadFields({ draft, change, errorAt, filter }: FormPart & { filter: Bot['filter'] }) {
  const t = useText();
  const { team } = useTeam();
  const collections = useQuery(collectionsQuery(team.id));
  return (
    <div className="grid items-start gap-4 sm:grid-cols-3">
      <div className="col-span-full">
        <Loaded query={collections} lines={2}>
          {(list) => (
            <Choices
              legend={t.bots.collections}
              choices={list}
              chosen={draft.collection_ids}
              onChange={(collection_ids) => change({ collection_ids })}
              error={errorAt('collection_ids')}
            />
          )}
        </Loaded>
      </div>
      <SelectField
        label={t.bots.mode}
        value={draft.mode}
        onChange={({ target }) => change({ mode: target.value as BotDraft['mode'] })}
        choices={(['hybrid', 'vector', 'lexical'] as const).map((value) => ({
          value,
          label: t.bots.modes[value],
        }))}
        error={errorAt('retrieval.mode')}
      />
      <TextField
        label={t.bots.topK}
        hint={t.bots.topKHint}
        inputMode="numeric"
        value={draft.topK}
        onChange={({ target }) => change({ topK: target.value })}
        error={errorAt('retrieval.top_k')}
      />
      <TextField
        label={t.bots.minScore}
        hint={t.bots.minScoreHint}
        isOptional
        inputMode="decimal"
        value={draft.minScore}
        onChange={({ target }) => change({ minScore: target.value })}
        error={errorAt('retrieval.min_score')}
      />
      <div className="col-span-full">
        <FilterEditor
          rows={draft.rows}
          filter={filter}
          onChange={(rows) => change({ rows })}
          error={errorAt('filter')}
        />
      </div>
    </div>
  );
}
