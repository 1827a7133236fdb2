// What it costs to read an agent's output: MB and lines a second of a Claude Code run, small lines and large.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "understudy/failover/agent_reader.hpp"

namespace {

using namespace understudy::failover;
using Clock = std::chrono::steady_clock;

constexpr const char* small_lines[] = {
    R"({"type":"system","subtype":"init","cwd":"/work","session_id":"19cacecf-2dc2-423d-bc0b-40d8fb191f82","tools":["Bash","Edit","Read"],"mcp_servers":[],"model":"claude-opus-4-7","permissionMode":"default"})",
    R"({"type":"assistant","message":{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","model":"claude-opus-4-7","content":[{"type":"text","text":"The middleware returns HTTP 429 with `Retry-After: 30`.\nI added a test that asserts `{\"type\":\"error\"}`."}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":1200,"cache_read_input_tokens":48000,"output_tokens":1}},"parent_tool_use_id":null,"session_id":"19cacecf-2dc2-423d-bc0b-40d8fb191f82","uuid":"f3867c54-cab8-4b6e-8f0e-3f0f6a1c2b3d"})",
    R"({"type":"assistant","message":{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","model":"claude-opus-4-7","content":[{"type":"tool_use","id":"toolu_01A09q90qw90lq917835lq9","name":"Bash","input":{"command":"ctest --output-on-failure","description":"run the tests"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":15}},"parent_tool_use_id":null,"session_id":"19cacecf-2dc2-423d-bc0b-40d8fb191f82","uuid":"c7fcd0b8-be5f-458b-bd0d-32011f3d6d11"})",
    R"({"type":"user","message":{"role":"user","content":[{"tool_use_id":"toolu_01A09q90qw90lq917835lq9","type":"tool_result","content":"100% tests passed, 0 tests failed out of 12\n\nTotal Test time (real) =   4.21 sec","is_error":false}]},"parent_tool_use_id":null,"session_id":"19cacecf-2dc2-423d-bc0b-40d8fb191f82","uuid":"3e0e81bc-e0b5-41d9-8b0e-a48cd5b3b202"})",
    R"({"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I fixed the rate"}},"session_id":"19cacecf-2dc2-423d-bc0b-40d8fb191f82","parent_tool_use_id":null,"uuid":"15e832dd-33af-45f7-b4ca-7610ce157dab"})",
};

std::string small_run() {
  std::string run;
  for (int round = 0; round < 200; ++round)
    for (const auto* line : small_lines) run.append(line) += '\n';
  return run;
}

/// A tool's output of 64 KiB in each line, with the escapes of source code.
std::string large_run() {
  std::string words;
  while (words.size() < 64 * 1024) words += R"(  if (status == 429) {\n    return \"try again\";\n  }\n)";
  std::string run;
  for (int round = 0; round < 40; ++round)
    run +=
        R"({"type":"user","message":{"role":"user","content":[{"tool_use_id":"t","type":"tool_result","content":")" +
        words + "\"}]}}\n";
  return run;
}

void measure(const char* name, const std::string& run) {
  double best = 1e18;
  std::size_t sink = 0;
  for (int round = 0; round < 60; ++round) {
    const auto begin = Clock::now();
    const auto reader = make_agent_reader("claude-code", "anthropic");
    reader->read_output(run);
    sink += reader->finish({.exit_code = 0}).outcome.body.size() + 1;
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  const auto lines = static_cast<double>(std::count(run.begin(), run.end(), '\n'));
  if (sink > 0)
    std::printf("agents, %-12s %7.2f us a line, %6.0f MB/s\n", name, best * 1e6 / lines,
                static_cast<double>(run.size()) / best / 1e6);
}

}  // namespace

int main() {
  measure("small lines", small_run());
  measure("64 KiB lines", large_run());
}
