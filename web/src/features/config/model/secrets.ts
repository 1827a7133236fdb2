import { isObject, type Json } from './json';
import { mask } from './types';

const secretKeys = ['api_key', 'auth_token'];

function hide(value: Json, key: string, parent: string, isSecret: boolean): Json {
  if (typeof value === 'string') return isSecret && value !== '' && value !== mask ? `${mask} (new)` : value;
  if (Array.isArray(value)) return value.map((item) => hide(item, key, parent, isSecret));
  if (!isObject(value)) return value;
  // The operator names types and providers freely, even "env".
  const isEnv = key === 'env' && parent !== 'providers' && parent !== 'agent_types';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hide(member, name, key, isEnv || secretKeys.includes(name))]),
  );
}

/** For display: a newly typed secret is no more visible than a saved one. */
export function withoutSecrets(document: Json): Json {
  return hide(document, '', '', false);
}

export function isSecretPath(path: readonly (string | number)[]): boolean {
  const key = path.at(-1);
  return (typeof key === 'string' && secretKeys.includes(key) && path.length === 3) || path.at(-2) === 'env' || key === 'env';
}
