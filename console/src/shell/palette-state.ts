/** Opens the palette from anywhere; the palette itself listens. */
export const PALETTE_EVENT = 'open-palette';

export function openPalette(): void {
  window.dispatchEvent(new Event(PALETTE_EVENT));
}
