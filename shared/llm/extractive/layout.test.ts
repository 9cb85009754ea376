import { readPieces } from './layout.ts';

const shapes = (text: string, heading: string | null = null): string[] =>
  readPieces(text, heading).map((piece) => `${piece.shape}: ${piece.text}`);

describe('readPieces', () => {
  test('short lines without an end mark are labels, articles always; the text under them is not', () => {
    expect(shapes('2 Safety\n\n2.1 Emergency stop\n\nPress the button.\n\nNo smoking')).toEqual([
      'label: 2 Safety',
      'label: 2.1 Emergency stop',
      'sentence: Press the button.',
      'sentence: No smoking',
    ]);
    expect(shapes('제10조(연차휴가의 신청)\n\n① 3일 전까지 신청한다.')).toEqual([
      'label: 제10조(연차휴가의 신청)',
      'item: 3일 전까지 신청한다.',
    ]);
  });

  test('a line of the heading path is a label, whatever its form', () => {
    const path = '자주 묻는 질문 > 로봇이 충전되지 않아요.';
    expect(shapes('로봇이 충전되지 않아요.\n\n단자를 닦습니다.', path)).toEqual([
      'label: 로봇이 충전되지 않아요.',
      'sentence: 단자를 닦습니다.',
    ]);
  });

  test('headings of plain text are recognised directly above their text', () => {
    expect(shapes('5. Pets\nNo dogs are allowed.')).toEqual([
      'label: Pets',
      'sentence: No dogs are allowed.',
    ]);
  });

  test('marks are left out at the start of lines and of joined clauses; numbers stay whole', () => {
    expect(shapes('- 경사 5도\n1. 문턱\n(2) 틈\n가. 물기\n• 통로')).toEqual(
      ['경사 5도', '문턱', '틈', '물기', '통로'].map((text) => `item: ${text}`),
    );
    expect(shapes('① 첫째이다. ② 둘째이다.')).toEqual(['item: 첫째이다.', 'item: 둘째이다.']);
    expect(shapes('3. 1. 부터 시행한다.\n1.8 m/s is the limit.')).toEqual([
      'sentence: 3. 1. 부터 시행한다.',
      'sentence: 1.8 m/s is the limit.',
    ]);
  });

  test('rows stay whole, and a first row that names columns is a header', () => {
    expect(shapes('Plans\nPlan | Price\nBasic. Small. | 5 dollars\nPro | 9 dollars')).toEqual([
      'lead: Plans',
      'header: Plan | Price',
      'row: Basic. Small. | 5 dollars',
      'row: Pro | 9 dollars',
    ]);
  });

  test('a passage that starts inside a table, and a table of pairs, have no header', () => {
    expect(shapes('Basic | none\nPro | 9 dollars')[0]).toBe('row: Basic | none');
    expect(shapes('3 Data\n\nWeight | 96 kg\nNoise | 58 dB')[1]).toBe('row: Weight | 96 kg');
  });

  test('questions and lines that end in a colon have shapes of their own', () => {
    expect(shapes('Q. 환불되나요?\nA. 14일 안에는 됩니다.\n\nWe pay for:\n- trains\n- hotels')).toEqual([
      'question: 환불되나요?',
      'item: 14일 안에는 됩니다.',
      'lead: We pay for:',
      'item: trains',
      'item: hotels',
    ]);
  });

  test('a bare yes or no is joined with the sentence after it', () => {
    expect(shapes('네. 두 주 동안 써 볼 수 있습니다.')).toEqual([
      'sentence: 네. 두 주 동안 써 볼 수 있습니다.',
    ]);
    expect(shapes('No, never. Dogs are not allowed.')).toEqual([
      'sentence: No, never. Dogs are not allowed.',
    ]);
  });

  test('of many short lines in a row, terms are labels and their definitions are not', () => {
    const text =
      'Chat\n\non weekdays from 8:00\n\nPhone\n\nfor customers with a contract\n\nFax\n\nnot any more';
    expect(shapes(text)).toEqual([
      'label: Chat',
      'sentence: on weekdays from 8:00',
      'label: Phone',
      'sentence: for customers with a contract',
      'label: Fax',
      'sentence: not any more',
    ]);
  });

  test('lines that each name a fact and tell it are the items of a list under their heading', () => {
    expect(shapes('4. KEYS\nRed key: boiler room. Hand it back by six.\nBlue key: roof.')).toEqual([
      'label: KEYS',
      'item: Red key: boiler room.',
      'item: Hand it back by six.',
      'item: Blue key: roof.',
    ]);
    expect(shapes('Opening hours: nine to five.\nNobody is there at noon.')[0]).toBe(
      'sentence: Opening hours: nine to five.',
    );
  });

  test('facts that share a line stay together', () => {
    const line = 'Editor: the press office, ext. 412. Chief: Ada Holm. Proxy: Bo Lind.';
    expect(shapes(line)).toEqual([`sentence: ${line}`]);
  });

  test('pieces are substrings of the text', () => {
    const text = '제1조(목적)\n\n① 이 규칙은 다음을 정한다.\n\n항목 | 값\n길이 | 3 m\n\n네. 그렇습니다.';
    for (const piece of readPieces(text, null)) expect(text).toContain(piece.text);
  });
});
