import { quotableSentences } from './quotable-sentences.ts';

const sentences = (text: string): string[] =>
  quotableSentences(text).map(({ start, end }) => text.slice(start, end));

describe('quotableSentences', () => {
  test('Korean sentences end at full stops, with or without a space after them', () => {
    expect(sentences('연차는 15일입니다. 신청은 3일 전까지 합니다.승인은 팀장이 합니다.')).toEqual([
      '연차는 15일입니다.',
      '신청은 3일 전까지 합니다.',
      '승인은 팀장이 합니다.',
    ]);
  });

  test('abbreviations, decimals, versions and Korean dates are not sentence ends', () => {
    expect(sentences('Dr. Kim uses Node.js 24.2, e.g. for streams. It costs 3.5 dollars.')).toEqual([
      'Dr. Kim uses Node.js 24.2, e.g. for streams.',
      'It costs 3.5 dollars.',
    ]);
    expect(sentences('이 규정은 2026. 3. 1. 부터 시행한다. 다만 제5조는 제외한다.')).toEqual([
      '이 규정은 2026. 3. 1. 부터 시행한다.',
      '다만 제5조는 제외한다.',
    ]);
  });

  test('numbers and letters that number a line stay with it', () => {
    expect(sentences('1. 연차를 신청한다.\n가. 팀장이 승인한다.\n2) 인사팀에 알린다.')).toEqual([
      '1. 연차를 신청한다.',
      '가. 팀장이 승인한다.',
      '2) 인사팀에 알린다.',
    ]);
  });

  test('closing quotes and brackets belong to the sentence', () => {
    expect(sentences('그는 “그렇습니다.” 그리고 떠났다. (끝났다.) 다음.')).toEqual([
      '그는 “그렇습니다.”',
      '그리고 떠났다.',
      '(끝났다.)',
      '다음.',
    ]);
  });

  test('Japanese and Chinese sentences need no space', () => {
    expect(sentences('年休は十五日です。申請は三日前です！他没来。')).toEqual([
      '年休は十五日です。',
      '申請は三日前です！',
      '他没来。',
    ]);
  });

  test('a line broken by the page width is one sentence, a short line or a bullet stands alone', () => {
    const wrapped =
      'Employees who have worked for one full year are given fifteen\ndays of paid leave. They ask for it in the portal three days\nahead.';
    expect(sentences(wrapped)).toEqual([
      'Employees who have worked for one full year are given fifteen\ndays of paid leave.',
      'They ask for it in the portal three days\nahead.',
    ]);
    expect(sentences('휴가 종류\n- 연차 15일\n- 병가 60일')).toEqual([
      '휴가 종류',
      '- 연차 15일',
      '- 병가 60일',
    ]);
  });

  test('text without a sentence end is cut into pieces that lose only white space', () => {
    const text = 'word '.repeat(400).trim();
    const parts = sentences(text);
    expect(parts.every((part) => part.length <= 400)).toBe(true);
    expect(parts.join(' ')).toBe(text);
    const emoji = '😀'.repeat(700);
    expect(sentences(emoji).join('')).toBe(emoji);
    expect(sentences(emoji).every((part) => part.isWellFormed())).toBe(true);
  });

  test('white space alone has no sentences', () => {
    expect(sentences('')).toEqual([]);
    expect(sentences(' \n\n ')).toEqual([]);
  });
});
