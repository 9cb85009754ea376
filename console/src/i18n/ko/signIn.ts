import type { Text } from '../text.tsx';

export const signIn: Text['signIn'] = {
  title: '문서에 물어보세요',
  lead: '모든 답에 근거가 된 원문 문장을 함께 보여 줍니다.',
  google: 'Google로 로그인',
  points: {
    documents: 'PDF, 워드, 엑셀, 파워포인트, 한글(HWPX), 웹 페이지와 텍스트',
    proof: '출처를 누르면 원문이 열리고 그 문장이 표시됩니다',
    honest: '문서에 없는 내용은 지어내지 않고 없다고 말합니다',
  },
  failed: '로그인하지 못했습니다. 다시 시도하고, 계속되면 운영자에게 문의하세요.',
  invitation: '팀에 초대받았습니다',
  invitationLead: '초대받은 주소로 로그인하면 바로 들어갈 수 있습니다.',
  join: '팀에 들어가기',
  joined: (team) => `${team} 팀에 들어왔습니다.`,
};
