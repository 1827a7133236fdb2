// What an agent writes, in any pieces: an outcome each time, and how it was cut changes nothing.
#include "agents/adapter.hpp"
#include "fuzz/input.hpp"

using namespace understudy::daemon;

namespace {

agents::Reading read(const char* adapter, std::string_view text, std::size_t piece, bool lost, int code) {
  const auto reader = agents::make_adapter(adapter, "anthropic");
  reader->set_now(1);
  for (std::size_t at = 0; at < text.size(); at += piece) reader->read_output(text.substr(at, piece));
  reader->read_errors(text.substr(0, 200));
  return reader->finish({.lost = lost, .exit_code = lost ? std::nullopt : std::optional(code)});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto* adapter = input.flag() ? "claude-code" : "command";
  const bool lost = input.flag();
  const int code = input.byte() % 3;
  const std::size_t piece = input.byte() + 1U;
  const auto cut = read(adapter, input.rest(), piece, lost, code);
  const auto whole = read(adapter, input.rest(), input.rest().size() + 1, lost, code);
  fuzz::require(cut.output == whole.output, "the answer does not depend on the pieces");
  fuzz::require(cut.outcome.body == whole.outcome.body, "the evidence does not depend on the pieces");
  fuzz::require(cut.usage == whole.usage, "the tokens do not depend on the pieces");
  return 0;
}
