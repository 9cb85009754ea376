import { randomInt } from 'node:crypto';
import { type SignedIn, signIn as signInFrom } from '#local/demo/sign-in.ts';

/**
 * Signs in over HTTP. Sign-ins are limited by address: on Linux, where all of 127.0.0.0/8 is loopback, each one connects
 * from a random address.
 * @param baseUrl of the API
 */
export async function signIn(baseUrl: string, email: string): Promise<SignedIn> {
  const localAddress = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return await signInFrom(baseUrl, email, process.platform === 'linux' ? { localAddress } : {});
}
