import {
  buildDocx,
  wordParagraph as paragraph,
  wordRun as run,
  type WordRelation,
} from '#tests/fixtures/docx-builder.ts';
import { parseDocx } from './docx.ts';

type Options = { styles?: string; footnotes?: string; relations?: Record<string, WordRelation> };

/** The texts of the blocks of a body. */
async function texts(body: string, options: Options = {}): Promise<string[]> {
  return (await parseDocx(buildDocx(body, options))).blocks.map(({ text }) => text);
}

/** The text of a paragraph of this XML. */
async function textOf(inside: string, options: Options = {}): Promise<string> {
  return (await texts(paragraph(inside), options)).join('\n');
}

const fieldCharacter = (type: string, inside = '') =>
  `<w:r><w:fldChar w:fldCharType="${type}">${inside}</w:fldChar></w:r>`;
const instruction = (text: string) => `<w:r><w:instrText xml:space="preserve"> ${text} </w:instrText></w:r>`;
const field = (code: string, result: string) =>
  `${fieldCharacter('begin')}${code}${fieldCharacter('separate')}${result}${fieldCharacter('end')}`;

describe('fields in Word', () => {
  test('simple fields show their results', async () => {
    const merged = (name: string, value: string) =>
      `<w:fldSimple w:instr=" MERGEFIELD ${name} ">${run(value)}</w:fldSimple>`;
    const inside = `${run('수신: ')}${merged('이름', '김영희')}${run(' 귀하, 금액 ')}${merged('금액', '1,250,000원')}`;
    expect(await textOf(inside)).toBe('수신: 김영희 귀하, 금액 1,250,000원');
  });

  test('complex fields show their results, and never instructions, nested or over paragraphs', async () => {
    const nested = field(instruction('IF') + field(instruction('REF a'), run('안 보임')), run('보임'));
    expect(
      await textOf(`${run('그림 ')}${field(instruction('SEQ 그림'), run('3'))}${run(': ')}${nested}`),
    ).toBe('그림 3: 보임');
    const contents = [
      paragraph(
        `${fieldCharacter('begin')}${instruction('TOC')}${fieldCharacter('separate')}${run('1장 2')}`,
      ),
      paragraph(`${run('2장 5')}${fieldCharacter('end')}`),
    ];
    expect(await texts(contents.join(''))).toEqual(['1장 2', '2장 5']);
  });

  test('a field that never ends hides no more than its paragraph', async () => {
    const open = `${run('앞 ')}${fieldCharacter('begin')}${run('숨음')}`;
    expect(await texts(paragraph(open) + paragraph('뒤'))).toEqual(['앞', '뒤']);
  });

  test('form fields show their state, choice or words', async () => {
    const form = (data: string, code: string) =>
      fieldCharacter('begin', `<w:ffData>${data}</w:ffData>`) + instruction(code) + fieldCharacter('end');
    const box = (state: string) => form(`<w:checkBox><w:sizeAuto/>${state}</w:checkBox>`, 'FORMCHECKBOX');
    const inside = [
      box('<w:default w:val="0"/><w:checked/>'),
      run(' 하나 '),
      box('<w:default w:val="1"/><w:checked w:val="0"/>'),
      run(' 둘 '),
      box('<w:default w:val="1"/>'),
      run(' 셋 '),
      form(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="서울"/><w:listEntry w:val="부산"/></w:ddList>',
        'FORMDROPDOWN',
      ),
      run(' '),
      form('', 'MACROBUTTON NoMacro [회사 이름]'),
    ];
    expect(await textOf(inside.join(''))).toBe('☒ 하나 ☐ 둘 ☒ 셋 부산 [회사 이름]');
  });
});

