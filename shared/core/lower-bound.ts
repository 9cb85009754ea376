/**
 * Binary search in a sorted list of `length` items: the index of the first item that `isBefore` rejects, or
 * `length`. `isBefore` must hold for a beginning of the list and for nothing after it.
 */
export function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
