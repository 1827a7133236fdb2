#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/types.hpp"

/// What a scripted provider does with each call of POST /v1/messages. docs: the keys of a script are
/// {models, api_key, answer, usage, steps}; a step is {"ok": true} or {"fault": …}, with {"times": n or
/// "forever"}.
namespace understudy::daemon::scripted {

using Milliseconds = std::chrono::milliseconds;

struct Answer {};  ///< as a healthy provider

/// {"fault": "status", "status": 401, "headers": {…}?, "body": object or text?}
struct SendStatus {
  int status{500};
  http::Pairs headers{};
  std::string body{};  ///< never empty: a script without one gets the API's own error shape
  bool is_json{true};
};

/// {"fault": "mid_stream_error", "after_events": 1?, "body": {…}?}: an `error` event inside a stream that
/// began with 200. A call that does not stream gets the body with the status of its error type.
struct MidStreamError {
  int after_events{1};
  std::string body{};
};

/// {"fault": "stall", "seconds": 30}: begins the answer, falls silent for that time, then finishes it.
struct Stall {
  Milliseconds time{};
};

/// {"fault": "reset", "after_events": 0?}: a TCP reset; before the first byte, or inside a stream.
struct Reset {
  int after_events{0};
};

/// {"fault": "slow_first_byte", "ms": 300}: a healthy answer, late.
struct SlowFirstByte {
  Milliseconds delay{};
};

using Action = std::variant<Answer, SendStatus, MidStreamError, Stall, Reset, SlowFirstByte>;

/// "ok", "status 401", "stall", …: for the list of requests.
[[nodiscard]] std::string describe(const Action& action);

struct Step {
  Action action{};
  std::optional<std::int64_t> times{1};  ///< nothing: forever
};

struct Script {
  std::vector<std::string> models{};       ///< served ids; empty: any. Others are answered 404
  std::optional<std::string> api_key{};    ///< wanted as x-api-key or as Bearer; else 401
  std::string answer{"This is {model}."};  ///< {model} stands for the model asked
  boost::json::object usage{{"input_tokens", 25}, {"output_tokens", 12}};
  std::vector<Step> steps{};  ///< in order, each `times` calls; afterwards every call is answered
};

/// The error is a sentence that names the field: "steps/0/status must be a whole number from 200 to 599, got
/// 42".
[[nodiscard]] std::expected<Script, std::string> parse_script(const boost::json::value& value);
[[nodiscard]] std::expected<Script, std::string> parse_script(std::string_view text);

/// What the next call meets; uses up a step.
[[nodiscard]] Action take_next(Script& script);

}  // namespace understudy::daemon::scripted
