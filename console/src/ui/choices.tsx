import { CheckField } from './field.tsx';

type ChoicesProps<Id extends string> = {
  legend: string;
  hint?: string;
  error?: string | undefined;
  choices: { id: Id; name: string }[];
  chosen: Id[];
  onChange(chosen: Id[]): void;
};

/** Several check boxes under one heading. */
export function Choices<Id extends string>({
  legend,
  hint,
  error,
  choices,
  chosen,
  onChange,
}: ChoicesProps<Id>) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {choices.map(({ id, name }) => (
          <CheckField
            key={id}
            label={name}
            checked={chosen.includes(id)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
            }
          />
        ))}
      </div>
      {(error ?? hint) && (
        <p className={`mt-1 text-sm ${error ? 'text-bad' : 'text-quiet'}`}>{error ?? hint}</p>
      )}
    </fieldset>
  );
}
