import type { Text } from '../text.tsx';

export const documents: Text['documents'] = {
  title: '문서',
  viewer: {
    toolbar: '쪽과 크기',
    pageOf: (page, pages) => `${pages}쪽 가운데 ${page}쪽`,
    pageNumber: '쪽 번호',
    previousPage: '이전 쪽',
    nextPage: '다음 쪽',
    zoomIn: '크게',
    zoomOut: '작게',
    quoteIs: (quote) => `표시한 부분: ${quote}`,
    unreadable: '이 PDF는 여기에서 볼 수 없습니다',
    unreadableHint: '파일이 손상되었거나 암호로 보호되어 있습니다. 내려받아 다른 프로그램으로 열어 보세요.',
    download: '내려받기',
    downloadFailed: '파일을 내려받지 못했습니다',
    noText: '아직 보여 줄 내용이 없습니다',
    noTextHint: '문서를 다 읽으면 여기에 나타납니다.',
  },
};
