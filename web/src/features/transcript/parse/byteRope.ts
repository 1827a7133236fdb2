interface Piece {
  at: number;
  bytes: Uint8Array;
}

const newline = 10;

/**
 * A part of a file that grows at both ends. It keeps the bytes as they came, once: text is decoded when it is
 * shown, and lines are cut at newline bytes, which occur in no other UTF-8 character.
 */
export class ByteRope {
  #pieces: Piece[] = [];
  #decoder = new TextDecoder();
  #start: number;
  #end: number;

  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push({ at: this.#end, bytes });
    this.#end += bytes.length;
  }

  prepend(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#start -= bytes.length;
    this.#pieces.unshift({ at: this.#start, bytes });
  }

  /** The offset after the next newline in [from, until), or -1. */
  afterNewline(from: number, until = this.#end): number {
    for (let i = this.#pieceAt(from); i < this.#pieces.length; i++) {
      const { at, bytes } = this.#pieces[i]!;
      if (at >= until) return -1;
      const found = bytes.indexOf(newline, Math.max(0, from - at));
      if (found >= 0) return at + found < until ? at + found + 1 : -1;
    }
    return -1;
  }

  byteAt(offset: number): number | undefined {
    const piece = this.#pieces[this.#pieceAt(offset)];
    return piece?.bytes[offset - piece.at];
  }

  text(from: number, to: number): string {
    return this.#decoder.decode(this.#read(from, to));
  }

  #read(from: number, to: number): Uint8Array {
    const first = this.#pieceAt(from);
    const piece = this.#pieces[first];
    if (piece === undefined || to <= from) return new Uint8Array();
    if (to <= piece.at + piece.bytes.length) return piece.bytes.subarray(from - piece.at, to - piece.at);
    const joined = new Uint8Array(to - from);
    for (let i = first; i < this.#pieces.length; i++) {
      const { at, bytes } = this.#pieces[i]!;
      if (at >= to) break;
      const part = bytes.subarray(Math.max(0, from - at), to - at);
      joined.set(part, Math.max(at, from) - from);
    }
    return joined;
  }

  /** The index of the piece that holds the offset; the number of pieces when none does. */
  #pieceAt(offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { at, bytes } = this.#pieces[middle]!;
      if (at + bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
