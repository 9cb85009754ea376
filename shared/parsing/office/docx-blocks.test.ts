import {
  buildDocx,
  wordParagraph as paragraph,
  wordRun as run,
  wordTable as table,
} from '#tests/fixtures/docx-builder.ts';
import { parseDocx } from './docx.ts';

type Options = NonNullable<Parameters<typeof buildDocx>[1]>;

async function lines(body: string, options: Options = {}): Promise<string[]> {
  const { blocks } = await parseDocx(buildDocx(body, options));
  return blocks.map(({ kind, level, text }) => `${kind}${level ?? ''}: ${text}`);
}

describe('headings in Word', () => {
  const style = (id: string, name: string, inside = '') =>
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${inside}</w:style>`;
  const styled = (id: string, text: string, more = '') => paragraph(text, `<w:pStyle w:val="${id}"/>${more}`);

  test('come from the names of styles, their outline levels, and what they are based on', async () => {
    const styles =
      style('a', 'heading 2') +
      style('b', '제목 1') +
      style('c', '우리 것', '<w:basedOn w:val="a"/>') +
      style('d', '장', '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>') +
      style('e', 'TOC Heading', '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>') +
      style('f', 'Title') +
      style('g', '돌고', '<w:basedOn w:val="h"/>') +
      style('h', '돈다', '<w:basedOn w:val="g"/>');
    const body = 'abcdefg'
      .split('')
      .map((id) => styled(id, id))
      .join('');
    expect(await lines(body, { styles })).toEqual([
      'heading2: a',
      'heading1: b',
      'heading2: c',
      'heading3: d',
      'paragraph: e',
      'heading1: f',
      'paragraph: g',
    ]);
  });

  test('a level of the paragraph itself counts more than its style', async () => {
    const styles = style('a', 'heading 2');
    const body =
      styled('a', '아래', '<w:outlineLvl w:val="3"/>') +
      styled('a', '글', '<w:outlineLvl w:val="9"/>') +
      paragraph('위', '<w:outlineLvl w:val="0"/>');
    expect(await lines(body, { styles })).toEqual(['heading4: 아래', 'paragraph: 글', 'heading1: 위']);
  });

  test('a long paragraph, or a Korean sentence, is text in any style', async () => {
    const texts = ['이 규정은 모든 직원에게 적용한다.', 'word '.repeat(50).trim()];
    const body = texts.map((text) => styled('a', text)).join('');
    expect(await lines(body, { styles: style('a', 'heading 1') })).toEqual(
      texts.map((text) => `paragraph: ${text}`),
    );
  });
});

describe('tables in Word', () => {
  test('cells over several columns stand once, cells over several rows in each of them', async () => {
    const down = ['1급', '<w:vMerge w:val="restart"/>'] as const;
    const body = table(
      [['등급과 대상', '<w:gridSpan w:val="2"/>'], '비고'],
      [down, '설계도', 'a'],
      [['', '<w:vMerge/>'], '소스', 'b'],
      ['2급', '안내', ''],
    );
    expect(await lines(body)).toEqual([
      'table: 등급과 대상 | 비고\n1급 | 설계도 | a\n1급 | 소스 | b\n2급 | 안내 |',
    ]);
  });

  test('a table in a cell keeps its rows apart; a table of one cell is its text', async () => {
    const inner = table(['A', 'B'], ['1', '2']);
    expect(await lines(table([paragraph('밖') + inner + paragraph(''), '옆']))).toEqual([
      'table: 밖 A, B; 1, 2 | 옆',
    ]);
    expect(await lines(table([paragraph('알림') + inner + paragraph('')]))).toEqual([
      'paragraph: 알림',
      'table: A | B\n1 | 2',
    ]);
  });

  test('rows and cells that a revision deleted are left out', async () => {
    const deleted =
      '<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p><w:r><w:t>옛 행</w:t></w:r></w:p></w:tc></w:tr>';
    const body = table(['가', '나'], ['다', ['라', '<w:cellDel w:id="2"/>']]).replace(
      '</w:tbl>',
      `${deleted}</w:tbl>`,
    );
    expect(await lines(body)).toEqual(['table: 가 | 나\n다']);
  });
});

describe('what hangs on paragraphs in Word', () => {
  test('a text box is read once, after its paragraph', async () => {
    const content = `<w:txbxContent>${paragraph('상자의 글')}</w:txbxContent>`;
    const box = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>${content}</w:drawing></mc:Choice><mc:Fallback><w:pict>${content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    expect(await lines(paragraph(`${run('앞 ')}${box}${run('뒤')}`))).toEqual([
      'paragraph: 앞 뒤',
      'paragraph: 상자의 글',
    ]);
    const old = `<w:r><mc:AlternateContent><mc:Fallback><w:pict>${content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    expect(await lines(paragraph(old))).toEqual(['paragraph: 상자의 글']);
  });

  test('a chart gives its titles, names and values', async () => {
    const cache = (name: string, points: string[], format = '') =>
      `<c:${name}>${format}${points.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join('')}</c:${name}>`;
    const title = (text: string) => `<c:title><a:p><a:r><a:t>${text}</a:t></a:r></a:p></c:title>`;
    const series = (name: string, values: string[], format: string) =>
      `<c:ser><c:tx>${cache('strCache', [name])}</c:tx><c:cat>${cache('strCache', ['1분기', '2분기'])}</c:cat><c:val>${cache('numCache', values, `<c:formatCode>${format}</c:formatCode>`)}</c:val></c:ser>`;
    const chart = `<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart>${title('분기 실적')}<c:plotArea>${series('매출', ['1200', '1350'], '#,##0')}${series('성장률', ['0.05', '0.125'], '0.0%')}<c:valAx>${title('억 원')}</c:valAx></c:plotArea></c:chart></c:chartSpace>`;
    const body = paragraph(`${run('다음과 같다.')}<w:r><w:drawing><c:chart r:id="c1"/></w:drawing></w:r>`);
    const options: Options = {
      relations: { c1: { type: 'chart', target: 'charts/chart1.xml' } },
      files: [{ name: 'word/charts/chart1.xml', content: chart }],
    };
    expect(await lines(body, options)).toEqual([
      'paragraph: 다음과 같다.',
      'paragraph: 분기 실적\n억 원',
      'table: | 매출 | 성장률\n1분기 | 1,200 | 5.0%\n2분기 | 1,350 | 12.5%',
    ]);
    const damaged = { ...options, files: [{ name: 'word/charts/chart1.xml', content: '<c:chart>' }] };
    expect(await lines(body, damaged)).toEqual(['paragraph: 다음과 같다.']);
  });

  test('a diagram gives its texts', async () => {
    const point = (text: string) =>
      `<dgm:pt><dgm:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></dgm:t></dgm:pt>`;
    const body = paragraph('<w:r><w:drawing><dgm:relIds r:dm="d1" r:lo="d2"/></w:drawing></w:r>');
    const options: Options = {
      relations: { d1: { type: 'diagramData', target: 'diagrams/data1.xml' } },
      files: [
        {
          name: 'word/diagrams/data1.xml',
          content: `<dgm:dataModel>${point('신청')}${point('승인')}</dgm:dataModel>`,
        },
      ],
    };
    expect(await lines(body, options)).toEqual(['list: - 신청\n- 승인']);
  });
});