describe('controls in Word', () => {
  const control = (state: string, content: string) =>
    `<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr>${state}</w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
  const box = (value: number, content: string) =>
    control(`<w14:checkbox><w14:checked w14:val="${value}"/></w14:checkbox>`, content);

  test('check boxes keep their state, whatever sign the file draws', async () => {
    expect(await textOf(`${box(1, run('☒'))}${run(' 동의함')}`)).toBe('☒ 동의함');
    expect(await textOf(`${box(0, run('☐'))}${run(' 동의하지 않음')}`)).toBe('☐ 동의하지 않음');
    const drawn = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>';
    expect(await textOf(`${box(1, drawn)}${run(' 예 ')}${box(0, '')}${run(' 아니요')}`)).toBe(
      '☒ 예 ☐ 아니요',
    );
  });

  test('other controls show their text', async () => {
    expect(await textOf(`${run('이름: ')}${control('<w:text/>', run('김영희'))}`)).toBe('이름: 김영희');
    expect(await texts(control('', paragraph('하나') + paragraph('둘')))).toEqual(['하나', '둘']);
  });
});

describe('text in Word', () => {
  test('arrows stay', async () => {
    const text = '매출 ↑ 12%, 비용 ↓ 3%. 키보드의 ↑ 키를 누르세요.';
    expect(await textOf(text)).toBe(text);
  });

  test('of ruby the base is read', async () => {
    const ruby = `<w:r><w:ruby><w:rubyPr/><w:rt>${run('とうきょう')}</w:rt><w:rubyBase>${run('東京')}</w:rubyBase></w:ruby></w:r>`;
    expect(await textOf(`${run('수도는 ')}${ruby}${run(' 이다.')}`)).toBe('수도는 東京 이다.');
  });

  test('tabs, breaks, hyphens and symbols become characters; page breaks do not divide', async () => {
    const inside =
      '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>가</w:t><w:tab/><w:t>나</w:t><w:br/><w:t>다</w:t><w:cr/><w:t>라</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/><w:t>마</w:t><w:br w:type="page"/><w:lastRenderedPageBreak/><w:t>바</w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0E0"/><w:sym w:font="Unknown" w:char="F0E0"/></w:r>';
    expect(await texts(`<w:p>${inside}</w:p>`)).toEqual(['가 나\n다\n라-1마 바α→']);
  });

  test('hidden text is left out, by its own property or a style', async () => {
    const styles =
      '<w:style w:type="character" w:styleId="C"><w:name w:val="c"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="D"><w:name w:val="d"/><w:basedOn w:val="C"/></w:style><w:style w:type="paragraph" w:styleId="P"><w:name w:val="p"/><w:rPr><w:vanish/></w:rPr></w:style>';
    const runs = [
      run('보임'),
      run(' 숨음', '<w:vanish/>'),
      run(' 숨음', '<w:rStyle w:val="D"/>'),
      run(' 끝', '<w:rStyle w:val="D"/><w:vanish w:val="0"/>'),
    ];
    const hidden = paragraph('숨음', '<w:pStyle w:val="P"/>');
    expect(await texts(paragraph(runs.join('')) + hidden, { styles })).toEqual(['보임 끝']);
  });

  test('tracked changes are read as accepted', async () => {
    const deleted = '<w:del w:id="1"><w:r><w:delText>15일</w:delText></w:r></w:del>';
    const moved = `<w:moveFrom w:id="2">${run('옛 자리')}</w:moveFrom><w:moveTo w:id="3">${run(' 새 자리')}</w:moveTo>`;
    const inside = `${run('휴가는 ')}${deleted}<w:ins w:id="4">${run('20일')}</w:ins>${run('이다.')}${moved}`;
    expect(await textOf(inside)).toBe('휴가는 20일이다. 새 자리');
    const joined = paragraph('앞과', '<w:rPr><w:del w:id="5"/></w:rPr>') + paragraph(' 뒤');
    expect(await texts(joined)).toEqual(['앞과 뒤']);
    const wasHeading = paragraph(
      '글',
      '<w:pPrChange w:id="6"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:pPrChange>',
    );
    expect((await parseDocx(buildDocx(wasHeading))).blocks[0]?.kind).toBe('paragraph');
  });

  test('comments are left out', async () => {
    const inside = `<w:commentRangeStart w:id="0"/>${run('글')}<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>`;
    expect(await textOf(inside)).toBe('글');
  });

  test('notes stand at the end, in the order of their marks; what holds no mark is left out', async () => {
    const note = (id: number, text: string) => `<w:footnote w:id="${id}">${paragraph(text)}</w:footnote>`;
    const mark = (id: number) => `<w:r><w:footnoteReference w:id="${id}"/></w:r>`;
    const footnotes = note(-1, '구분선') + note(1, '법 제60조') + note(2, '부록 참조') + note(3, '지운 주');
    expect(
      await texts(paragraph(`${run('연차')}${mark(2)}${run('와 병가')}${mark(1)}`), { footnotes }),
    ).toEqual(['연차[1]와 병가[2]', '[1] 부록 참조\n[2] 법 제60조']);
  });
});

describe('links in Word', () => {
  const relations = {
    portal: { type: 'hyperlink', target: 'https://hr.example.com/apply', external: true },
    mail: { type: 'hyperlink', target: 'mailto:hr@example.com', external: true },
    script: { type: 'hyperlink', target: 'javascript:alert(1)', external: true },
  };
  const link = (id: string, text: string) => `<w:hyperlink r:id="${id}">${run(text)}</w:hyperlink>`;

  test.each([
    [link('portal', 'HR portal'), 'HR portal (https://hr.example.com/apply)'],
    [link('mail', '인사팀'), '인사팀 (mailto:hr@example.com)'],
    [link('mail', 'hr@example.com'), 'hr@example.com'],
    [link('portal', 'hr.example.com/apply/'), 'hr.example.com/apply/'],
    [link('script', '누르기'), '누르기'],
    [link('portal', 'HR ') + link('portal', 'portal'), 'HR portal (https://hr.example.com/apply)'],
    [`<w:hyperlink w:anchor="_Toc1">${run('1장')}</w:hyperlink>`, '1장'],
    [field(instruction('HYPERLINK "https://a.example/x"'), run('여기')), '여기 (https://a.example/x)'],
    [field(instruction('HYPERLINK \\l "_Toc1"'), run('1장')), '1장'],
    [
      `<w:fldSimple w:instr="HYPERLINK https://a.example/x">${run('여기')}</w:fldSimple>`,
      '여기 (https://a.example/x)',
    ],
  ])('%s', async (inside, expected) => {
    expect(await textOf(inside, { relations })).toBe(expected);
  });
});

test('ten thousand links, or open fields, in one paragraph are read', async () => {
  const relations = { a: { type: 'hyperlink', target: 'https://a.example/x', external: true } };
  const link = (text: string) => `<w:hyperlink r:id="a">${run(text)}</w:hyperlink>`;
  const apart = `${link('양식')}${run(' 쪽에서 신청한다. ')}`.repeat(10_000);
  expect((await textOf(apart, { relations })).match(/https:/gu)).toHaveLength(10_000);
  const divided = link('양식은 여기. ').repeat(10_000);
  expect((await textOf(divided, { relations })).match(/양식은/gu)).toHaveLength(10_000);
  const open = paragraph(fieldCharacter('begin').repeat(10_000)) + paragraph(run('나')).repeat(10_000);
  expect(await texts(open)).toHaveLength(10_000);
});

describe('equations in Word', () => {
  const m = (name: string, inside: string) => `<m:${name}>${inside}</m:${name}>`;
  const text = (value: string) => m('r', `<w:rPr><w:i/></w:rPr>${m('t', value)}`);
  const e = (value: string) => m('e', text(value));
  const value = (name: string, character: string) => `<m:${name} m:val="${character}"/>`;

  test.each([
    [text('A=π') + m('sSup', e('r') + m('sup', text('2'))), 'A=πr^2'],
    [m('f', m('num', text('a+b')) + m('den', text('2'))), '(a+b)/2'],
    [m('f', m('num', text('거리')) + m('den', text('시간'))), '거리/시간'],
    [m('sSub', e('x') + m('sub', text('i+1'))), 'x_(i+1)'],
    [m('sSubSup', e('x') + m('sub', text('i')) + m('sup', text('2'))), 'x_i^2'],
    [m('rad', m('radPr', value('degHide', '1')) + m('deg', '') + e('x+1')), '√(x+1)'],
    [m('rad', m('deg', text('3')) + e('x')), '3√x'],
    [
      m('nary', m('naryPr', value('chr', '∑')) + m('sub', text('i=1')) + m('sup', text('n')) + e('i')),
      '∑_(i=1)^n i',
    ],
    [m('d', m('dPr', value('begChr', '[') + value('endChr', ']')) + e('a') + e('b')), '[a|b]'],
    [m('m', m('mr', e('1') + e('0')) + m('mr', e('0') + e('1'))), '[1, 0; 0, 1]'],
    [m('func', m('fName', text('sin')) + e('x')), 'sin x'],
    [m('acc', m('accPr', value('chr', '\u0302')) + e('x')), 'x\u0302'],
  ])('%s', async (inside, expected) => {
    expect(await textOf(`${run('면적은 ')}<m:oMath>${inside}</m:oMath>${run(' 이다.')}`)).toBe(
      `면적은 ${expected.normalize('NFC')} 이다.`,
    );
  });
});
