import { llmCalls, platform, usePlatformSettings } from '#tests/support/platform.ts';
import { signIn } from '#tests/support/sign-in.ts';

describe('the platform of a test run', () => {
  test('is ready, with every dependency', async () => {
    const { url } = await platform();
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ status: 'ready' });
  });

  test('lets many users sign in, one after the other', async () => {
    const { url } = await platform();
    for (let i = 0; i < 40; i += 1) await signIn(url, `person-${i}@example.com`);
    const { accessToken, cookies } = await signIn(url, 'someone@example.com');
    expect(Object.keys(cookies)).not.toEqual([]);
    const me = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(await me.json()).toMatchObject({ email: 'someone@example.com' });
  });

  test('returns its settings and the calls of the language model', async () => {
    const { env } = await usePlatformSettings();
    expect(process.env.DATABASE_URL).toBe(env.DATABASE_URL);
    expect(Array.isArray(await llmCalls())).toBe(true);
  });
});
