#include "demo/message_reply.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace understudy::daemon::demo {

namespace {

namespace json = boost::json;

std::string text_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code error;
  const auto* found = value.find_pointer(pointer, error);
  return found && found->is_string() ? std::string(found->get_string()) : std::string{};
}

/// Later figures replace earlier ones, as the API's own clients do.
void take_usage(const json::value& event, std::string_view pointer, json::object& usage) {
  boost::system::error_code error;
  const auto* found = event.find_pointer(pointer, error);
  if (!found || !found->is_object()) return;
  for (const auto& [name, tokens] : found->get_object()) usage[name] = tokens;
}

/// The data of the next event, taken off the text; an event that the end cuts short is ignored.
std::optional<std::string> next_data(std::string_view& text) {
  static constexpr std::string_view field = "data: ";
  for (;;) {
    const auto end = text.find("\n\n");
    if (end == text.npos) return std::nullopt;
    auto lines = text.substr(0, end);
    text.remove_prefix(end + 2);
    std::string data;
    while (!lines.empty()) {
      const auto line = lines.substr(0, lines.find('\n'));
      if (line.starts_with(field)) data += line.substr(field.size());
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    }
    if (!data.empty()) return data;
  }
}

}  // namespace

std::expected<Reply, Failure> read_stream(std::string_view text, bool whole) {
  Reply reply;
  while (const auto data = next_data(text)) {
    boost::system::error_code error;
    const auto event = json::parse(*data, error);
    if (error) continue;
    const auto type = text_at(event, "/type");
    if (type == "message_start") {
      reply.id = text_at(event, "/message/id");
      reply.model = text_at(event, "/message/model");
      take_usage(event, "/message/usage", reply.usage);
    } else if (type == "content_block_delta") {
      reply.text += text_at(event, "/delta/text");
    } else if (type == "message_delta") {
      reply.stop_reason = text_at(event, "/delta/stop_reason");
      take_usage(event, "/usage", reply.usage);
    } else if (type == "error") {
      return std::unexpected(Failure{.kind = FailureKind::stream_error,
                                     .type = text_at(event, "/error/type"),
                                     .message = text_at(event, "/error/message"),
                                     .usage = std::move(reply.usage)});
    } else if (type == "message_stop") {
      return reply;
    }
  }
  const auto kind = whole && reply.id.empty() ? FailureKind::malformed : FailureKind::stream_cut;
  return std::unexpected(Failure{kind, {}, {}, {}, {}, std::move(reply.usage)});
}

std::expected<Reply, Failure> read_message(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || text_at(value, "/type") != "message") return std::unexpected(Failure{FailureKind::malformed});
  Reply reply{text_at(value, "/id"),
              text_at(value, "/model"),
              text_at(value, "/content/0/text"),
              text_at(value, "/stop_reason"),
              {}};
  take_usage(value, "/usage", reply.usage);
  return reply;
}

Failure read_refusal(int status, std::string_view body) {
  Failure failure{FailureKind::refused, status, {}, std::string(body.substr(0, 500)), {}, {}};
  boost::system::error_code error;
  const auto value = json::parse(body, error);
  if (error) return failure;
  failure.type = text_at(value, "/error/type");
  if (auto message = text_at(value, "/error/message"); !message.empty()) failure.message = std::move(message);
  return failure;
}

}  // namespace understudy::daemon::demo
