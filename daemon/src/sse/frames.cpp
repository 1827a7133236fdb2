#include "sse/frames.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace understudy::daemon::sse {

std::string to_frame(const Envelope& envelope) {
  return "id: " + std::to_string(envelope.id) + "\nevent: " + envelope.type + "\ndata: " + to_json(envelope) +
         "\n\n";
}

std::string reset_frame(std::int64_t latest) {
  const auto id = std::to_string(latest);
  return "id: " + id + "\nevent: reset\ndata: {\"latest\":" + id + "}\n\n";
}

TypeFilter::TypeFilter(std::string_view list) {
  http::any_item(list, ',', [&](std::string_view item) {
    patterns_.emplace_back(item);
    return false;
  });
}

bool TypeFilter::matches(std::string_view type) const {
  if (patterns_.empty()) return true;
  return std::ranges::any_of(patterns_, [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) return pattern == type;
    pattern.remove_suffix(1);
    return type.starts_with(pattern);
  });
}

}  // namespace understudy::daemon::sse
