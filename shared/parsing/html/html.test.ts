import { parseDocument } from '../parse.ts';
import { htmlBlocks } from './html.ts';

function lines(source: string): string[] {
  return htmlBlocks(source).blocks.map(({ kind, level, text }) => `${kind}${level ?? ''}: ${text.trim()}`);
}

async function parse(bytes: Uint8Array | string, contentType = 'text/html') {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return await parseDocument(data, { contentType, filename: 'page.html' });
}

describe('HTML blocks', () => {
  test('headings, paragraphs and line breaks', () => {
    expect(lines('<h1>A &amp; B</h1><p>one<br>two</p>three <b>four</b><div>five</div><h2>C</h2>')).toEqual([
      'heading1: A & B',
      'paragraph: one\ntwo',
      'paragraph: three four',
      'paragraph: five',
      'heading2: C',
    ]);
  });

  test('lists keep numbers and depth', () => {
    expect(
      lines('<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul><ol start="3"><li>e<li>f</ol>'),
    ).toEqual(['list: - a\n  - b\n- c d', 'list: 3. e\n4. f']);
  });

  test('tables become rows; empty cells keep their place, nested tables their text', () => {
    expect(
      lines(
        '<table><caption>Fees</caption><tr><th>a</th><th></th><th>c</th></tr><tr><td>1<td><p>2</p><table><tr><td>x</td></tr></table></td><td>3</td></tr></table>',
      ),
    ).toEqual(['table: Fees\na |  | c\n1 | 2 x | 3']);
  });

  test.each([1, 999, 1_000, 200_000])('what lies below %i levels is read as elsewhere', (depth) => {
    const inside =
      '<p hidden>no</p><table><tr><td>a<td>b<tr><td>c<br>d</table><ul><li>e<li>f</ul><script>"<p>no"</script><svg><p>no</svg>';
    const page = `${'<div>'.repeat(depth)}${inside}${'</div>'.repeat(depth)}<h1>after</h1>end`;
    expect(lines(page)).toEqual(['table: a | b\nc d', 'list: - e\n- f', 'heading1: after', 'paragraph: end']);
  });

  test('a page of more than two million elements is too complex', () => {
    expect(() => lines('<b>'.repeat(2_000_001))).toThrow(/too complex/);
  });

  test('check boxes and choices keep their state', () => {
    expect(
      lines(
        '<p><input type="checkbox" checked> 동의함</p><label><input type=CHECKBOX>동의하지 않음</label><ul><li><input type="radio" checked>예<li><input type="radio">아니요</ul><p><input type="text" value="x"><input type="checkbox" hidden>끝</p>',
      ).map((line) => line.replace(/ {2,}/gu, ' ')),
    ).toEqual([
      'paragraph: ☒ 동의함',
      'paragraph: ☐ 동의하지 않음',
      'list: - ◉ 예\n- ○ 아니요',
      'paragraph: 끝',
    ]);
  });

  test('links keep their addresses, unless they are the text, lie in the page, or lead nowhere', () => {
    const link = (href: string, text: string) => `<p>앞 <a href="${href}">${text}</a> 뒤</p>`;
    expect(
      lines(
        [
          link('https://hr.example.com/apply', 'HR <b>portal</b>'),
          link('mailto:hr@example.com', '인사팀'),
          link('mailto:hr@example.com?subject=x', 'hr@example.com'),
          link('https://www.example.com/', 'example.com'),
          link('#top', '위로'),
          link('/apply', '신청'),
          link('javascript:void(0)', '닫기'),
          '<table><tr><td><a href="https://a.example">가</a></td><td>나</td></tr></table>',
          '<pre><a href="https://a.example">code</a></pre>',
        ].join(''),
      ),
    ).toEqual([
      'paragraph: 앞 HR portal (https://hr.example.com/apply) 뒤',
      'paragraph: 앞 인사팀 (mailto:hr@example.com) 뒤',
      'paragraph: 앞 hr@example.com 뒤',
      'paragraph: 앞 example.com 뒤',
      'paragraph: 앞 위로 뒤',
      'paragraph: 앞 신청 뒤',
      'paragraph: 앞 닫기 뒤',
      'table: 가 (https://a.example) | 나',
      'code: code',
    ]);
  });

  test('preformatted text keeps its lines', () => {
    expect(lines('<pre>a\n  b</pre>')).toEqual(['code: a\n  b']);
  });

  test('scripts, styles, navigation, templates and hidden elements are left out', () => {
    expect(
      lines(
        '<nav>menu</nav><script>x("<p>no</p>")</script><style>p{}</style><template><p>t</p></template><p hidden>h</p><p style="display: none">n</p><p aria-hidden="true">i</p><p>seen</p><footer>f</footer>',
      ),
    ).toEqual(['paragraph: seen']);
  });

  test('a page with one main element is read as that element only', () => {
    expect(lines('<div>banner</div><main><p>text</p></main><aside>ads</aside>')).toEqual(['paragraph: text']);
    expect(lines('<p>a</p><main></main>')).toEqual(['paragraph: a']);
  });

  test('unclosed and crossed tags lose no text', () => {
    expect(lines('<p>a<p>b<ul><li>c<li>d</ul><table><tr><td>e<td>f').join('|')).toBe(
      'paragraph: a|paragraph: b|list: - c\n- d|table: e | f',
    );
  });

  test('a hundred thousand nested elements are read', () => {
    expect(lines(`${'<div>'.repeat(100_000)}deep`)).toEqual(['paragraph: deep']);
  });
});

describe('HTML files', () => {
  test('the charset comes from the page itself', async () => {
    const head = Buffer.from(
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr"><title>',
    );
    const korean = Buffer.from('c7d1b1db', 'hex');
    const { title, blocks } = await parse(
      new Uint8Array(Buffer.concat([head, korean, Buffer.from('</title><p>'), korean])),
    );
    expect(title).toBe('한글');
    expect(blocks[0]?.text).toBe('한글');
  });

  test('a head without an end tag does not hide the page', async () => {
    expect((await parse('<head><title>t</title><body><p>text')).blocks).toHaveLength(1);
  });

  test('a page drawn by a script is empty, and the message says what helps', async () => {
    await expect(parse('<div id="root"></div><script>draw()</script>')).rejects.toMatchObject({
      code: 'empty_document',
      message: expect.stringContaining('browser') as string,
    });
  });
});
