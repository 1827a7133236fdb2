import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { root } from './processes';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property that the schema does not name is an error: a new one must be in the document too. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each)]));
  const isOpen = 'properties' in inside && isObject(inside['properties']) && !('additionalProperties' in inside) && !('allOf' in inside);
  return isOpen ? { ...inside, additionalProperties: false } : inside;
}

/** docs/openapi.yaml. */
export class ApiDocument {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly document: JsonObject;

  constructor() {
    const document: unknown = parse(readFileSync(resolve(root, 'docs/openapi.yaml'), 'utf8'));
    if (!isObject(document)) throw new Error('docs/openapi.yaml is not an object');
    this.document = document;
    addFormats.default(this.ajv);
    // Parts of allOf are open: each sees the others' properties.
    this.ajv.addSchema({ $id: 'api', components: closed(document['components'] ?? {}), paths: closed(document['paths'] ?? {}) });
  }

  get paths(): string[] {
    return Object.keys(this.at('paths'));
  }

  /** `/agents/a/why` → `/agents/{name}/why`, when that exists with this method. */
  pathFor(method: string, pathname: string): string | undefined {
    const wanted = pathname.split('/');
    const matches = this.paths.filter((path) => {
      const parts = path.split('/');
      return (
        parts.length === wanted.length &&
        parts.every((part, index) => (part.startsWith('{') ? wanted[index] !== '' : part === wanted[index]))
      );
    });
    // `/agents/models` before `/agents/{name}`.
    return matches.sort((a, b) => a.split('{').length - b.split('{').length).find((path) => method.toLowerCase() in this.at('paths', path));
  }

  /** The media types of a response, according to the document. */
  contents(method: string, path: string, status: number): JsonObject {
    const response = this.at('paths', path, method.toLowerCase(), 'responses', String(status));
    const shared = response['$ref'];
    const { content } = typeof shared === 'string' ? this.at(...shared.slice(2).split('/')) : response;
    return isObject(content) ? content : {};
  }

  /** Where `value` differs from a schema, one line each: `/0/name must be string`. */
  differences(schema: Json, value: unknown): string[] {
    const check: ValidateFunction = this.ajv.compile(this.absolute(closed(schema)) as JsonObject);
    return check(value)
      ? []
      : (check.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  }

  /** `#/components/…` refers to the document, wherever the schema is. */
  private absolute(value: Json): Json {
    if (Array.isArray(value)) return value.map((each) => this.absolute(each));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, key === '$ref' && typeof each === 'string' ? `api${each}` : this.absolute(each)]),
    );
  }

  private at(...keys: string[]): JsonObject {
    let here: Json = this.document;
    for (const key of keys) {
      const next: Json | undefined = isObject(here) ? here[key] : undefined;
      if (next === undefined) throw new Error(`docs/openapi.yaml has no ${keys.join(' ')}`);
      here = next;
    }
    return isObject(here) ? here : {};
  }
}
