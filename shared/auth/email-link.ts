import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { canSendMail, hasLocalMailbox, sendMail } from '#shared/aws/mail.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as links from '#shared/db/sign-in-links.ts';
import type { Identity } from '#shared/db/users.ts';
import { log } from '#shared/observability/log.ts';
import { keyedHash } from './keyed-hash.ts';
import { sameHash } from './same-hash.ts';
import { setCookie } from './sign-in.ts';
import { linkMail } from './sign-in-mail.ts';

const signInConfig = section('sign_in');
const httpConfig = section('http');

/** How long a link works. */
export const LINK_MINUTES = 15;
const LINKS_PER_EMAIL = 5;
export const BROWSER_COOKIE = 'rag_browser';
/** The issuer of identities that were proved by a mail. */
const EMAIL_ISSUER = 'urn:rag-platform:email';

type Asked = { email: string; returnTo: string | null; ip: string; browser: string | undefined };

/**
 * Sends a link to any address, known or not, so that neither answer nor time tells who has an account; whether its owner
 * may come in is decided when the link is opened. The link works only in the browser with the cookie.
 * @returns the cookie, and the link itself where the mailbox is local
 * @throws AppError `rate_limited` by the caller's address; an e-mail address that is asked for too often gets no mail
 */
export async function requestLink(asked: Asked): Promise<{ cookie: string; localLink: string | null }> {
  const email = asked.email.normalize('NFC').toLowerCase();
  const browser = isOurs(asked.browser) ? asked.browser : newBrowser();
  const token = randomBytes(32).toString('base64url');
  const outcome = await links.insert(
    {
      id: uuidv7(),
      email,
      ip: asked.ip,
      tokenHash: keyedHash('sign-in-link', token),
      browserHash: keyedHash('sign-in-browser', browser),
      returnTo: asked.returnTo,
      minutes: LINK_MINUTES,
    },
    { perEmail: LINKS_PER_EMAIL, perAddress: signInConfig().SIGN_IN_LINKS_PER_ADDRESS },
  );
  if (outcome === 'address_limited') {
    throw new AppError('rate_limited', 'Too many links were asked for from this address; try again later.', {
      retryAfterSeconds: LINK_MINUTES * 60,
    });
  }
  const link = `${httpConfig().API_URL}/sign-in/email#${token}`;
  if (outcome === 'stored') await send(email, link);
  const isShown = outcome === 'stored' && hasLocalMailbox();
  return {
    cookie: setCookie(BROWSER_COOKIE, browser, LINK_MINUTES * 60),
    localLink: isShown ? link : null,
  };
}

/** A mail that cannot be sent is not told to the caller: whether an address takes mail is nobody's business. */
async function send(email: string, link: string): Promise<void> {
  try {
    await sendMail({ to: email, ...linkMail(link, LINK_MINUTES) });
  } catch (error) {
    log.error('sign_in_mail_failed', { error: error as Error });
  }
}

/** Whether people can sign in by mail here. */
export function isEmailOffered(): boolean {
  return canSendMail();
}

/**
 * Uses a link up.
 * @throws AppError `sign_in_failed`, the same for an unknown, old or used link and for another browser, which uses
 *   nothing up
 */
export async function useLink(
  token: string,
  browser: string | undefined,
): Promise<{ identity: Identity; returnTo: string | undefined }> {
  const used = isOurs(browser)
    ? await links.use({
        tokenHash: keyedHash('sign-in-link', token),
        browserHash: keyedHash('sign-in-browser', browser),
      })
    : null;
  if (!used) {
    throw new AppError(
      'sign_in_failed',
      `This link does not work here. It works once, for ${LINK_MINUTES} minutes, in the browser that asked for it; ask for a new one.`,
    );
  }
  const { email, return_to: returnTo } = used;
  const name = email.slice(0, email.lastIndexOf('@'));
  const identity = { issuer: EMAIL_ISSUER, subject: email, email, name, pictureUrl: null };
  return { identity, returnTo: returnTo ?? undefined };
}

/** A value that names a browser, with our MAC: a value that somebody else planted is never used. */
function newBrowser(): string {
  const id = randomBytes(24).toString('base64url');
  return `${id}.${keyedHash('sign-in-browser', `cookie:${id}`)}`;
}

function isOurs(browser: string | undefined): browser is string {
  const [id = '', mac = ''] = (browser ?? '').split('.');
  return sameHash(mac, keyedHash('sign-in-browser', `cookie:${id}`));
}
