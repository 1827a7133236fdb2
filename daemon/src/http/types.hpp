#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "files/descriptor.hpp"

/// What handlers see of HTTP: plain values, no Beast.
namespace understudy::daemon::http {

/// `other` is any method without routes; it is answered with a 405.
enum class Method { get, head, post, put, patch, delete_, options, other };

[[nodiscard]] std::string_view to_string(Method method);  // as on the request line
[[nodiscard]] Method parse_method(std::string_view text);
/// RFC 9110, 9.2.1: asks for nothing to be changed.
[[nodiscard]] constexpr bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

/// Name and value pairs in the order they came; a name may occur more than once.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Header fields; names compare without regard to case.
class Headers {
 public:
  Headers() = default;
  explicit Headers(Pairs pairs) : pairs_(std::move(pairs)) {}

  /// The first value of that name; nothing when absent.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  void add(std::string_view name, std::string_view value) { pairs_.emplace_back(name, value); }
  void set(std::string_view name, std::string_view value);  // replaces every value of that name
  /// For list-valued fields: adds a token unless it is already there (`Vary: Accept, Origin`).
  void merge(std::string_view name, std::string_view token);
  [[nodiscard]] const Pairs& pairs() const { return pairs_; }

 private:
  Pairs pairs_;
};

/// The decoded query string; names compare exactly.
class Query {
 public:
  Query() = default;
  explicit Query(Pairs pairs) : pairs_(std::move(pairs)) {}

  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;  // the first
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] const Pairs& pairs() const { return pairs_; }

 private:
  Pairs pairs_;
};

struct Route;

struct Request {
  Method method{Method::get};
  std::string target{};      // as sent, without a /t/<token> prefix
  std::string path{};        // before the query, still percent-encoded
  std::string_view route{};  // the pattern that matched; lives as long as the router
  Pairs params{};            // captured segments, decoded
  Query query{};
  Headers headers{};
  std::string body{};
  std::string peer{};           // the client's IP address
  std::string local_address{};  // the IP address it reached us on
  std::string path_token{};     // from a /t/<token> prefix
  bool is_encrypted{false};     // it came over TLS
  bool is_operator{false};      // an operator's token or live session was presented
  bool is_viewer{false};        // a viewer's: reads everything, changes nothing
  bool is_store_client{false};  // a store token was presented
  bool is_http_1_0{false};
  std::string actor{"nobody"};    // who that is, for the audit log
  std::string grant{};            // the right that was used; see Gate::is_current()
  std::string subject{};          // what a change was about, where the path does not say it
  const Route* matched{nullptr};  // the route that matched
  std::chrono::steady_clock::time_point received_at{};
  /// True once nobody will read the answer: the client hung up (or closed its half), or the server stops.
  /// Long polls check it before they hand something out. Usable while the handler runs.
  std::function<bool()> abandoned{};

  /// Callers with any right are served before strangers.
  [[nodiscard]] bool is_trusted() const { return is_operator || is_viewer || is_store_client; }
  [[nodiscard]] bool may_read_agent_text() const { return is_operator || is_viewer; }
  /// The captured segment {name}; empty when the pattern has none of that name.
  [[nodiscard]] std::string_view param(std::string_view name) const;
};

/// Part of an open file as a body, read piece by piece while sending. The file may be renamed or replaced
/// meanwhile.
struct FileRange {
  std::shared_ptr<const files::Descriptor> file{};
  std::uint64_t offset{0};
  std::uint64_t length{0};
};

/// Where a streaming body goes. One write is one chunk on the wire; it returns when the kernel has taken it.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// False: the client is gone or too slow; the producer should return.
  [[nodiscard]] virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
};

/// A body of unknown length. The producer is cancelled (operation_aborted out of its co_await) when the
/// client hangs up or the server stops; what it returns or throws ends the body, never the process.
struct StreamBody {
  std::function<boost::asio::awaitable<void>(BodyWriter&)> produce{};
  bool is_finite{false};  // completed even when the server stops, as a part of it is worthless
};

using Body = std::variant<std::string, FileRange, StreamBody>;

struct Response {
  int status{200};
  Headers headers{};
  Body body{};
  /// Called once: with true when the kernel has taken the answer, with false when nobody will read it.
  std::function<void(bool)> sent{};
};

using Handler = std::function<boost::asio::awaitable<Response>(Request&)>;

/// A handler that never waits.
[[nodiscard]] Handler plain(std::function<Response(Request&)> handler);

}  // namespace understudy::daemon::http
