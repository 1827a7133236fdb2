#include "sse/envelope.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "http/text.hpp"
#include "wire/words.hpp"

namespace understudy::daemon::sse {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += boost::json::serialize(boost::json::string_view(text));
}

}  // namespace

std::string to_json(const Envelope& envelope) {
  std::string out;
  out.reserve(128 + envelope.summary.size() + envelope.detail.size());
  out.append("{\"id\":").append(std::to_string(envelope.id)).append(",\"type\":");
  append_text(out, envelope.type);
  if (envelope.instance) {
    out.append(",\"instance\":");
    append_text(out, *envelope.instance);
  }
  out.append(",\"ts\":").append(std::to_string(envelope.ts)).append(",\"summary\":");
  append_text(out, envelope.summary);
  out.append(",\"detail\":");
  const auto detail_at = out.size();
  out.append(envelope.detail.empty() ? "{}" : envelope.detail).append("}");
  // Line ends in JSON text can only be spaces between tokens, and would end an SSE field.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(detail_at), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return out;
}

std::optional<Envelope> without_words(const Envelope& envelope) {
  auto detail = wire::without_words(envelope.detail, envelope.type);
  if (!detail) return std::nullopt;
  auto plain = envelope;
  plain.detail = std::move(*detail);
  plain.summary = wire::plain_sentence(envelope.summary);
  return plain;
}

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