describe('documents inserted into Word documents', () => {
  const page = '<html><body><h1>월간 보고서</h1><p>매출은 3억원이다.</p></body></html>';
  const expected = ['heading1: 월간 보고서', 'paragraph: 매출은 3억원이다.'];

  async function inserted(name: string, content: string | Uint8Array): Promise<string[]> {
    const relations = { a1: { type: 'aFChunk', target: name } };
    const body = `${paragraph('앞')}<w:altChunk r:id="a1"/>${paragraph('뒤')}`;
    const all = await lines(body, { relations, files: [{ name: `word/${name}`, content }] });
    expect([all[0], all.at(-1)]).toEqual(['paragraph: 앞', 'paragraph: 뒤']);
    return all.slice(1, -1);
  }

  test('pages, text and Word documents are read in their place', async () => {
    expect(await inserted('a.html', page)).toEqual(expected);
    expect(await inserted('a.txt', '매출은 3억원이다.')).toEqual(expected.slice(1));
    const heading = paragraph('월간 보고서', '<w:outlineLvl w:val="0"/>');
    expect(await inserted('a.docx', buildDocx(heading + paragraph('매출은 3억원이다.')))).toEqual(expected);
  });

  test('web archives are read by their charset and encoding', async () => {
    const archive = (encoding: string, body: string) =>
      `MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n type="text/html";\r\n boundary="--mark"\r\n\r\n----mark\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n----mark--`;
    const quoted = [...Buffer.from(page)]
      .map((byte) =>
        byte > 126 || byte === 61 ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
      )
      .join('');
    expect(await inserted('a.mht', archive('quoted-printable', quoted.replace('<p>', '=\r\n<p>')))).toEqual(
      expected,
    );
    expect(await inserted('a.mht', archive('base64', Buffer.from(page).toString('base64')))).toEqual(
      expected,
    );
  });

  test('what cannot be read is left out', async () => {
    expect(await inserted('a.rtf', '{\\rtf1 text}')).toEqual([]);
    expect(await inserted('a.docx', buildDocx('').subarray(0, 200))).toEqual([]);
  });

  test('a document inserted into itself ends', async () => {
    let bytes = buildDocx(paragraph('안'));
    for (let depth = 0; depth < 5; depth += 1) {
      const relations = { a1: { type: 'aFChunk', target: 'a.docx' } };
      bytes = buildDocx(`${paragraph('글')}<w:altChunk r:id="a1"/>`, {
        relations,
        files: [{ name: 'word/a.docx', content: bytes }],
      });
    }
    expect((await parseDocx(bytes)).blocks).toHaveLength(3);
  });
});
