import { splitSentences } from './sentences.ts';

function sentences(text: string): string[] {
  return splitSentences(text).map(({ start, end }) => text.slice(start, end));
}

/** Checks that a text divides into exactly these sentences, given in order. */
function expectSentences(...parts: string[]): void {
  expect(sentences(parts.join(' '))).toEqual(parts);
}

describe('sentences', () => {
  test('Korean sentence ends divide', () => {
    expectSentences(
      '연차는 15일입니다.',
      '언제 신청하나요?',
      '3일 전까지 하세요!',
      '신청서를 냄.',
      '승인함.',
      '끝.',
    );
  });

  test('a Korean quotation stays in its sentence', () => {
    expectSentences('그는 "오늘 갑니다."라고 말했다.', '모두 웃었다.');
    expectSentences('"휴가를 승인합니다." 라고 답했다.', '다음 날 떠났다.');
    expectSentences('그는 말했다 "간다."', '그리고 갔다.');
  });

  test('a bracketed Korean sentence ends with its bracket', () => {
    expectSentences('(반차도 같습니다)', '다만 신입은 다릅니다.');
    expectSentences('회사는 (필요하면) 휴가를 준다.', '직원은 쉰다.');
  });

  test('Korean without a space after the full stop divides, host names do not', () => {
    expect(sentences('비용을 냈다.그러나 환불받았다.')).toEqual(['비용을 냈다.', '그러나 환불받았다.']);
    expectSentences('주소는 hanbit.example 입니다.', '메일은 help@hanbit.example 로 보내세요.');
  });

  test('dates, decimals and list numbers do not divide', () => {
    expectSentences('이 규정은 2026. 3. 1. 부터 시행한다.', '값은 3.5이다.');
    expectSentences('1. 회사는 휴가를 준다.', '2. 직원은 신청한다.');
    expectSentences('가. 국내 출장은 실비로 준다.');
  });

  test('English abbreviations, initials and decimals do not divide', () => {
    expectSentences('Dr. Kim met J. R. Park, e.g. on Mondays.', 'They spoke.');
    expectSentences('See No. 5 and Fig. 2 for 3.14 volts.', 'Stop at 5 p.m. sharp.');
    expectSentences('He said "Stop."', 'She did.');
    expectSentences('Is it safe?', 'Yes!', 'It is.');
  });

  test('Chinese and Japanese full stops divide without a space', () => {
    expect(sentences('今日は晴れです。明日は？雨です！')).toEqual([
      '今日は晴れです。',
      '明日は？',
      '雨です！',
    ]);
  });

  test('line breaks divide', () => {
    expect(sentences('제목 없는 줄\n다음 줄')).toEqual(['제목 없는 줄', '다음 줄']);
  });

  test('every character except white space is in exactly one sentence', () => {
    const text = '  첫째다.  둘째\t(셋째다. 넷째) … ?! 3. 5. "e.g. x." y。z\n\n끝 ';
    expect(sentences(text).join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
  });

  test('white space alone has no sentence', () => {
    expect(splitSentences(' \n\t ')).toEqual([]);
  });
});
