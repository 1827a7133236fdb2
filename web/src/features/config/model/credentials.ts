import { without, type JsonObject } from './json';

export const credentials = ['api_key_env', 'auth_token_env', 'api_key_file', 'auth_token_file', 'api_key', 'auth_token'] as const;
export type Credential = (typeof credentials)[number];

/** The credential of a provider; none when it is in `env`. */
export function credentialOf(provider: JsonObject): Credential | 'none' {
  return credentials.find((key) => key in provider) ?? 'none';
}

/** At most one of them may be set. A secret never becomes the name of a variable or file, or the other way round. */
export function withCredential(provider: JsonObject, to: Credential | 'none'): JsonObject {
  const rest = credentials.reduce(without, provider);
  return to === 'none' ? rest : { ...rest, [to]: '' };
}
