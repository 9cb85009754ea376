import { readFile } from 'node:fs/promises';
import { newMember, newTeam, succeeded, type Team, type User } from '#tests/support/api.ts';
import { ask, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';
import { startProxy } from './proxy.ts';
import { accessibilityFaults, type ConsolePage, describeConsole, PHONE } from './support.ts';

const LEAVE = 'Every employee gets fifteen days of paid leave a year.';
const HALF = 'Paid leave is taken in whole or in half days.';
const TRAVEL = 'A hotel on a business trip costs at most 120 dollars a night.';
const ASKED = 'How many days of paid leave does an employee get a year?';

type Ready = { team: Team; owner: User; path: string; chat: string; leaveId: string };

/** A team with two documents and a bot. `path` is the API's for asking it, `chat` the page's. */
async function newRoom(bot = {}): Promise<Ready> {
  const team = await newTeam();
  const { owner } = team;
  const [{ id: leaveId }] = await Promise.all([
    addText(owner, team.path, `# Leave\n\n${LEAVE}\n\n${HALF}`, { title: 'leave.md' }),
    addText(owner, team.path, `# Travel\n\n${TRAVEL}`, { title: 'travel.md' }),
  ]);
  const path = await newBotPath(team, bot);
  return { team, owner, path, chat: `/chat/${path.split('/').at(-2)}`, leaveId };
}

const field = (page: ConsolePage) => page.getByRole('textbox', { name: 'Question' });
const button = (page: ConsolePage, name: string) => page.getByRole('button', { name, exact: true });
const pane = (page: ConsolePage) => page.getByRole('region', { name: 'Source', exact: true });

/** The conversation that the page shows, as soon as its address names it. */
async function conversationIn(page: ConsolePage): Promise<string> {
  await page.waitForURL(/\/chat\/[^/]+\/[^/?]+/);
  return new URL(page.url()).pathname.split('/')[3] ?? '';
}

/** Sends a question and waits until its answer is complete. */
async function askIn(page: ConsolePage, question: string): Promise<void> {
  await field(page).fill(question);
  await button(page, 'Send').click();
  await button(page, 'Answer again').waitFor();
}

describeConsole('the chat', (console) => {
  let room: Ready;
  beforeAll(async () => {
    room = await newRoom({ greeting: 'Ask me about leave.', starters: [ASKED] });
  });

  /** The chat of a member of its own, so that its session and conversations are too. */
  async function open(more = '', look = {}): Promise<{ page: ConsolePage; member: User }> {
    const member = await newMember(room.team, 'member');
    const page = await console.openAs(member, room.chat + more, look);
    await field(page).waitFor();
    return { page, member };
  }

  test('an answer streams, can be watched, and leads to the sentence that proves it', async () => {
    const { page } = await open();
    await page.getByText('Ask me about leave.').waitFor();
    await button(page, ASKED).click();
    await button(page, 'Answer again').waitFor();
    expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await button(page, 'Source 1').hover();
    await page.getByText('Found in the document').waitFor();
    await button(page, 'Source 1').click();
    await pane(page).locator('mark, [data-proof]').first().waitFor();
    expect(await pane(page).innerText()).toContain('leave.md');
    expect(await pane(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await pane(page).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Source 1');
    // Nothing covers the page where the focus has returned.
    await button(page, 'Bad answer').click();
    await page.getByRole('dialog', { name: 'Bad answer' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('the address opens the same conversation and the same proof again', async () => {
    const { page } = await open();
    await askIn(page, ASKED);
    await button(page, 'Source 1').click();
    await pane(page).waitFor();
    await page.reload();
    await pane(page).waitFor();
    await page.goBack();
    await pane(page).waitFor({ state: 'detached' });
    await page.getByText('The document says:').waitFor();
  });

  test('j and k go through the proofs of an answer', async () => {
    const path = await newBotPath(room.team, { model: 'builtin/extractive' });
    const page = await console.openAs(
      await newMember(room.team, 'member'),
      `/chat/${path.split('/').at(-2)}`,
    );
    await askIn(page, 'List the rules of paid leave');
    const sources = page.getByRole('button', { name: /^Source \d+$/ });
    await sources.nth(1).waitFor();
    await sources.first().click();
    const mark = pane(page).locator('mark, [data-proof]').first();
    const first = await mark.innerText();
    await page.keyboard.press('j');
    await pane(page)
      .getByText(/^2\/\d/)
      .waitFor();
    expect(await mark.innerText()).not.toBe(first);
    await page.keyboard.press('k');
    await pane(page)
      .getByText(/^1\/\d/)
      .waitFor();
    expect(await mark.innerText()).toBe(first);
  });

  test('stopping keeps what has come, and going on continues the conversation', async () => {
    const { page, member } = await open();
    await field(page).fill(`${ASKED} stub:slow`);
    await field(page).press('Enter');
    await page.getByText('The document says').waitFor();
    await button(page, 'Stop').click();
    await page.getByText('This answer was stopped before its end.').waitFor();
    const conversationId = await conversationIn(page);
    const read = () => messagesOf(member, room.team.path, conversationId);
    const [, answer] = await readUntil(read, (messages) => messages.length === 2);
    expect(answer).toMatchObject({ finish_reason: 'aborted' });
    await button(page, 'Go on').click();
    await button(page, 'Answer again').waitFor();
    expect((await read()).map(({ content }) => content)).toContain('Continue');
  });

  test('what has been drawn of an answer stays while the rest comes, and when it is saved', async () => {
    const { page } = await open();
    await field(page).fill(`${ASKED} stub:slow`);
    await button(page, 'Send').click();
    const drawn = await page.getByText('The document says').elementHandle();
    await button(page, 'Answer again').waitFor();
    await conversationIn(page);
    await page.getByRole('log').getByText('It says nothing else').waitFor();
    expect(await drawn?.evaluate((element) => element.isConnected)).toBe(true);
  });

  test('Escape stops an answer', async () => {
    const { page } = await open();
    await field(page).fill(`${ASKED} stub:slow`);
    await field(page).press('Enter');
    await page.getByText('The document says').waitFor();
    await field(page).press('Escape');
    await page.getByText('This answer was stopped before its end.').waitFor();
  });

  test('Enter does not send while a Korean syllable is composed, and Shift+Enter begins a line', async () => {
    const { page } = await open();
    await field(page).fill('연차');
    for (const composing of [{ isComposing: true }, { keyCode: 229 }])
      await field(page).evaluate((element, init) => {
        element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...init }));
      }, composing);
    await field(page).press('Shift+Enter');
    expect(await field(page).inputValue()).toBe('연차\n');
    await field(page).press('Enter');
    await button(page, 'Answer again').waitFor();
    expect(await field(page).inputValue()).toBe('');
  });

  test('a cut connection keeps the text and offers to go on', async () => {
    const proxy = await startProxy();
    const { page } = await open('', { proxy: { server: proxy.url, bypass: '<-loopback>' } });
    await field(page).fill(`${ASKED} stub:slow`);
    await button(page, 'Send').click();
    await page.getByText('The document says').waitFor();
    proxy.cut();
    await page.getByText('The connection was lost.').waitFor();
    expect(await page.getByRole('article', { name: 'Answer' }).innerText()).toContain('The document');
    await button(page, 'Go on').click();
    await button(page, 'Answer again').waitFor();
    await page.context().close();
    proxy.close();
  });

  test('an answer is given again, and a question in other words takes the place of the earlier one', async () => {
    const { page, member } = await open();
    await askIn(page, ASKED);
    const conversationId = await conversationIn(page);
    const read = () => messagesOf(member, room.team.path, conversationId);
    const before = await readUntil(read, (messages) => messages.length === 2);
    await button(page, 'Answer again').click();
    const again = await readUntil(read, (messages) => messages[1]?.id !== before[1]?.id);
    expect(again).toHaveLength(2);
    await button(page, 'Put it in other words').click();
    await page.getByRole('textbox', { name: 'New wording' }).fill(`${ASKED} Please.`);
    await button(page, 'Ask again').click();
    const isChanged = ([question]: { content: string }[]) => question?.content.endsWith('Please.') === true;
    await readUntil(read, (messages) => isChanged(messages) && messages.length === 2);
    await page.getByText(`${ASKED} Please.`).first().waitFor();
    expect(page.faults).toEqual([]);
  });

  test('a refusal says what to do, and admins learn of it', async () => {
    const { page, member } = await open();
    await askIn(page, 'What does the moon weigh? stub:missing');
    await page.getByRole('log').getByRole('link', { name: 'Add a document' }).waitFor();
    await button(page, 'Report to the admins').click();
    await page.getByLabel(/What is wrong or missing/).fill('The moon is missing');
    await button(page, 'Submit').click();
    await page.getByText('Thank you, noted').waitFor();
    const [, answer] = await messagesOf(member, room.team.path, await conversationIn(page));
    expect(answer).toMatchObject({
      finish_reason: 'no_context',
      feedback: { rating: 'down', comment: 'The moon is missing' },
    });
    await button(page, 'Try other words').click();
    await page.getByRole('textbox', { name: 'New wording' }).waitFor();
  });

  test('a viewer is not offered what he may not do', async () => {
    const page = await console.openAs(await newMember(room.team, 'viewer'), room.chat);
    await askIn(page, 'What does the moon weigh? stub:missing');
    await page.getByText('tell an admin of your team').waitFor();
    expect(await page.getByRole('link', { name: 'Add a document' }).count()).toBe(0);
  });

  test.each([
    ['stub:length', 'The answer has reached its longest length.', 'Go on'],
    ['stub:error-event', 'The language model did not answer.', 'Try again'],
    ['stub:400', 'The language model did not answer.', 'Try again'],
  ])('after %s the reader learns what happened and what he can do', async (behaviour, words, way) => {
    const { page } = await open();
    await field(page).fill(`${ASKED} ${behaviour}`);
    await button(page, 'Send').click();
    await page.getByText(words).waitFor();
    await button(page, way).waitFor();
    expect(await page.getByRole('article', { name: 'You asked' }).count()).toBe(1);
  });

  test('a budget that is used up is said so, without a try that cannot help', async () => {
    const poor = await newRoom({ model: 'openai/gpt-4o-mini' });
    succeeded(await poor.owner.patch(poor.team.path, { monthly_budget_usd: 0 }));
    const page = await console.openAs(poor.owner, poor.chat);
    await field(page).fill(ASKED);
    await button(page, 'Send').click();
    await page.getByText('The budget for this month is used up.').waitFor();
    expect(await button(page, 'Try again').count()).toBe(0);
  });

  test('only one document is asked until its chip is removed', async () => {
    const { page } = await open(
      `?document=${room.leaveId}&ask=${encodeURIComponent('What does a hotel cost?')}`,
    );
    await page.getByText('Only in: leave.md').waitFor();
    expect(await field(page).inputValue()).toBe('What does a hotel cost?');
    const asked = page.waitForRequest((request) => request.url().endsWith('/chat'));
    await button(page, 'Send').click();
    expect((await asked).postDataJSON()).toMatchObject({ filter: { document_ids: [room.leaveId] } });
    await button(page, 'Answer again').waitFor();
    await button(page, 'Ask all documents again').click();
    await page.getByText('Only in: leave.md').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('document=');
  });

  test('an answer is copied with its sources, and rated', async () => {
    const { page, member } = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await askIn(page, ASKED);
    await button(page, 'Copy answer').click();
    await page.getByText('Copied, with what it cites').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/\[1\][^]*Sources:\n\[1\] leave\.md: “.*fifteen days.*” http/);
    await button(page, 'Good answer').click();
    const conversationId = await conversationIn(page);
    const read = () => messagesOf(member, room.team.path, conversationId);
    await readUntil(read, ([, answer]) => answer?.feedback?.rating === 'up');
  });

  test('conversations are found, renamed, pinned, exported and deleted', async () => {
    const { page } = await open();
    await askIn(page, ASKED);
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('link', { name: ASKED }).hover();
    const choose = async (name: string) => {
      await list.getByRole('button', { name: /^Actions/ }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await choose('Rename');
    await page.getByRole('dialog').getByLabel('Name').fill('Holidays');
    await button(page, 'Save').click();
    await list.getByRole('link', { name: 'Holidays' }).waitFor();
    await choose('Pin');
    await list.getByRole('heading', { name: 'Pinned' }).waitFor();
    const download = page.waitForEvent('download');
    await choose('Export as Markdown');
    expect(await readFile(await (await download).path(), 'utf8')).toContain(ASKED);
    await list.getByRole('searchbox').fill('no such words');
    await list.getByText('No conversation says that.').waitFor();
    await list.getByRole('searchbox').fill('fifteen days');
    await choose('Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL((url) => url.pathname === room.chat);
    expect(page.faults).toEqual([]);
  });

  test('a long conversation is read from its end', async () => {
    const member = await newMember(room.team, 'member');
    const first = await ask(member, room.path, 'The first question');
    const { conversation_id } = first;
    for (let at = 2; at <= 17; at += 1) await ask(member, room.path, `Question ${at}`, { conversation_id });
    const page = await console.openAs(member, `${room.chat}/${conversation_id}`);
    const log = page.getByRole('log');
    await log.getByText('Question 17', { exact: true }).waitFor();
    expect(await log.getByText('The first question').count()).toBe(0);
    await button(page, 'Earlier messages').click();
    await log.getByText('The first question').waitFor();
  });

  test('another person’s conversation is as missing as one that never was', async () => {
    const { conversation_id } = await ask(room.owner, room.path, ASKED);
    const { page } = await open('');
    await page.goto(new URL(`${room.chat}/${conversation_id}`, page.url()).href);
    await page.getByText('This does not exist, or not for you').waitFor();
  });

  test('without a bot there is a way to one', async () => {
    const team = await newTeam();
    const bots = succeeded(await team.owner.get<{ data: { id: string }[] }>(`${team.path}/bots`)).data;
    for (const { id } of bots) await team.owner.delete(`${team.path}/bots/${id}`);
    const page = await console.openAs(team.owner, '/chat');
    await page.getByText('No bot yet').waitFor();
  });

  describe.each(['light', 'dark'] as const)('axe finds no fault, %s', (colorScheme) => {
    test.each([
      ['a desktop', {}],
      ['a phone', { viewport: PHONE, hasTouch: true }],
    ])('on %s', async (_name, look) => {
      const { page } = await open('', { ...look, colorScheme });
      expect(await accessibilityFaults(page)).toEqual([]);
      await askIn(page, ASKED);
      await expect(field(page).isVisible()).resolves.toBe(true);
      expect(await accessibilityFaults(page)).toEqual([]);
      await button(page, 'Source 1').click();
      await pane(page).waitFor();
      // The pane comes in by a transition, in which colours are not what they will be.
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
