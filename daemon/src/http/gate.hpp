#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/authority.hpp"
#include "http/named_tokens.hpp"
#include "http/router.hpp"
#include "http/types.hpp"

namespace understudy::daemon::http {

struct GateOptions {
  std::string operator_token{};
  std::string store_token{};                                 // empty: there is none
  bool reads_need_token{false};                              // service.auth.reads == "token"
  bool store_needs_token{false};                             // service.auth.store == "token"
  std::string listen_host{"127.0.0.1"};                      // as configured: one of our own names
  std::uint16_t listen_port{0};                              // as bound
  std::vector<std::string> allowed_origins{};                // "https://ops.example", or "*"
  std::vector<std::string> allowed_hosts{};                  // "ops.example" or "ops.example:8787"
  std::chrono::seconds session_ttl{std::chrono::hours{12}};  // since its last use
  std::size_t max_sessions{1000};
  int login_failures_per_peer{5};   // a minute
  int login_failures_in_total{60};  // a minute
};

/// Why a request is refused; the site renders it.
struct Refusal {
  int status{403};
  std::string detail{};
};

/// Access control: tokens, login sessions, Host and Origin. Judges each request by its connection, not by the
/// configuration: the socket may be inherited, and a proxy may be in front.
class Gate {
 public:
  explicit Gate(GateOptions options);
  ~Gate();

  /// Called after binding, when the port is known, and after a reload; the operator's sessions stay unless
  /// the operator token changed.
  void configure(GateOptions options);

  /// Checks Host and Origin: nothing when fine, else a 403.
  [[nodiscard]] std::optional<Refusal> check_origin(const Request& request) const;
  /// Fills in the caller from Authorization, the session's cookie and header, and the path's token.
  void authenticate(Request& request);
  /// After authenticate: nothing when fine, else a 401, or a 403 for a viewer.
  [[nodiscard]] std::optional<Refusal> authorize(const Request& request, Access access,
                                                 bool changes = false) const;
  /// Whether the Request::grant of an earlier request is still valid: streams may outlast a revocation.
  [[nodiscard]] bool is_current(std::string_view grant) const;

  /// The answer to an OPTIONS preflight from an allowed origin; nothing when it is not a preflight.
  [[nodiscard]] std::optional<Response> preflight(const Request& request, std::string_view allow) const;
  /// Adds CORS fields for an allowed origin.
  void add_cors(const Request& request, Response& response) const;

  [[nodiscard]] NamedTokens& tokens();
  /// Removes a named token and ends the sessions begun with it.
  bool revoke(std::string_view token_id);

  /// POST /session {"token"}: a cookie and {"secret", "role", "name"}, 401, or 429 with Retry-After.
  [[nodiscard]] Response log_in(Request& request);
  /// DELETE /session: 204, also when there was none.
  [[nodiscard]] Response log_out(Request& request);
  /// GET /session: the caller's role and name.
  [[nodiscard]] Response who_am_i(const Request& request) const;

  /// For the expiry of tokens, in Unix milliseconds.
  std::function<std::int64_t()> wall_ms;
  /// A named token was used, and that should be saved.
  std::function<void(const std::string& id, std::int64_t at_ms)> on_token_used{};
  /// A new secret, to be redacted from now on.
  std::function<void(const std::string& secret)> on_secret{};

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The header with a session's secret, beside the cookie with its id.
inline constexpr std::string_view session_header = "X-Understudy-Session";

/// POST, GET and DELETE /session.
void add_session_routes(Router& router, Gate& gate);

}  // namespace understudy::daemon::http
