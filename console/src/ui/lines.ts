/** The lines of a text field that are not empty; null when there are none. */
export function linesOf(value: FormDataEntryValue | null): string[] | null {
  const lines = String(value ?? '')
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length > 0 ? lines : null;
}
