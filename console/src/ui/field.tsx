import { type ComponentProps, type ReactNode, useId } from 'react';
import { useText } from '../i18n/text.tsx';
import { classes } from './classes.ts';

const CONTROL =
  'w-full rounded-md border border-line-strong bg-canvas px-2.5 py-1.5 text-base text-ink placeholder:text-quiet max-sm:min-h-11 max-sm:text-lg disabled:bg-sunken disabled:text-quiet aria-invalid:border-bad';

type FieldProps = {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, in words. */
  error?: string | undefined;
  isOptional?: boolean;
  /** Hides the label from the eye, not from screen readers. */
  isLabelHidden?: boolean;
  className?: string | undefined;
};

type Ids = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

/** Label, hint and error of a control; each is tied to it for screen readers. */
function Field({ children, ...of }: FieldProps & { children: (ids: Ids) => ReactNode }) {
  const t = useText();
  const id = useId();
  const note = of.error ?? of.hint;
  const noteId = note ? `${id}-note` : undefined;
  return (
    <div className={classes('grid gap-1', of.className)}>
      <label htmlFor={id} className={of.isLabelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {of.label}
        {of.isOptional && <span className="ml-1.5 font-normal text-quiet">({t.common.optional})</span>}
      </label>
      {children({ id, 'aria-describedby': noteId, 'aria-invalid': of.error ? true : undefined })}
      {note && (
        <p id={noteId} className={classes('text-sm', of.error ? 'text-bad' : 'text-quiet')}>
          {note}
        </p>
      )}
    </div>
  );
}

function split<P extends FieldProps>(props: P): [FieldProps, Omit<P, keyof FieldProps>] {
  const { label, hint, error, isOptional, isLabelHidden, className, ...control } = props;
  return [{ label, hint, error, isOptional, isLabelHidden, className } as FieldProps, control];
}

/** A labelled line of text. */
export function TextField(props: FieldProps & Omit<ComponentProps<'input'>, 'className'>) {
  const [field, input] = split(props);
  return <Field {...field}>{(ids) => <input {...input} {...ids} className={CONTROL} />}</Field>;
}

/** A labelled text of several lines; it grows with its content. */
export function TextArea(props: FieldProps & Omit<ComponentProps<'textarea'>, 'className'>) {
  const [field, area] = split(props);
  return (
    <Field {...field}>
      {(ids) => (
        <textarea rows={3} {...area} {...ids} className={classes(CONTROL, 'field-sizing-content min-h-20')} />
      )}
    </Field>
  );
}

type Choice = { value: string; label: string };

/** A labelled choice of one: the browser's own list, which phones show best. */
export function SelectField(
  props: FieldProps & Omit<ComponentProps<'select'>, 'className' | 'children'> & { choices: Choice[] },
) {
  const [field, { choices, ...select }] = split(props);
  return (
    <Field {...field}>
      {(ids) => (
        <select {...select} {...ids} className={CONTROL}>
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckProps = Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode; hint?: string };

/** A check box with its label beside it. */
export function CheckField({ label, hint, className, ...input }: CheckProps) {
  return (
    <label
      className={classes('flex items-start gap-2 py-0.5 max-sm:min-h-11 max-sm:items-center', className)}
    >
      <input
        type="checkbox"
        {...input}
        className="mt-1 size-4 shrink-0 accent-accent max-sm:mt-0 max-sm:size-5"
      />
      <span>
        {label}
        {hint && <span className="block text-sm text-quiet">{hint}</span>}
      </span>
    </label>
  );
}
