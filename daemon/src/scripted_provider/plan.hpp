#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scripted_provider/script.hpp"

/// The bytes of each answer, and the silences and breaks between them.
namespace understudy::daemon::scripted {

struct Send {
  std::string bytes{};
};
struct Wait {
  Milliseconds time{};
};
struct Break {};  ///< a TCP reset; nothing comes after it

using Part = std::variant<Send, Wait, Break>;
using Plan = std::vector<Part>;

/// What one call of /v1/messages asks for.
struct Call {
  std::string model{};
  bool stream{false};
  std::string id{};  ///< of the message: "msg_7"
};

/// {"type": "error", "error": {"type", "message"}} in the API's spelling for that status.
[[nodiscard]] std::string error_body(int status, std::string_view message);

/// A whole answer with a length. `with_body` is false for HEAD.
[[nodiscard]] Plan plain_plan(int status, std::string_view body, bool is_json = true,
                              const http::Pairs& headers = {}, bool with_body = true);

/// message_start, content_block_start, ping, content_block_delta…, content_block_stop, message_delta,
/// message_stop.
[[nodiscard]] std::vector<std::string> stream_events(const Script& script, const Call& call);

[[nodiscard]] Plan plan_answer(const Script& script, const Action& action, const Call& call);

}  // namespace understudy::daemon::scripted
