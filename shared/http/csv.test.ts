import { csvReply, wantsCsv } from './csv.ts';

test('cells with commas, quotes and line breaks are quoted, formulas are disarmed', () => {
  const rows = [{ a: 'x,y', b: 'say "hi"', c: 'one\ntwo', d: '=1+1', e: -2, f: null }];
  const { body, headers } = csvReply('rows.csv', rows, ['a', 'b', 'c', 'd', 'e', 'f']);
  expect(body).toBe('\uFEFFa,b,c,d,e,f\r\n"x,y","say ""hi""","one\ntwo",\'=1+1,-2,\r\n');
  expect(headers).toMatchObject({ 'Content-Type': 'text/csv; charset=utf-8' });
});

test('a time is written as in ISO 8601', () => {
  const { body } = csvReply('rows.csv', [{ at: new Date(0) }], ['at']);
  expect(body).toContain('1970-01-01T00:00:00.000Z');
});

test.each([
  ['text/csv', true],
  ['application/json, text/csv;q=0.5', true],
  ['application/json', false],
  [undefined, false],
])('Accept: %s asks for CSV: %s', (accept, expected) => expect(wantsCsv(accept)).toBe(expected));
