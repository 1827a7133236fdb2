const actions = new Map([
  ['POST /session (sign-in)', 'sign in'],
  ['DELETE /session', 'sign out'],
  ['POST /tokens', 'create a token'],
  ['DELETE /tokens/{id}', 'revoke a token'],
  ['PUT /config', 'change the configuration'],
  ['DELETE /agents/{name}', 'remove an agent'],
  ['POST /agents/{name}/pause', 'pause an agent'],
  ['POST /agents/{name}/unpause', 'resume an agent'],
  ['POST /agents/{name}/reset-tier', 'reset to tier 1'],
  ['POST /agents/{name}/start', 'start a container'],
  ['POST /agents/{name}/stop', 'stop a container'],
  ['POST /agents/{name}/tasks', 'send a task'],
  ['POST /agent-types/{type}/tasks', 'send a task'],
  ['POST /rollouts/{id}', 'change a rollout'],
]);

/** The action in words; an unknown one is shown as the call itself. */
export function actionInWords(action: string): string {
  return actions.get(action) ?? action;
}
