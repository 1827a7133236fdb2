import type { ResourcesUpdate } from '../../api/types';
import { now } from '../../testing/fixtures';

const base = now / 1000;

export function update(version: number, temperature: number): ResourcesUpdate {
  return {
    resources_id: 'rs-0123456789ab',
    version,
    create_time: base - 7200,
    update_time: base - 3600 / version,
    resources: {
      main: {
        resource_type: 'llm',
        endpoint: 'http://127.0.0.1:8000/v1',
        model: 'qwen3',
        api_key: 'sk-secret',
        sampling_parameters: { temperature },
      },
      greeting: { resource_type: 'prompt_template', template: 'Hello {name}', engine: 'f-string' },
    },
  };
}

export const versions = [update(2, 0.2), update(1, 0.7)];
