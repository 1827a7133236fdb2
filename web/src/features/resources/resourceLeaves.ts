import { entriesOf, itemsOf, readString } from '../../shared/jsonText';

/** A value of a resource, or a container of values, by its path: `main.sampling_parameters.temperature`. */
export interface Node {
  path: string;
  /** Its own part of the path. */
  name: string;
  depth: number;
  /** The number of its members; null for a value. */
  holds: number | null;
  /** The JSON as written. */
  json: string;
  /** For people: a string without its quotes. */
  value: string;
  secret: boolean;
}

const secretName = /(^|[._-])(api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|token|secret|password|authorization)$/i;

export function isSecret(path: string): boolean {
  return secretName.test(path);
}

function membersOf(json: string): [name: string, json: string][] {
  return json.startsWith('[') ? itemsOf(json).map((item, index) => [String(index), item]) : entriesOf(json);
}

function nodesBelow(json: string, above: string, depth: number, secretAbove: boolean): Node[] {
  return membersOf(json).flatMap(([name, member]) => {
    const path = above === '' ? name : `${above}.${name}`;
    const isNothing = member === 'null' || member === '""';
    const secret = secretAbove || (isSecret(path) && !isNothing);
    const below = nodesBelow(member, path, depth + 1, secret);
    return [
      { path, name, depth, holds: below.length > 0 ? membersOf(member).length : null, json: member, value: readString(member), secret },
      ...below,
    ];
  });
}

/** Everything in the JSON object `json`, in order, parents before children. */
export function nodesOf(json: string): Node[] {
  return nodesBelow(json, '', 0, false);
}

export interface Change {
  path: string;
  before: string | null;
  after: string | null;
  secret: boolean;
}

function leavesOf(json: string): Map<string, Node> {
  return new Map(nodesOf(json).flatMap((node) => (node.holds === null ? [[node.path, node]] : [])));
}

/** What differs from `before` to `after`, by path. */
export function changesOf(before: string, after: string): Change[] {
  const old = leavesOf(before);
  const fresh = leavesOf(after);
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths
    .filter((path) => old.get(path)?.json !== fresh.get(path)?.json)
    .map((path) => ({
      path,
      before: old.get(path)?.value ?? null,
      after: fresh.get(path)?.value ?? null,
      secret: (old.get(path)?.secret ?? false) || (fresh.get(path)?.secret ?? false),
    }));
}
