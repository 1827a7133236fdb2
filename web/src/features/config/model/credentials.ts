import { without, type JsonObject } from './json';

export const credentials = ['api_key_env', 'auth_token_env', 'api_key', 'auth_token'] as const;
export type Credential = (typeof credentials)[number];

/** The credential of a provider; none when it is in `env`. */
export function credentialOf(provider: JsonObject): Credential | 'none' {
  return credentials.find((key) => key in provider) ?? 'none';
}

/** At most one of the four may be set. A secret never becomes the name of a variable, or the other way round. */
export function withCredential(provider: JsonObject, to: Credential | 'none'): JsonObject {
  const rest = credentials.reduce(without, provider);
  return to === 'none' ? rest : { ...rest, [to]: '' };
}
