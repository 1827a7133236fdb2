// What an agent writes, in any pieces: an outcome each time, and how it was cut changes nothing.
#include "fuzz/input.hpp"
#include "understudy/failover/agent_reader.hpp"

using namespace understudy;

namespace {

failover::RunResult read(const char* agent, std::string_view text, std::size_t piece, bool lost, int code) {
  const auto reader = failover::make_agent_reader(agent, "anthropic");
  reader->set_now(1);
  for (std::size_t at = 0; at < text.size(); at += piece) reader->read_output(text.substr(at, piece));
  reader->read_errors(text.substr(0, 200));
  return reader->finish({.exit_code = lost ? std::nullopt : std::optional(code)});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto* agent = input.flag() ? "claude-code" : "command";
  const bool lost = input.flag();
  const int code = input.byte() % 3;
  const std::size_t piece = input.byte() + 1U;
  const auto cut = read(agent, input.rest(), piece, lost, code);
  const auto whole = read(agent, input.rest(), input.rest().size() + 1, lost, code);
  fuzz::require(cut.output == whole.output, "the answer does not depend on the pieces");
  fuzz::require(cut.outcome.body == whole.outcome.body, "the evidence does not depend on the pieces");
  fuzz::require(cut.outcome.usage == whole.outcome.usage, "the tokens do not depend on the pieces");
  return 0;
}
