#include "wire/envelope.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "wire/agent_text.hpp"

namespace understudy::daemon::wire {
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

std::optional<Envelope> without_agent_text(const Envelope& envelope) {
  auto detail = wire::without_agent_text(envelope.detail, envelope.type);
  if (!detail) return std::nullopt;
  auto plain = envelope;
  plain.detail = std::move(*detail);
  plain.summary = sentence_without_agent_text(envelope.summary);
  return plain;
}

}  // namespace understudy::daemon::wire
