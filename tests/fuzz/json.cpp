// The store's JSON: compacting is idempotent, views stay inside their text, and any text can be quoted.
#include "fuzz/input.hpp"
#include "wire/json_value.hpp"
#include "wire/raw_json.hpp"

using namespace understudy::daemon::wire;

namespace {

void walk(Value value, std::string_view whole, std::size_t level) {
  const auto text = value.text();
  fuzz::require(level <= max_depth, "no deeper than promised");
  fuzz::require(text.data() >= whole.data() && text.data() + text.size() <= whole.data() + whole.size(),
                "a view stays inside its text");
  if (value.is_string()) static_cast<void>(value.string());
  std::size_t inside = 0;
  value.members([&](std::string_view, Value member) {
    ++inside;
    walk(member, whole, level + 1);
  });
  value.elements([&](Value element) {
    ++inside;
    walk(element, whole, level + 1);
  });
  fuzz::require(inside == value.size(), "as many as it says");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto compact = compact_json(text)) {
    const auto again = compact_json(*compact);
    fuzz::require(again && *again == *compact, "compacting is idempotent");
    walk(Value(*compact), *compact, 0);
    if (Value(*compact).is_object()) static_cast<void>(raw_members(*compact));
  }
  fuzz::require(compact_json(quoted(text)).has_value(), "any text can be quoted");
  return 0;
}
