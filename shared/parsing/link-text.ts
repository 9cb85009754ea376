/** Addresses that a reader can use outside the document. */
const USEFUL = /^(?:https?|ftp|mailto|tel):/iu;
/** Longer ones hold a page's state; they would fill the index. */
const MAX_ADDRESS_CHARS = 1_000;

/**
 * What follows the text of a link, so that an answer can say where it leads: ` (https://…)`. Empty where the text is the
 * address itself, and for targets inside the document, scripts and data.
 */
export function linkSuffix(text: string, target: string): string {
  const address = target.trim();
  if (!USEFUL.test(address) || address.length > MAX_ADDRESS_CHARS || /\s/u.test(address)) return '';
  return text.trim() === '' || bare(text).includes(bare(address)) ? '' : ` (${address})`;
}

/** An address without what people leave out when they write it: its scheme, `www.`, the last slash, a mail's subject. */
function bare(address: string): string {
  const text = address.trim().toLowerCase();
  const isMail = text.startsWith('mailto:');
  const plain = text.replace(/^(?:(?:https?|ftp):\/\/|mailto:|tel:)/u, '').replace(/^www\./u, '');
  return ((isMail ? plain.split('?', 1)[0] : plain) ?? '').replace(/\/$/u, '');
}
