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

/// Why a request may not pass; the site dresses it as an answer.
struct Refusal {
  int status{403};
  std::string detail{};
};

/// Who may do what: tokens, login sessions, Host and Origin. It judges each request by its own connection,
/// not by what is configured: a socket may have been handed to us, and a proxy may stand before us.
class Gate {
 public:
  explicit Gate(GateOptions options);
  ~Gate();

  /// The port is known after binding, the rest after a reload; the operator's sessions stay unless the
  /// operator token changed.
  void configure(GateOptions options);

  /// Host and Origin: nothing when fine, else a 403.
  [[nodiscard]] std::optional<Refusal> check_origin(const Request& request) const;
  /// Says who it is, from Authorization, the session's cookie and header, and the path's token.
  void authenticate(Request& request);
  /// After authenticate: nothing when fine, else a 401, or a 403 for who may only read.
  [[nodiscard]] std::optional<Refusal> authorize(const Request& request, Access access,
                                                 bool changes = false) const;
  /// Whether Request::grant of an earlier request is still good: for streams, which outlast a revocation.
  [[nodiscard]] bool is_current(std::string_view grant) const;

  /// The answer to an OPTIONS preflight from an allowed origin; nothing when it is no preflight.
  [[nodiscard]] std::optional<Response> preflight(const Request& request, std::string_view allow) const;
  /// Adds CORS fields for an allowed origin.
  void add_cors(const Request& request, Response& response) const;

  [[nodiscard]] NamedTokens& tokens();
  /// A named token is gone, and whoever signed in with it is out.
  bool revoke(std::string_view token_id);

  /// POST /session {"token"}: a cookie and {"secret", "role", "name"}, 401, or 429 with Retry-After.
  [[nodiscard]] Response log_in(Request& request);
  /// DELETE /session: 204, also when there was none.
  [[nodiscard]] Response log_out(Request& request);
  /// GET /session: who this is.
  [[nodiscard]] Response who_am_i(const Request& request) const;

  /// For the expiry of tokens, in Unix milliseconds.
  std::function<std::int64_t()> wall_ms;
  /// A named token was used, and it is worth writing down.
  std::function<void(const std::string& id, std::int64_t at_ms)> on_token_used{};
  /// Something that nobody is to see from now on.
  std::function<void(const std::string& secret)> on_secret{};

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The other half of a session, beside the cookie.
inline constexpr std::string_view session_header = "X-Understudy-Session";

/// POST, GET and DELETE /session.
void add_session_routes(Router& router, Gate& gate);

}  // namespace understudy::daemon::http
