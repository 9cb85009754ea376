import { contentWords, type WordIndex } from './claim-words.ts';

/**
 * The members of a claim's enumeration that a passage does not mention at all, as they are written: of
 * `검색 속도, 글꼴 크기, 알림 소리를 고쳤습니다` perhaps `알림 소리`. An enumeration has at least three members, which are
 * short; the text around it may belong to the first and the last of them.
 */
export function missingMembers(claim: string, index: WordIndex): string[] {
  const members = membersOf(claim);
  if (members.length < 3) return [];
  return members.flatMap((member) => {
    const words = contentWords(member.name);
    return words.length > 0 && words.every((word) => index.share(word) === 0) ? [member.name] : [];
  });
}

type Member = { name: string };

function membersOf(claim: string): Member[] {
  const parts = claim.split(/\s*,\s+(?:and |or |및 |또는 )?|\s+(?:and|or|및|또는|그리고)\s+/u);
  if (parts.length < 3) return [];
  const korean = /[가-힣]/u.test(claim);
  return parts.map((part, at) => ({
    name: korean ? koreanMember(part, at, parts.length) : englishMember(part, at),
  }));
}

/** The last words of the first part, the first words of the last part up to its particle. */
function koreanMember(part: string, at: number, count: number): string {
  const words = part.trim().split(/\s+/);
  if (at === 0) return words.slice(-1).join(' ');
  if (at < count - 1) return words.join(' ');
  const end = words.findIndex((word) =>
    /(?:에서|에게|으로|로|을|를|은|는|이|가|에|의|만|도|입니다|이다)$/u.test(word),
  );
  const kept = words.slice(0, end < 0 ? 1 : end + 1).join(' ');
  return kept.replace(
    /(?:에서만|에서|에게|으로만|으로|로만|로|을|를|은|는|이|가|에|의|만|도|입니다|이다)$/u,
    '',
  );
}

function englishMember(part: string, at: number): string {
  const words = part
    .trim()
    .replace(/[.!?]+$/, '')
    .split(/\s+/);
  return (at === 0 ? words.slice(-1) : words).join(' ').replace(/^(?:an?|the|some) /i, '');
}
