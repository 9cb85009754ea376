import { documentKey } from '#shared/aws/document-keys.ts';
import { objectExists } from '#shared/aws/storage.ts';
import { closePools } from '#shared/db/pool.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { textFile } from '#tests/support/files.ts';
import { useStores } from '#tests/support/stores.ts';
import { untilPasses } from '#tests/support/until.ts';
import { type Document, requestUpload, sendForm, settled } from '#tests/support/upload.ts';

let team: Team;
let owner: Client;

beforeAll(async () => {
  await useStores();
  team = await newTeam();
  owner = team.owner;
});

afterAll(closePools);

test('a form that is sent again changes nothing of a document that is ready, and its file is removed', async () => {
  const { document, upload } = succeeded(
    await requestUpload(owner, team.path, textFile('a.txt', 'hello txt')),
  );
  expect((await sendForm(upload, 'hello txt')).status).toBe(204);
  const ready = await settled(owner, team.path, document.id);
  expect(ready.status).toBe('ready');
  expect((await sendForm(upload, 'evil text')).status).toBe(204);
  const path = `${team.path}/documents/${document.id}`;
  const download = async () => {
    const { headers } = await owner.get(`${path}/download`);
    return await (await fetch(headers.get('location') ?? '')).text();
  };
  expect(await download()).toBe('hello txt');
  await untilPasses(async () => {
    expect(await objectExists(documentKey(team.id, document.id))).toBe(false);
  });
  expect(await download()).toBe('hello txt');
  expect(succeeded(await owner.get<Document>(path))).toEqual(ready);
});
