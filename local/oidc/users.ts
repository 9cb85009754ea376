import { createHash } from 'node:crypto';

export type User = { email: string; name: string; emailVerified: boolean };

/** The users on the sign-in page. The first one owns the demo team. */
export const DEMO_USERS: readonly User[] = [
  { email: 'demo@example.com', name: '김하늘', emailVerified: true },
  { email: 'seojun.lee@example.com', name: '이서준', emailVerified: true },
  { email: 'jiwoo.park@example.com', name: '박지우', emailVerified: true },
  { email: 'emma.clarke@example.com', name: 'Emma Clarke', emailVerified: true },
  { email: 'daniel.reed@example.com', name: 'Daniel Reed', emailVerified: true },
];

/** The subject of an e-mail address: opaque digits like Google's, always the same for one address. */
export function subjectOf(email: string): string {
  const digest = createHash('sha256').update(`local-oidc:${email}`).digest('hex');
  return BigInt(`0x${digest.slice(0, 17)}`)
    .toString()
    .padStart(21, '1')
    .slice(0, 21);
}

/**
 * The user of a sign-in form: a demo user, or a new one for any other e-mail address.
 * @returns null when the e-mail address is invalid
 */
export function userFromForm(form: URLSearchParams): User | null {
  const email = (form.get('email') ?? '').normalize('NFC').trim().toLowerCase();
  if (email.length > 254 || !/^[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"'.]+$/.test(email)) return null;
  const known = DEMO_USERS.find((user) => user.email === email);
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
