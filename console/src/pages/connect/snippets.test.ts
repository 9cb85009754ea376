import { curl, embeddings, native, python, typescript } from './snippets.ts';

const TARGET = {
  origin: 'http://localhost:8000',
  teamId: '0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2',
  botId: '0192f0c2-0d3a-7b52-8a6f-7d1f0b7e9a10',
  question: `What's "leave"?`,
};

test('a quote in the question ends no argument of the shell', () => {
  expect(curl(TARGET)).toContain(String.raw`What'\''s \"leave\"?`);
  expect(native(TARGET)).toContain(String.raw`-d '{"message":"What'\''s \"leave\"?"}'`);
});

test('programs have the bot as model and a place for the key', () => {
  for (const program of [python(TARGET), typescript(TARGET)]) {
    expect(program).toContain(`"${TARGET.botId}"`);
    expect(program).toContain('"http://localhost:8000/v1"');
    expect(program).toContain('"rag_…"');
    expect(program).toContain(String.raw`"What's \"leave\"?"`);
  }
});

test('embeddings name the model', () => {
  expect(embeddings(TARGET.origin, 'multilingual-e5-small', '휴가')).toContain(
    '{"model":"multilingual-e5-small","input":["휴가"],"kind":"query"}',
  );
});
