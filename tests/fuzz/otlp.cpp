// What an exporter sends: every span that is kept holds valid JSON.
#include "fuzz/input.hpp"
#include "otlp/decode.hpp"
#include "wire/json_value.hpp"

using namespace understudy::daemon;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decoded = otlp::decode_traces({reinterpret_cast<const char*>(data), size});
  if (!decoded) return 0;
  for (const auto& span : decoded->spans)
    for (const auto* text : {&span.attributes, &span.events, &span.links, &span.resource})
      fuzz::require(text->empty() || wire::compact_json(*text), "what is kept is JSON");
  return 0;
}
