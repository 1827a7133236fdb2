#include "http/gate.hpp"

#include <fmt/format.h>

#include <boost/json/value.hpp>

#include "http/locality.hpp"
#include "http/login_sessions.hpp"
#include "http/operator_token.hpp"
#include "http/respond.hpp"
#include "http/text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::http {
namespace {

enum class OriginKind { none, own, allowed, anyone, foreign };  // what the Origin header says

constexpr std::string_view upstream_methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
constexpr std::string_view exposed = "ETag, Event-Seq, Location, Retry-After, Content-Range, Accept-Ranges";

bool is_upstream(const Request& request) {
  return request.path.starts_with("/v1/");
}

std::string_view bearer(const Request& request) {
  const auto value = request.headers.get("Authorization").value_or("");
  const auto space = value.find(' ');
  if (space == std::string_view::npos || !iequals(value.substr(0, space), "Bearer")) return {};
  return trim(value.substr(space + 1));
}

/// As in a Host field: IPv4 mapped into IPv6 is IPv4, and there is no zone.
std::string bare(std::string_view address) {
  if (address.starts_with("::ffff:")) address.remove_prefix(7);
  return to_lower(address.substr(0, address.find('%')));
}

/// Grants name their kind and id, so that a new token does not restore a revoked grant.
constexpr std::string_view operator_grant = "operator:";
constexpr std::string_view token_grant = "token:";
constexpr std::string_view session_grant = "login:";

std::string without_slash(std::string_view origin) {
  if (origin.ends_with('/')) origin.remove_suffix(1);
  return to_lower(origin);
}

}  // namespace

struct Gate::Impl {
  GateOptions options{};
  LoginSessions sessions{};
  NamedTokens tokens{};
  LoginRateLimiter login_limiter{};
  int operator_tokens{0};  // how many there have been

  bool own_host(const HostPort& host, const Request& request) const {
    if (is_loopback(host.host)) return true;
    if (!request.local_address.empty() && host.host == bare(request.local_address)) return true;
    if (host.host == to_lower(options.listen_host)) return true;
    for (const auto& entry : options.allowed_hosts) {
      const auto allowed = parse_authority(entry);
      if (allowed && allowed->host == host.host && (allowed->port == 0 || allowed->port == host.port))
        return true;
    }
    return false;
  }

  bool is_listed(std::string_view origin) const {
    for (const auto& entry : options.allowed_origins)
      if (without_slash(entry) == without_slash(origin)) return true;
    return false;
  }

  OriginKind origin_kind(const Request& request) const {
    const auto text = request.headers.get("Origin");
    if (!text) return OriginKind::none;
    const auto origin = parse_origin(*text);
    const auto host = parse_authority(request.headers.get("Host").value_or(""));
    if (origin && host) {
      const auto host_port = host->port != 0 ? host->port : origin->scheme == "http" ? 80 : 443;
      if (origin->at.host == host->host && origin->at.port == host_port) return OriginKind::own;
    }
    if (is_listed(*text)) return OriginKind::allowed;
    // localhost, 127.0.0.1 and [::1] are other origins to a browser, but the same dashboard.
    if (origin && is_loopback(origin->at.host) && origin->at.port == options.listen_port)
      return OriginKind::allowed;
    return is_listed("*") ? OriginKind::anyone : OriginKind::foreign;
  }

  std::string cookie_name() const { return "understudy_" + std::to_string(options.listen_port); }

  std::string_view session_id(const Request& request) const {
    std::string_view id;
    const std::string name = cookie_name();
    any_item(request.headers.get("Cookie").value_or(""), ';', [&](std::string_view item) {
      if (!item.starts_with(name) || item.substr(name.size(), 1) != "=") return false;
      id = item.substr(name.size() + 1);
      return true;
    });
    return id;
  }

  static void take_role(Request& request, const NamedToken& token) {
    request.is_operator = token.role == Role::operator_;
    request.is_viewer = token.role == Role::viewer;
    request.is_store_client = token.role != Role::viewer;
    request.actor = fmt::format("{} ({})", token.name, token.id);
  }

  void take_operator(Request& request) const {
    request.is_operator = request.is_store_client = true;
    request.actor = "operator";
    request.grant = std::string(operator_grant) + std::to_string(operator_tokens);
  }

  std::string cookie(const Request& request, std::string_view id, std::chrono::seconds age) const {
    const bool secure =
        request.is_encrypted || request.headers.get("Origin").value_or("").starts_with("https:");
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", cookie_name(), id,
                       age.count(), secure ? "; Secure" : "");
  }
};

