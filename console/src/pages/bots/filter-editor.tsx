import { Plus, X } from 'lucide-react';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type FilterRow, hasOtherParts, hasValue, OPERATORS, type Operator } from './filter-rows.ts';

type FilterProps = {
  rows: FilterRow[];
  filter: Bot['filter'];
  onChange(rows: FilterRow[]): void;
  error: string | undefined;
};

/** Conditions on the metadata of documents, one a row. */
export function FilterEditor({ rows, filter, onChange, error }: FilterProps) {
  const t = useText();
  const replace = (at: number, changes: Partial<FilterRow>) =>
    onChange(rows.map((row, place) => (place === at ? { ...row, ...changes } : row)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t.bots.filter}</legend>
      {rows.map((row, at) => (
        <ConditionRow
          // Rows have no names of their own.
          key={at}
          row={row}
          onChange={(changes) => replace(at, changes)}
          onRemove={() => onChange(rows.filter((_, place) => place !== at))}
        />
      ))}
      {rows.length === 0 && !hasOtherParts(filter) && <p className="text-quiet">{t.bots.noFilter}</p>}
      {hasOtherParts(filter) && <p className="text-quiet">{t.bots.filterRest}</p>}
      {(error ?? (rows.length > 0 && t.bots.filterHint)) && (
        <p className={`text-sm ${error ? 'text-bad' : 'text-quiet'}`}>{error ?? t.bots.filterHint}</p>
      )}
      <div>
        <Button size="sm" onClick={() => onChange([...rows, { key: '', operator: 'is', value: '' }])}>
          <Plus size={14} aria-hidden />
          {t.bots.addCondition}
        </Button>
      </div>
    </fieldset>
  );
}

type RowProps = { row: FilterRow; onChange(changes: Partial<FilterRow>): void; onRemove(): void };

function ConditionRow({ row, onChange, onRemove }: RowProps) {
  const t = useText();
  return (
    <div className="grid grid-cols-[1fr_1fr_auto] items-start gap-2 sm:grid-cols-[1fr_10rem_1fr_auto]">
      <TextField
        label={t.bots.key}
        isLabelHidden
        placeholder={t.bots.key}
        maxLength={64}
        value={row.key}
        onChange={({ target }) => onChange({ key: target.value })}
      />
      <SelectField
        label={t.bots.condition}
        isLabelHidden
        value={row.operator}
        onChange={({ target }) => onChange({ operator: target.value as Operator })}
        choices={OPERATORS.map((value) => ({ value, label: t.bots.operators[value] }))}
      />
      {hasValue(row.operator) ? (
        <TextField
          label={t.bots.value}
          isLabelHidden
          placeholder={t.bots.value}
          value={row.value}
          onChange={({ target }) => onChange({ value: target.value })}
          className="max-sm:col-span-2 max-sm:row-start-2"
        />
      ) : (
        <span className="max-sm:hidden" />
      )}
      <IconButton
        label={`${t.bots.removeCondition}: ${row.key}`}
        onClick={onRemove}
        className="max-sm:col-start-3 max-sm:row-start-1"
      >
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
