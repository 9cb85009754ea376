import { randomInt } from 'node:crypto';
import { type SignedIn, signIn as signInFrom } from '#local/demo/sign-in.ts';

/**
 * Signs in as somebody over HTTP. Sign-in is limited by address, so each one comes from another address of the
 * loopback network where the system has all of them (Linux).
 * @param baseUrl of the API
 */
export async function signIn(baseUrl: string, email: string): Promise<SignedIn> {
  const localAddress = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return await signInFrom(baseUrl, email, process.platform === 'linux' ? { localAddress } : {});
}
