#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <random>
#include <thread>

#include "demo/message_reply.hpp"

namespace understudy::daemon::demo {

namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
constexpr milliseconds longest_pause{2'000};  // a demo agent never sleeps through a long retry-after

std::string random_uuid() {
  std::random_device device;
  std::uint32_t words[4] = {};
  for (auto& word : words) word = device();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", words[0], words[1] >> 16, words[1] & 0xfff,
                     0x8000 | (words[2] >> 18), words[2] & 0xffff, words[3]);
}

bool is_worth_a_retry(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::refused:
      return failure.status == 408 || failure.status == 409 || failure.status == 429 || failure.status >= 500;
    case FailureKind::unreachable:
    case FailureKind::timed_out: return true;
    case FailureKind::stream_error:
    case FailureKind::stream_cut:
    case FailureKind::malformed: return false;
  }
  return false;
}

/// The word that the CLI's own lines have for it.
std::string_view error_word(const Failure& failure) {
  if (failure.kind == FailureKind::stream_error || failure.kind == FailureKind::stream_cut)
    return "server_error";
  switch (failure.status.value_or(0)) {
    case 401:
    case 403: return "authentication_failed";
    case 402: return "billing_error";
    case 429: return "rate_limit";
    case 529: return "overloaded";
    default: return failure.status >= 500 ? "server_error" : "unknown";
  }
}

std::string sentence(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::refused:
      if (failure.status == 401 || failure.status == 403)
        return fmt::format("Failed to authenticate. API Error: {} {}", *failure.status, failure.message);
      return fmt::format("API Error: {} {}", *failure.status, failure.message);
    case FailureKind::unreachable:
      return fmt::format("API Error: Unable to connect to API ({})", failure.message);
    case FailureKind::timed_out: return "API Error: Request timed out.";
    case FailureKind::stream_error:
      return "API Error: Server error mid-response. The response above may be incomplete.";
    case FailureKind::stream_cut:
      return "API Error: Connection lost mid-response. The response above may be incomplete.";
    case FailureKind::malformed: return "API Error: API returned an empty or malformed response (HTTP 200)";
  }
  return {};
}

/// Writes the lines of one session, and remembers when it began.
class Session {
 public:
  Session(const AgentOptions& options, const std::function<void(std::string_view)>& write)
      : options_(options), write_(write) {}

  void say_init() {
    line({{"type", "system"},
          {"subtype", "init"},
          {"model", options_.model},
          {"tools", json::array{}},
          {"apiKeySource", options_.api_key.empty() ? "none" : "ANTHROPIC_API_KEY"}});
  }

  void say_retry(const Failure& failure, int attempt, milliseconds delay) {
    line({{"type", "system"},
          {"subtype", "api_retry"},
          {"attempt", attempt},
          {"max_retries", options_.max_retries},
          {"retry_delay_ms", delay.count()},
          {"error_status", failure.status ? json::value(*failure.status) : json::value(nullptr)},
          {"error", error_word(failure)}});
  }

  void say_answer(const Reply& reply) {
    line({{"type", "assistant"},
          {"message", message(reply.id, reply.model, reply.text, reply.usage)},
          {"parent_tool_use_id", nullptr}});
  }

  void say_success(const Reply& reply) {
    auto result = result_line(false, reply.text, reply.usage);
    result["stop_reason"] = reply.stop_reason;
    line(std::move(result));
  }

  void say_failure(const Failure& failure) {
    const auto text = sentence(failure);
    json::object synthetic{{"type", "assistant"},
                           {"message", message(random_uuid(), "<synthetic>", text, no_tokens())},
                           {"parent_tool_use_id", nullptr},
                           {"error", error_word(failure)},
                           {"is_api_error_message", true}};
    line(std::move(synthetic));
    auto result = result_line(true, text, failure.usage.empty() ? no_tokens() : failure.usage);
    result["terminal_reason"] = "api_error";
    result["api_error_status"] = failure.status ? json::value(*failure.status) : json::value(nullptr);
    if (!failure.type.empty() && failure.kind == FailureKind::refused)
      result["api_error_type"] = failure.type;
    if (failure.kind == FailureKind::stream_cut || failure.kind == FailureKind::unreachable)
      result["api_error"] = "connection_failed";
    line(std::move(result));
  }

 private:
  static json::object no_tokens() { return {{"input_tokens", 0}, {"output_tokens", 0}}; }

  static json::object message(std::string_view id, std::string_view model, std::string_view text,
                              const json::object& usage) {
    return {{"id", id},
            {"type", "message"},
            {"role", "assistant"},
            {"model", model},
            {"content", json::array{json::object{{"type", "text"}, {"text", text}}}},
            {"usage", usage}};
  }

  [[nodiscard]] json::object result_line(bool is_error, std::string_view text,
                                         const json::object& usage) const {
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - began_).count();
    return {{"type", "result"},    {"subtype", "success"}, {"is_error", is_error},
            {"duration_ms", took}, {"num_turns", 1},       {"result", text},
            {"total_cost_usd", 0}, {"usage", usage},       {"permission_denials", json::array{}}};
  }

  void line(json::object fields) {
    fields["session_id"] = id_;
    fields["uuid"] = random_uuid();
    write_(json::serialize(fields));
  }

  const AgentOptions& options_;
  const std::function<void(std::string_view)>& write_;
  Clock::time_point began_{Clock::now()};
  std::string id_{random_uuid()};
};

milliseconds pause_before(int attempt, const Failure& failure, const AgentOptions& options) {
  const auto own = options.backoff * (1 << (attempt - 1));
  if (!failure.retry_after_s) return std::min(own, longest_pause);
  return milliseconds{static_cast<std::int64_t>(std::clamp(*failure.retry_after_s, 0.0, 2.0) * 1000)};
}

}  // namespace

int run_agent(const AgentOptions& options, std::string_view prompt,
              const std::function<void(std::string_view line)>& write) {
  Session session(options, write);
  session.say_init();
  auto reply = call_messages(options, prompt);
  for (int attempt = 1; attempt <= options.max_retries && !reply && is_worth_a_retry(reply.error());
       ++attempt) {
    const auto pause = pause_before(attempt, reply.error(), options);
    session.say_retry(reply.error(), attempt, pause);
    std::this_thread::sleep_for(pause);
    reply = call_messages(options, prompt);
  }
  if (!reply) {
    session.say_failure(reply.error());
    return 1;
  }
  session.say_answer(*reply);
  std::this_thread::sleep_for(options.work);
  session.say_success(*reply);
  return 0;
}

}  // namespace understudy::daemon::demo
