#include "http/nearness.hpp"

#include <algorithm>
#include <array>

#include "http/authority.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

/// Proxies, tunnels and content networks name the client or themselves in one of these.
constexpr std::array<std::string_view, 18> prefixes{
    "x-forwarded", "cf-",           "x-envoy-",    "x-appengine-", "x-vercel-", "tailscale-",
    "fastly-",     "x-cloudfront-", "cloudfront-", "x-azure-",     "x-goog-",   "x-amz",
    "akamai-",     "x-akamai-",     "fly-",        "x-nf-",        "x-sucuri-", "x-proxyuser-"};
constexpr std::array<std::string_view, 12> endings{"-forwarded-for", "-forwarded-proto", "-forwarded-host",
                                                   "-client-ip",     "-clientip",        "-real-ip",
                                                   "-connecting-ip", "-remote-ip",       "-remote-addr",
                                                   "-original-host", "-original-url",    "-rewrite-url"};
constexpr std::array<std::string_view, 10> names{
    "forwarded",        "via",    "client-ip", "remote-ip",      "real-ip", "cdn-loop",
    "proxy-connection", "x-host", "x-scheme",  "front-end-https"};

/// What clients send by themselves; most requests have nothing else, and are looked at without a copy.
constexpr std::array<std::string_view, 18> ordinary{"host",           "accept",
                                                    "cookie",         "origin",
                                                    "referer",        "connection",
                                                    "user-agent",     "content-type",
                                                    "content-length", "accept-encoding",
                                                    "authorization",  "accept-language",
                                                    "cache-control",  "idempotency-key",
                                                    "if-match",       "if-none-match",
                                                    "last-event-id",  "x-understudy-session"};

bool says_it_was_passed_on(std::string_view field) {
  if (std::ranges::any_of(ordinary, [&](auto name) { return same_ignoring_case(name, field); })) return false;
  const auto name = to_lower(field);
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); }) ||
         std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); }) ||
         std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_from_here(const Request& request) {
  if (!is_loopback(request.local_address) || !is_loopback(request.peer)) return false;
  if (const auto text = request.headers.get("Host")) {
    const auto host = parse_authority(*text);
    if (!host || !is_loopback(host->host)) return false;
    // As nginx passes a request on that was told nothing else; clients of our own time speak 1.1.
    if (request.is_http_1_0) return false;
  }
  return std::ranges::none_of(request.headers.pairs(),
                              [](const auto& field) { return says_it_was_passed_on(field.first); });
}

}  // namespace understudy::daemon::http
