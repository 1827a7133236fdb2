#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/authority.hpp"
#include "http/router.hpp"
#include "http/types.hpp"

namespace understudy::daemon::http {

struct GateOptions {
  std::string operator_token{};
  std::string store_token{};                   // empty: there is none
  bool reads_need_token{false};                // service.auth.reads == "token"
  bool store_needs_token{false};               // service.auth.store == "token"
  std::string listen_host{"127.0.0.1"};        // as configured; beyond loopback everything wants a token
  std::uint16_t listen_port{0};                // as bound
  std::vector<std::string> allowed_origins{};  // "https://ops.example", or "*"
  std::vector<std::string> allowed_hosts{};    // "ops.example" or "ops.example:8787"
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

/// Who may do what: tokens, login sessions, Host and Origin. Reads time from Request::received_at only.
class Gate {
 public:
  explicit Gate(GateOptions options);
  ~Gate();

  /// The port is known after binding, the rest after a reload; sessions stay unless the operator token
  /// changed.
  void configure(GateOptions options);

  /// Host and Origin: nothing when fine, else a 403.
  [[nodiscard]] std::optional<Refusal> check_origin(const Request& request) const;
  /// Sets is_operator and is_store_client from Authorization, cookie and path token.
  void identify(Request& request);
  /// After identify: nothing when fine, else a 401.
  [[nodiscard]] std::optional<Refusal> check_access(const Request& request, Access access) const;

  /// The answer to an OPTIONS preflight from an allowed origin; nothing when it is no preflight.
  [[nodiscard]] std::optional<Response> preflight(const Request& request, std::string_view allow) const;
  /// Adds CORS fields for an allowed origin.
  void add_cors(const Request& request, Response& response) const;

  /// POST /session {"token"}: 204 and a cookie, 401, or 429 with Retry-After.
  [[nodiscard]] Response log_in(Request& request);
  /// DELETE /session: 204, also when there was none.
  [[nodiscard]] Response log_out(Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// POST, GET and DELETE /session. GET answers {"operator": bool} for the dashboard.
void add_session_routes(Router& router, Gate& gate);

}  // namespace understudy::daemon::http
