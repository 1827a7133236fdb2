interface Passage {
  code: boolean;
  language: string;
  text: string;
}

/** Cuts a text at its ``` fences; an unclosed one goes to the end. */
export function passagesOf(text: string): Passage[] {
  if (!text.includes('```')) return [{ code: false, language: '', text }];
  const passages: Passage[] = [];
  let code = false;
  let language = '';
  let lines: string[] = [];
  const close = () => {
    const joined = lines.join('\n');
    if (joined.trim() !== '') passages.push({ code, language, text: code ? joined : joined.replace(/^\n+|\n+$/g, '') });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const fence = /^\s*```+\s*(\S*)\s*$/.exec(line);
    if (fence === null || (code && fence[1] !== '')) {
      lines.push(line);
      continue;
    }
    close();
    code = !code;
    language = code ? (fence[1] ?? '') : '';
  }
  close();
  return passages;
}

// Colours and cursor moves of a terminal.
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

export function withoutEscapes(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(escapes, '') : text;
}

/** The beginning of a long text, cut at a line's end where one is near. */
export function clip(text: string, mostCharacters: number, mostLines: number): string {
  let end = Math.min(text.length, mostCharacters);
  let at = -1;
  for (let lines = 0; lines < mostLines; lines++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) {
      at = -1;
      break;
    }
  }
  if (at >= 0) end = at;
  if (end === text.length) return text;
  // Never in the middle of a surrogate pair.
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}
