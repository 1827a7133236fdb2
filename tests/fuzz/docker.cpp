// What an engine (or whoever answers in its place) says: frames, inspections, lists, events, errors.
#include "fuzz/input.hpp"
#include "runtime/docker/answers.hpp"
#include "runtime/docker/bodies.hpp"
#include "runtime/docker/frames.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::runtime;

namespace {

std::string payload(std::string_view bytes, std::size_t piece) {
  std::string text;
  FrameDecoder frames;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (!frames.feed(bytes.substr(at, piece), [&](int, std::string_view part) { text += part; })) break;
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t piece = input.byte() % 32 + 1U;
  const auto flavour = input.flag() ? EngineFlavour::podman : EngineFlavour::docker;
  const auto operation = static_cast<EngineOperation>(input.byte() % 12);
  const unsigned status = input.byte() * 4U;
  const auto text = input.rest();
  fuzz::require(payload(text, piece) == payload(text, text.size() + 1), "pieces change no payload");
  static_cast<void>(demultiplexed(text));
  static_cast<void>(judge(flavour, operation, status, text));
  static_cast<void>(parse_image(text));
  static_cast<void>(parse_inspection(text));
  static_cast<void>(parse_list(text));
  static_cast<void>(parse_text(text, "Id"));
  static_cast<void>(parse_exec_exit(text));
  static_cast<void>(parse_event(text));
  static_cast<void>(negotiate(text));
  return 0;
}
