import { buildHwpx, hwpxParagraph } from '#tests/fixtures/hwpx-builder.ts';
import { buildPptx, textShape } from '#tests/fixtures/pptx-builder.ts';
import { buildXlsx } from '#tests/fixtures/xlsx-builder.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { DOCX } from '#tests/support/files.ts';
import { useStores } from '#tests/support/stores.ts';
import { addFile, type File, settled, upload } from '#tests/support/upload.ts';

type Hits = {
  data: { document_id: string; page: number | null; heading: string | null; text: string }[];
};

const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HWPX = 'application/hwp+zip';

let team: Team;
let owner: Client;

beforeAll(async () => {
  await useStores();
  team = await newTeam();
  owner = team.owner;
});

const slide = (title: string, text: string) => ({
  shapes: textShape(title, { placeholder: 'title' }) + textShape(text, { placeholder: 'body' }),
});

const presentation = (): File => ({
  filename: '사업 계획.pptx',
  contentType: PPTX,
  bytes: buildPptx([slide('개요', '올해의 계획이다.'), slide('일정', '개통식은 청룡광장에서 연다.')]),
});
const workbook = (): File => ({
  filename: '비품.xlsx',
  contentType: XLSX,
  bytes: buildXlsx(
    [
      {
        name: '비품 대장',
        rows: [
          ['비품', '보관 장소', '구입일'],
          ['제세동기', '백호창고', '<c s="1"><v>46082</v></c>'],
        ],
      },
    ],
    { formats: [14] },
  ),
});
const hancom = (contentType = HWPX): File => ({
  filename: '출장 규정.hwpx',
  contentType,
  bytes: buildHwpx([hwpxParagraph('출장비', { shape: 1 }) + hwpxParagraph('출장비는 주작재무팀이 준다.')]),
});

describe('an uploaded file is found by search', () => {
  const files: [string, () => File, string, Record<string, unknown>][] = [
    [
      'PowerPoint, with its slide',
      presentation,
      '청룡광장',
      { page: 2, heading: '일정', text: expect.stringContaining('개통식은 청룡광장에서 연다.') },
    ],
    [
      'Excel, with the names of its columns',
      workbook,
      '백호창고',
      {
        page: null,
        heading: '비품 대장',
        text: expect.stringContaining('비품: 제세동기 | 보관 장소: 백호창고 | 구입일: 2026-03-01'),
      },
    ],
    [
      'HWPX, with its heading',
      hancom,
      '주작재무팀',
      { page: null, heading: '출장비', text: expect.stringContaining('출장비는 주작재무팀이 준다.') },
    ],
  ];

  test.each(files)('from %s', async (_type, make, query, hit) => {
    const document = await addFile(owner, team.path, make());
    expect(document).toMatchObject({ status: 'ready', error: null });
    const search = { query, mode: 'lexical' };
    const { data } = succeeded(await owner.post<Hits>(`${team.path}/search`, search));
    expect(data).toMatchObject([{ ...hit, document_id: document.id }]);
  });
});

describe('a file of another type fails, and the error names its type', () => {
  const cases: [string, () => File, RegExp][] = [
    ['a presentation as a workbook', () => ({ ...presentation(), contentType: XLSX }), /a PowerPoint/],
    ['a workbook as a Word file', () => ({ ...workbook(), contentType: DOCX }), /an Excel/],
    ['an HWPX file as a presentation', () => hancom(PPTX), /an HWPX/],
    ['a workbook as an HWPX file', () => ({ ...workbook(), contentType: HWPX }), /an Excel/],
  ];

  test.each(cases)('%s', async (_what, make, kind) => {
    const { id } = await upload(owner, team.path, make());
    const document = await settled(owner, team.path, id);
    expect(document).toMatchObject({ status: 'failed', error: { code: 'content_type_mismatch' } });
    expect(document.error?.message).toMatch(kind);
  });
});

test('an HWPX file under a password is reported as encrypted', async () => {
  const bytes = buildHwpx([hwpxParagraph('비밀')], { encrypted: true });
  const { id } = await upload(owner, team.path, { ...hancom(), bytes });
  expect(await settled(owner, team.path, id)).toMatchObject({
    status: 'failed',
    error: { code: 'encrypted_document', retryable: false },
  });
});
