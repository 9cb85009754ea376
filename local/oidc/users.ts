import { createHash } from 'node:crypto';

export type Person = { email: string; name: string; emailVerified: boolean };

/** Who can be picked on the sign-in page. The first one owns the demo team. */
export const DEMO_PEOPLE: readonly Person[] = [
  { email: 'demo@example.com', name: '김하늘', emailVerified: true },
  { email: 'seojun.lee@example.com', name: '이서준', emailVerified: true },
  { email: 'jiwoo.park@example.com', name: '박지우', emailVerified: true },
  { email: 'emma.clarke@example.com', name: 'Emma Clarke', emailVerified: true },
  { email: 'daniel.reed@example.com', name: 'Daniel Reed', emailVerified: true },
];

/** The subject that the issuer gives an e-mail address: opaque digits, as Google's are, and always the same. */
export function subjectOf(email: string): string {
  const digest = createHash('sha256').update(`local-oidc:${email}`).digest('hex');
  return BigInt(`0x${digest.slice(0, 17)}`)
    .toString()
    .padStart(21, '1')
    .slice(0, 21);
}

/**
 * The person that a sign-in form names: one of the demo people, or anyone with an e-mail address.
 * @returns null when the e-mail address is none
 */
export function personFrom(form: URLSearchParams): Person | null {
  const email = (form.get('email') ?? '').normalize('NFC').trim().toLowerCase();
  if (email.length > 254 || !/^[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"'.]+$/.test(email)) return null;
  const known = DEMO_PEOPLE.find((person) => person.email === email);
  const name = (form.get('name') ?? '').normalize('NFC').trim().slice(0, 100);
  return {
    email,
    name: name || known?.name || nameFrom(email),
    emailVerified: form.get('email_verified') !== 'false',
  };
}

function nameFrom(email: string): string {
  const words = (email.split('@')[0] ?? email).split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email;
}
