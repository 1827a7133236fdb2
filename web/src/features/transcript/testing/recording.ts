/** What Claude Code 2.1 printed for a small task, with its paths shortened; and makers of lines for tests. */
const session = '154aea4b-aa05-4764-81dc-97819ff50bdd';

export function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

export const init = line({
  type: 'system',
  subtype: 'init',
  cwd: '/workspace',
  session_id: session,
  tools: ['Task', 'Bash', 'Edit', 'Glob', 'Grep', 'Read', 'TodoWrite', 'WebFetch', 'Write'],
  mcp_servers: [],
  model: 'claude-opus-4-7',
  permissionMode: 'default',
  apiKeySource: 'ANTHROPIC_API_KEY',
  claude_code_version: '2.1.101',
  uuid: 'e4561013-12ac-43e6-8632-4de562ce617c',
});

interface Said {
  id: string;
  content: object[];
  usage?: object;
  parent?: string | null;
  stop?: string | null;
  model?: string;
}

export function assistant({ id, content, usage, parent = null, stop = null, model = 'claude-opus-4-7' }: Said): string {
  return line({
    type: 'assistant',
    message: { id, type: 'message', role: 'assistant', model, content, stop_reason: stop, stop_sequence: null, usage },
    parent_tool_use_id: parent,
    session_id: session,
  });
}

export function toolResult(id: string, content: unknown, isError = false, parent: string | null = null): string {
  return line({
    type: 'user',
    message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content, is_error: isError }] },
    parent_tool_use_id: parent,
    session_id: session,
  });
}

function usage(turn: number): object {
  return { input_tokens: 1200 + 50 * turn, cache_creation_input_tokens: 300, cache_read_input_tokens: 8000 * turn, output_tokens: 1 };
}

export const toolUse = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });

export const answerText = 'Found one problem:\n\n```python\ndef retry():\n    while True:\n        call()\n```\n\nIt never stops.';

export const result = line({
  type: 'result',
  subtype: 'success',
  is_error: false,
  duration_ms: 35_100,
  duration_api_ms: 28_078,
  num_turns: 5,
  result: answerText,
  stop_reason: 'end_turn',
  session_id: session,
  total_cost_usd: 0.258,
  usage: { input_tokens: 5300, cache_creation_input_tokens: 1200, cache_read_input_tokens: 80_000, output_tokens: 480 },
  modelUsage: {
    'claude-opus-4-7': {
      inputTokens: 5300,
      outputTokens: 480,
      cacheReadInputTokens: 80_000,
      cacheCreationInputTokens: 1200,
      costUSD: 0.258,
    },
  },
  permission_denials: [],
  terminal_reason: 'completed',
});

/** A run that went well: thinking, four tool calls (two of which failed), an answer with code. */
export const wellLines: string[] = [
  init,
  assistant({
    id: 'msg_01',
    content: [{ type: 'thinking', thinking: 'The caller wants a review. First see what is here.', signature: 'c2ln' }],
    usage: usage(1),
  }),
  assistant({ id: 'msg_01', content: [{ type: 'text', text: 'I’ll look at the directory first.' }], usage: usage(1) }),
  assistant({
    id: 'msg_01',
    content: [toolUse('toolu_01', 'Bash', { command: "ls -la && echo 'žćš → done'", description: 'List files' })],
    usage: usage(1),
  }),
  toolResult('toolu_01', 'total 12\ndrwxr-xr-x 2 dev dev 4096 Nov 21 10:56 .\n-rw-r--r-- 1 dev dev    4 Nov 21 10:56 a.py\nžćš → done'),
  assistant({ id: 'msg_02', content: [toolUse('toolu_02', 'Read', { file_path: '/workspace/nothing.py' })], usage: usage(2) }),
  assistant({ id: 'msg_02', content: [toolUse('toolu_03', 'Bash', { command: 'false; echo oops >&2; exit 3' })], usage: usage(2) }),
  toolResult('toolu_02', 'File does not exist. Note: your current working directory is /workspace.', true),
  toolResult('toolu_03', 'Exit code 3\noops', true),
  assistant({
    id: 'msg_03',
    content: [toolUse('toolu_05', 'TodoWrite', { todos: [{ content: 'Look', status: 'completed', activeForm: 'Looking' }] })],
    usage: usage(3),
  }),
  toolResult('toolu_05', 'Todos have been modified successfully.'),
  assistant({ id: 'msg_04', content: [{ type: 'text', text: answerText }], usage: usage(4) }),
  result,
];

export const well = wellLines.join('');

export const retryLine = line({
  type: 'system',
  subtype: 'api_retry',
  attempt: 2,
  max_retries: 5,
  retry_delay_ms: 1024,
  error_status: 529,
  error: 'overloaded',
  session_id: session,
});

export const apiErrorLine = line({
  type: 'assistant',
  message: {
    id: 'ef227289',
    model: '<synthetic>',
    role: 'assistant',
    type: 'message',
    usage: { input_tokens: 0, output_tokens: 0 },
    content: [{ type: 'text', text: 'API Error: 529 Overloaded' }],
  },
  parent_tool_use_id: null,
  error: 'overloaded',
  is_api_error_message: true,
  api_error_status: 529,
});

export const failedResult = line({
  type: 'result',
  subtype: 'success',
  is_error: true,
  duration_ms: 202,
  num_turns: 1,
  result: 'API Error: 529 Overloaded',
  total_cost_usd: 0,
  usage: { input_tokens: 0, output_tokens: 0 },
  terminal_reason: 'api_error',
  api_error_status: 529,
});

/** A run that failed at its provider. */
export const overloaded = init + retryLine + apiErrorLine + failedResult;

/** A long run of about `bytes` bytes: turns of text, a call and its answer. */
export function longRun(bytes: number): string {
  const source = Array.from({ length: 60 }, (_, at) => `${at + 1}\tconst value${at} = compute(${at}, "žćš → ${'x'.repeat(at)}");`).join(
    '\n',
  );
  const lines = [init];
  for (let turn = 1, size = 0; size < bytes; turn++) {
    const id = `msg_${turn}`;
    const tool = `toolu_${turn}`;
    const said = assistant({
      id,
      content: [{ type: 'text', text: `Step ${turn}: I read the next file and look for what may go wrong.` }],
      usage: usage(1),
    });
    const called = assistant({ id, content: [toolUse(tool, 'Read', { file_path: `/workspace/src/module${turn}.ts` })], usage: usage(1) });
    const answered = toolResult(tool, source);
    lines.push(said, called, answered);
    size += said.length + called.length + answered.length;
  }
  lines.push(result);
  return lines.join('');
}
