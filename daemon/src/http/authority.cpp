#include "http/authority.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "http/text.hpp"
#include "text/number.hpp"

namespace understudy::daemon::http {
namespace {

bool is_address(int family, const std::string& host) {
  in6_addr address{};  // has room for either
  return ::inet_pton(family, host.c_str(), &address) == 1;
}

}  // namespace

std::optional<HostPort> parse_authority(std::string_view text) {
  if (text.empty() || text.find_first_of("@/?# \t,") != std::string_view::npos) return std::nullopt;
  HostPort result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    result.host = to_lower(text.substr(1, end - 1));
    if (!is_address(AF_INET6, result.host)) return std::nullopt;
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    result.host = to_lower(text.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    while (result.host.size() > 1 && result.host.ends_with('.')) result.host.pop_back();
  }
  if (result.host.empty()) return std::nullopt;
  if (rest.empty()) return result;
  const auto port = rest.starts_with(':') ? text::parse_number<std::uint16_t>(rest.substr(1)) : std::nullopt;
  if (!port) return std::nullopt;
  result.port = *port;
  return result;
}

std::expected<HostPort, std::string> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  auto parsed = parse_authority(text);
  const bool has_port = colon != std::string_view::npos && !text.ends_with(']');
  if (!parsed || !has_port)
    return std::unexpected(fmt::format("'{}' is not ADDRESS:PORT, as in 127.0.0.1:8787", text));
  return *parsed;
}

bool is_loopback(std::string_view host) {
  const std::string name = to_lower(host);
  if (name == "localhost" || name == "::1") return true;
  if (name.starts_with("::ffff:")) return is_loopback(std::string_view(name).substr(7));
  return name.starts_with("127.") && is_address(AF_INET, name);
}

std::optional<Origin> parse_origin(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  Origin origin;
  origin.scheme = to_lower(text.substr(0, mark));
  if (origin.scheme != "http" && origin.scheme != "https") return std::nullopt;
  const auto at = parse_authority(text.substr(mark + 3));
  if (!at) return std::nullopt;
  origin.at = *at;
  if (origin.at.port == 0) origin.at.port = origin.scheme == "http" ? 80 : 443;
  return origin;
}

}  // namespace understudy::daemon::http
