#pragma once
#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "demo/agent_command.hpp"

/// What a provider said to one call of the Messages API.
namespace understudy::daemon::demo {

struct Reply {
  std::string id{};
  std::string model{};
  std::string text{};
  std::string stop_reason{};
  boost::json::object usage{};
};

enum class FailureKind {
  refused,       ///< an error status; `status`, `type` and `message` are the provider's
  unreachable,   ///< no answer at all: `message` is the cause, "ECONNREFUSED"
  timed_out,     ///< no answer in time
  stream_error,  ///< the stream began and the provider ended it with an error
  stream_cut,    ///< the stream began and the connection was lost
  malformed,     ///< a 200 without a message
};

struct Failure {
  FailureKind kind{FailureKind::unreachable};
  std::optional<int> status{};
  std::string type{};
  std::string message{};
  std::optional<double> retry_after_s{};
  boost::json::object usage{};  ///< what a stream that broke had already said
};

/// A server-sent stream of message events. `whole` tells whether the connection ended as it should.
[[nodiscard]] std::expected<Reply, Failure> read_stream(std::string_view text, bool whole);

/// A message as one JSON object.
[[nodiscard]] std::expected<Reply, Failure> read_message(std::string_view text);

/// The error shapes of Anthropic and OpenAI, or plain text.
[[nodiscard]] Failure read_refusal(int status, std::string_view body);

/// One streamed POST <base_url>/v1/messages; blocks the calling thread.
[[nodiscard]] std::expected<Reply, Failure> call_messages(const AgentOptions& options,
                                                          std::string_view prompt);

}  // namespace understudy::daemon::demo
