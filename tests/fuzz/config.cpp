// Any text is a configuration or has problems, never both; masking hides every secret and can be undone.
#include <boost/json/serialize.hpp>

#include "config/document.hpp"
#include "fuzz/input.hpp"

using namespace understudy::daemon;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = config::parse_config(text);
  fuzz::require(parsed.config.has_value() == parsed.errors.empty(), "a configuration, or what is wrong");
  std::vector<config::Problem> problems;
  const auto document = config::parse_document(text, problems);
  if (!document || !parsed.config) return 0;
  const auto shown = config::masked(*document);
  const auto back = config::unmasked(shown, *document, problems);
  fuzz::require(problems.empty(), "what was masked can be sent back");
  fuzz::require(back == *document, "and is what it was");
  const auto outside = boost::json::serialize(shown);
  for (const auto& secret : config::secrets_of(*document)) {
    if (secret.size() < 8) continue;
    const auto quoted = boost::json::serialize(boost::json::value(secret));
    fuzz::require(outside.find(quoted) == std::string::npos, "no secret is shown");
  }
  return 0;
}
