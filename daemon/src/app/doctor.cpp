#include "app/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace understudy::daemon::app {

using namespace std::chrono_literals;

Finding judge_provider(const std::string& name, const std::expected<Heard, std::string>& heard, bool with_key,
                       bool behind_proxy) {
  const auto finding = [&](Level level, std::string_view says, std::string mend) {
    return Finding{level, "providers", fmt::format("{}: {}", name, says), std::move(mend)};
  };
  if (!heard && behind_proxy)
    return finding(Level::warning, heard.error() + ", asked without the proxy",
                   "agents that go by HTTPS_PROXY may reach it all the same: try one");
  if (!heard)
    return finding(Level::bad, heard.error(),
                   fmt::format("check the network, the firewall, and /providers/{}/base_url", name));
  const auto status = heard->status;
  if (status == 401 && with_key)
    return finding(Level::bad, "refuses the key (401)",
                   fmt::format("replace the key that /providers/{} names", name));
  if (status == 403)
    return finding(Level::warning, "may not be asked for its models (403)",
                   "if tasks fail too, check what the key may do, and from where");
  if (status == 407 || status >= 500)
    return finding(Level::warning, fmt::format("answers {}", status),
                   "wait, or look at the provider's status page");
  if (status == 200 && with_key) return finding(Level::good, "answers, and takes the key", "");
  return finding(Level::good, fmt::format("answers ({})", status), "");
}

Finding judge_disk(const std::string& state_dir, std::uint64_t available) {
  constexpr std::uint64_t megabyte = 1'000'000;
  const auto says = available < 10'000 * megabyte
                        ? fmt::format("{} MB are free for {}", available / megabyte, state_dir)
                        : fmt::format("{} GB are free for {}", available / (1000 * megabyte), state_dir);
  const std::string mend = "make room, or name another --state-dir";
  if (available < 100 * megabyte) return {Level::bad, "disk", says, mend};
  if (available < 1000 * megabyte) return {Level::warning, "disk", says, mend};
  return {Level::good, "disk", says, ""};
}

std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

Finding judge_clock(std::chrono::sys_seconds now, const std::string& teller,
                    const std::optional<std::chrono::sys_seconds>& told, bool has_zones) {
  constexpr auto tolerated = 60s;
  if (told && std::chrono::abs(now - *told) > tolerated)
    return {Level::bad, "clock",
            fmt::format("it is {} s {} that of {}: limits end and certificates expire at other times",
                        std::chrono::abs(now - *told).count(), now > *told ? "ahead of" : "behind", teller),
            "set it: timedatectl set-ntp true"};
  if (!has_zones)
    return {Level::warning, "clock",
            "there is no time zone database: \"resets 3pm (Europe/Zagreb)\" is not understood",
            "apt-get install tzdata"};
  if (told) return {Level::good, "clock", "agrees with that of " + teller, ""};
  if (now < std::chrono::sys_days{std::chrono::year{2026} / 1 / 1})
    return {Level::bad, "clock", "it is before 2026", "set it: timedatectl set-ntp true"};
  return {Level::good, "clock", "no provider told the time to compare with", ""};
}

Finding judge_engine(const std::string& socket, const ports::EngineResult<std::string>& api_version) {
  if (api_version)
    return {Level::good, "engine", fmt::format("answers at {} (API {})", socket, *api_version), ""};
  const bool is_forbidden = api_version.error().kind == ports::EngineErrorKind::permission;
  return {Level::bad, "engine", api_version.error().message,
          is_forbidden
              ? "let understudyd's user into the group that owns the socket: usermod -aG docker USER"
              : "start the engine, or name its socket in service.runtimes.docker.host or DOCKER_HOST"};
}

std::string render(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& [level, what, says, mend] : findings) {
    const auto* mark = level == Level::good ? "ok  " : level == Level::warning ? "warn" : "BAD ";
    out += fmt::format("{}  {:<13} {}\n", mark, what, says);
    if (!mend.empty()) out += fmt::format("      {:<13} → {}\n", "", mend);
  }
  return out;
}

int status_of(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& one) { return one.level == Level::bad; }) ? 1 : 0;
}

}  // namespace understudy::daemon::app