Gate::Gate(GateOptions options)
    : wall_ms([] {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
      }),
      impl_(std::make_unique<Impl>()) {
  configure(std::move(options));
}
Gate::~Gate() = default;

void Gate::configure(GateOptions options) {
  if (options.operator_token != impl_->options.operator_token) {
    impl_->sessions.end_all_of("");
    ++impl_->operator_tokens;
  }
  impl_->sessions.configure(options.session_ttl, options.max_sessions);
  impl_->login_limiter.configure(options.login_failures_per_peer, options.login_failures_in_total);
  impl_->options = std::move(options);
}

std::optional<Refusal> Gate::check_origin(const Request& request) const {
  if (const auto text = request.headers.get("Host")) {
    const auto host = parse_authority(*text);
    if (!host || !impl_->own_host(*host, request))
      return Refusal{
          403, fmt::format("The host '{}' is not this daemon's; service.allowed_hosts can name it.", *text)};
  }
  if (impl_->origin_kind(request) != OriginKind::foreign) return std::nullopt;
  // Upstream's server answers reads of any origin; without CORS fields the browser withholds the answer.
  if (is_upstream(request) && is_safe(request.method)) return std::nullopt;
  return Refusal{403,
                 fmt::format("The origin '{}' may not call this daemon; service.allowed_origins can name it.",
                             *request.headers.get("Origin"))};
}

void Gate::authenticate(Request& request) {
  const auto& options = impl_->options;
  const auto token = bearer(request);
  if (constant_time_equal(options.operator_token, token)) return impl_->take_operator(request);
  if (constant_time_equal(options.store_token, token) ||
      constant_time_equal(options.store_token, request.path_token)) {
    request.is_store_client = true;
    request.actor = "store";
    return;
  }
  const auto now = wall_ms();
  const auto* named = impl_->tokens.find_by_value(token, now);
  if (named == nullptr) {
    // URLs are logged on the way: only a store's token is accepted in one.
    named = impl_->tokens.find_by_value(request.path_token, now);
    if (named != nullptr && named->role != Role::store) named = nullptr;
  }
  if (named != nullptr) {
    Impl::take_role(request, *named);
    request.grant = std::string(token_grant) + named->id;
    if (impl_->tokens.record_use(named->id, now) && on_token_used) on_token_used(named->id, now);
    return;
  }
  const auto kind = impl_->origin_kind(request);
  if (kind == OriginKind::anyone || kind == OriginKind::foreign) return;
  const auto id = impl_->session_id(request);
  const auto secret = request.headers.get(session_header).value_or("");
  const auto* session = id.empty() ? nullptr : impl_->sessions.renew(id, secret, request.received_at);
  if (session == nullptr) return;
  if (session->token_id.empty()) {
    impl_->take_operator(request);
  } else if (const auto* begun_with = impl_->tokens.find_by_id(session->token_id, now)) {
    Impl::take_role(request, *begun_with);
  } else {
    return impl_->sessions.end(id);
  }
  request.grant = std::string(session_grant) + std::string(id);
}

std::optional<Refusal> Gate::authorize(const Request& request, Access access, bool changes) const {
  const auto& options = impl_->options;
  if (access == Access::open || request.is_operator) return std::nullopt;
  if (request.is_viewer) {
    if (!changes) return std::nullopt;
    return Refusal{403,
                   "A viewer reads everything and changes nothing; this call wants an operator's token."};
  }
  const auto allowed = [&] {
    switch (access) {
      case Access::open: return true;
      case Access::read: return !options.reads_need_token && is_local(request);
      case Access::store: return request.is_store_client || (!options.store_needs_token && is_local(request));
      case Access::operator_: return false;
    }
    return false;
  }();
  if (allowed) return std::nullopt;
  const std::string_view whose = access == Access::store ? "the store's or the operator's" : "the operator's";
  return Refusal{401,
                 fmt::format("This call wants {} token; `understudyd token` prints the operator's.", whose)};
}

bool Gate::is_current(std::string_view grant) const {
  const auto after = [&](std::string_view kind) { return grant.substr(kind.size()); };
  if (grant.starts_with(operator_grant))
    return after(operator_grant) == std::to_string(impl_->operator_tokens);
  if (grant.starts_with(token_grant))
    return impl_->tokens.find_by_id(after(token_grant), wall_ms()) != nullptr;
  if (grant.starts_with(session_grant)) return impl_->sessions.has(after(session_grant));
  return true;  // nobody's: nothing to revoke
}

NamedTokens& Gate::tokens() {
  return impl_->tokens;
}

