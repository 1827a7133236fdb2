#include "http/locality.hpp"

#include <algorithm>
#include <array>

#include "http/authority.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

/// Proxies, tunnels and content delivery networks name the client, the original request or themselves in
/// fields of many names, but made of few words.
constexpr std::array words = std::to_array<std::string_view>(
    {"via",   "forward",  "forwarded", "proxy",    "proxied",  "proxyuser",   "remote",   "real",
     "orig",  "original", "rewrite",   "upstream", "backend",  "originating", "ip",       "ipv4",
     "ipv6",  "realip",   "clientip",  "sourceip", "socketip", "remoteip",    "userip",   "addr",
     "host",  "scheme",   "https",     "ssl",      "cert",     "peer",        "viewer",   "cdn",
     "edge",  "tunnel",   "ngrok",     "varnish",  "haproxy",  "traefik",     "envoy",    "nginx",
     "caddy", "lb",       "openresty", "sucuri",   "akamai",   "webauth",     "authentik"});
/// Fields of a vendor begin with its name.
constexpr std::array prefixes = std::to_array<std::string_view>(
    {"cf-", "fly-", "x-nf-", "x-amz", "x-arr-", "fastly-", "x-azure-", "x-goog-", "x-cloud", "x-vercel-",
     "tailscale-", "cloudfront-", "x-appengine-", "x-auth-request-"});

/// Fields that clients send by themselves; most requests have no others, and are checked without a copy.
constexpr std::array<std::string_view, 18> ordinary{"host",           "accept",
                                                    "cookie",         "origin",
                                                    "referer",        "connection",
                                                    "user-agent",     "content-type",
                                                    "content-length", "accept-encoding",
                                                    "authorization",  "accept-language",
                                                    "cache-control",  "idempotency-key",
                                                    "if-match",       "if-none-match",
                                                    "last-event-id",  "x-understudy-session"};

bool has_word(std::string_view name) {
  for (;;) {
    const auto end = name.find('-');
    if (std::ranges::find(words, name.substr(0, end)) != words.end()) return true;
    if (end == name.npos) return false;
    name.remove_prefix(end + 1);
  }
}

bool shows_a_proxy(std::string_view field) {
  if (std::ranges::any_of(ordinary, [&](auto name) { return iequals(name, field); })) return false;
  auto name = to_lower(field);
  std::ranges::replace(name, '_', '-');  // as CGI and careless proxies write it
  return has_word(name) ||
         std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

}  // namespace

bool is_local(const Request& request) {
  if (!is_loopback(request.local_address) || !is_loopback(request.peer)) return false;
  if (const auto text = request.headers.get("Host")) {
    const auto host = parse_authority(*text);
    if (!host || !is_loopback(host->host)) return false;
    // nginx's default for upstreams; clients of today speak 1.1.
    if (request.is_http_1_0) return false;
  }
  return std::ranges::none_of(request.headers.pairs(),
                              [](const auto& field) { return shows_a_proxy(field.first); });
}

}  // namespace understudy::daemon::http
