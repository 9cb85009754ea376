import { assertTextSize, DocumentError, finishDocument, type ParsedDocument } from '../document.ts';
import { charsetOf, decodeText } from './decode.ts';

/**
 * A JSON file as indented text, one value per line. Strings are unescaped, since a search would not find `\ud55c`.
 * Numbers keep their exact digits, which `JSON.parse` would round.
 */
export function parseJson(bytes: Uint8Array, contentType: string): ParsedDocument {
  const source = decodeText(bytes, charsetOf(contentType));
  assertTextSize(source.length);
  try {
    JSON.parse(source);
  } catch (cause) {
    const where = cause instanceof Error ? ` (${cause.message})` : '';
    throw new DocumentError(
      'corrupt_document',
      `The file is not valid JSON${where}. Correct it, or upload it as text/plain.`,
      { cause },
    );
  }
  return finishDocument(
    { blocks: [{ text: indent(source), kind: 'code', page: null }], pages: null, title: null },
    'The JSON file holds no text. Upload a file with at least one value.',
  );
}

/** Indents valid JSON, token by token. */
function indent(source: string): string {
  const out: string[] = [];
  let depth = 0;
  const newline = () => `\n${'  '.repeat(Math.min(depth, 20))}`;
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/gu)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out.push(token, newline());
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out.push(newline(), token);
    } else if (token === ',') out.push(',', newline());
    else if (token === ':') out.push(': ');
    else out.push(token.startsWith('"') ? unescapeString(token) : token);
  }
  return out.join('').replace(/([{[])\s+([}\]])/gu, '$1$2');
}

function unescapeString(string: string): string {
  return `"${String(JSON.parse(string)).replace(/\s+/gu, ' ')}"`;
}