bool Gate::revoke(std::string_view token_id) {
  impl_->sessions.end_all_of(token_id);
  return impl_->tokens.remove(token_id);
}

std::optional<Response> Gate::preflight(const Request& request, std::string_view allow) const {
  if (request.method != Method::options || !request.headers.get("Origin") ||
      !request.headers.get("Access-Control-Request-Method"))
    return std::nullopt;
  const bool upstream = is_upstream(request);
  if (impl_->origin_kind(request) == OriginKind::foreign) return text(400, "Disallowed CORS origin");
  auto response = upstream ? text(200, "OK") : empty();
  response.headers.set("Access-Control-Allow-Methods", upstream ? upstream_methods : allow);
  response.headers.set("Access-Control-Max-Age", "600");
  if (const auto wanted = request.headers.get("Access-Control-Request-Headers"))
    response.headers.set("Access-Control-Allow-Headers", *wanted);
  return response;
}

void Gate::add_cors(const Request& request, Response& response) const {
  if (!impl_->options.allowed_origins.empty()) response.headers.merge("Vary", "Origin");
  const auto kind = impl_->origin_kind(request);
  if (kind != OriginKind::allowed && kind != OriginKind::anyone) return;
  const auto origin = *request.headers.get("Origin");
  const bool echoed = kind == OriginKind::allowed || request.method == Method::options;
  response.headers.merge("Vary", "Origin");
  response.headers.set("Access-Control-Allow-Origin", echoed ? origin : "*");
  if (kind == OriginKind::allowed) response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", is_upstream(request) ? "*" : exposed);
}

Response Gate::log_in(Request& request) {
  const auto now = request.received_at;
  const auto body = parse_json_body(request);
  if (!body) return body.error();
  const auto* object = body->if_object();
  const auto* token = object != nullptr ? object->if_contains("token") : nullptr;
  if (token == nullptr || !token->is_string())
    return problem(400, "The body must be {\"token\": \"…\"}.", {{"/token", "must be a string"}});
  const std::string_view presented(token->get_string().data(), token->get_string().size());
  const bool is_operators = constant_time_equal(impl_->options.operator_token, presented);
  const auto* named = is_operators ? nullptr : impl_->tokens.find_by_value(presented, wall_ms());
  // A right token is never refused because of others' wrong ones.
  if (!is_operators && (named == nullptr || named->role == Role::store)) {
    if (const auto wait = impl_->login_limiter.retry_after(request.peer, now)) {
      auto refusal = problem(429, "Too many wrong tokens; try again later.");
      refusal.headers.set("Retry-After", std::to_string(wait->count()));
      return refusal;
    }
    impl_->login_limiter.record_failure(request.peer, now);
    return problem(401, "This is not an operator's or a viewer's token.");
  }
  const auto begun = impl_->sessions.begin(now, named != nullptr ? named->id : "");
  if (named == nullptr)
    impl_->take_operator(request);
  else
    Impl::take_role(request, *named);
  auto response = json(200, wire::ObjectText{}
                                .text("secret", begun.secret)
                                .text("role", named == nullptr ? "operator" : to_string(named->role))
                                .text("name", named == nullptr ? "operator" : named->name)
                                .done());
  response.headers.set("Set-Cookie", impl_->cookie(request, begun.id, impl_->options.session_ttl));
  return response;
}

Response Gate::log_out(Request& request) {
  // The cookie alone is sent by somebody else's page: the session stays.
  const auto id = impl_->session_id(request);
  if (request.grant == std::string(session_grant) + std::string(id)) impl_->sessions.end(id);
  auto response = empty();
  response.headers.set("Set-Cookie", impl_->cookie(request, "", std::chrono::seconds{0}));
  return response;
}

Response Gate::who_am_i(const Request& request) const {
  const std::string_view role = request.is_operator       ? "operator"
                                : request.is_viewer       ? "viewer"
                                : request.is_store_client ? "store"
                                                          : "none";
  wire::ObjectText who;
  who.flag("operator", request.is_operator).text("role", role);
  if (role != "none") who.text("name", request.actor);
  return json(200, std::move(who).done());
}

void add_session_routes(Router& router, Gate& gate) {
  constexpr std::size_t max_body = 4096;
  router.add({Method::post, "/session", Access::open,
              plain([&gate](Request& request) { return gate.log_in(request); }), max_body});
  router.add({Method::delete_, "/session", Access::open,
              plain([&gate](Request& request) { return gate.log_out(request); }), max_body});
  router.add({Method::get, "/session", Access::open,
              plain([&gate](Request& request) { return gate.who_am_i(request); })});
}

}  // namespace understudy::daemon::http
