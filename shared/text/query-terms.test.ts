import { queryTerms, topicTerms } from './query-terms.ts';

describe('the terms to look for', () => {
  test.each([
    ['프랑스의 수도는 어디인가요?', '프랑 랑스 스의 수도 도는'],
    ['연차휴가 신청 방법을 알려 주세요', '연차 차휴 휴가 신청 방법 법을'],
    ['환불 규정이 궁금합니다', '환불 규정 정이'],
    ['비밀번호는 몇 자 이상이어야 하나요?', '비밀 밀번 번호 호는 자 이상 상이 이어 어야'],
    ['What is the refund policy?', 'refund polici'],
    ['Please tell me about the HB-200.', 'hb 200 hb200'],
  ])('of “%s” leave out question phrases', (query, terms) => {
    expect(queryTerms(query).join(' ')).toBe(terms);
  });

  test('include a word that only starts like a question word', () => {
    expect(queryTerms('왜곡 보도')).toEqual(['왜곡', '보도']);
  });

  test('are all terms when a query has nothing but question phrases', () => {
    expect(queryTerms('what is the')).toEqual([]);
    expect(queryTerms('무엇인가요?')).not.toEqual([]);
  });

  test('are distinct, and decomposed Hangul is composed', () => {
    expect(queryTerms('휴가 휴가 휴가')).toEqual(['휴가']);
    expect(queryTerms('연차휴가'.normalize('NFD'))).toEqual(['연차', '차휴', '휴가']);
  });

  test('of an empty query are none', () => {
    for (const query of ['', '   ', '?!', '🤖']) expect(queryTerms(query)).toEqual([]);
  });
});

describe('the topic of a question', () => {
  test.each([
    ['프랑스의 수도는 어디인가요?', '프랑 랑스 수도'],
    ['5년 근속하면 안식휴가가 얼마나 나오나요?', '5 5년 근속 안식 식휴 휴가'],
    ['퇴직하려면 언제까지 알려야 하나요?', '퇴직'],
    ['노트북을 잃어버리면 어디에 신고해야 하나요?', '노트 트북 잃어 어버 버리 신고'],
    ['배송은 얼마나 걸려요?', '배송'],
    ['배송 기간은 얼마나 걸리나요?', '배송'],
    ['How often must the brakes be checked?', 'brake check'],
    ['How long does it take to fly to Tokyo?', 'fly tokyo'],
    ['How do vaccines work?', 'vaccin'],
  ])('“%s” is %s', (query, topic) => {
    expect(topicTerms(query).join(' ')).toBe(topic);
  });

  test('is among the terms to look for', () => {
    for (const query of [
      '해외에서 원격으로 일하려면 언제까지 승인을 받나요?',
      'What does error code E-32 mean?',
    ])
      expect(queryTerms(query)).toEqual(expect.arrayContaining(topicTerms(query)));
  });

  test('of a question of commonplace words is all of its terms', () => {
    expect(topicTerms('How does it work?')).toEqual(['work']);
    expect(topicTerms('할 수 있는 일')).toEqual(queryTerms('할 수 있는 일'));
  });

  test('includes short nouns that end like particles', () => {
    expect(topicTerms('휴가')).toEqual(['휴가']);
    expect(topicTerms('회의 자료')).toEqual(['회의', '자료']);
    expect(topicTerms('제도')).toEqual(['제도']);
  });
});
