#include "app/doctor.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <ctime>
#include <map>

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
  return {Level::unknown, "clock", "no provider told the time to compare with", ""};
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

std::vector<Finding> judge_daemon_keys(const std::expected<std::string, std::string>& providers) {
  const auto unknown = [](const std::string& why) {
    return std::vector{Finding{Level::unknown, "keys", "those of the running daemon: " + why, ""}};
  };
  if (!providers) return unknown(providers.error());
  boost::system::error_code error;
  const auto listed = boost::json::parse(*providers, error);
  if (error || !listed.is_array()) return unknown("its GET /providers cannot be read");
  std::map<std::string, std::string> reasons;
  for (const auto& provider : listed.get_array())
    for (const auto* part : {"/accounts", "/models"}) {
      const auto* name = provider.find_pointer("/name", error);
      const auto* entries = provider.find_pointer(part, error);
      if (name == nullptr || !name->is_string() || entries == nullptr || !entries->is_array()) continue;
      for (const auto& entry : entries->get_array()) {
        const auto* state = entry.find_pointer("/health/state", error);
        if (state == nullptr || *state != "unconfigured") continue;
        const auto* reason = entry.find_pointer("/health/reason", error);
        reasons.try_emplace(name->get_string().c_str(),
                            reason != nullptr && reason->is_string() ? reason->get_string().c_str() : "");
      }
    }
  std::vector<Finding> findings;
  for (const auto& [name, reason] : reasons)
    findings.push_back(
        {Level::bad, "keys",
         fmt::format("{}: the running daemon has no key{}{}", name, reason.empty() ? "" : ": ", reason),
         "set it where understudyd is started and restart it, or write it to a file that api_key_file "
         "names"});
  if (findings.empty())
    findings.push_back({Level::good, "keys", "the running daemon has one for every tier, or needs none", ""});
  return findings;
}

Directory look_at_directory(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return errno == ENOENT || errno == ENOTDIR ? Directory::missing : Directory::hidden;
  if (!S_ISDIR(status.st_mode)) return Directory::no_directory;
  if (::access(path.c_str(), X_OK) != 0) return Directory::closed;
  return ::access(path.c_str(), W_OK) == 0 ? Directory::usable : Directory::read_only;
}

std::vector<Finding> judge_directories(const config::Config& config,
                                       const std::function<Directory(const std::string& path)>& look) {
  std::vector<Finding> findings;
  bool has_any = false;
  const auto judge = [&](const std::string& type, const std::string& key, const std::string& path,
                         bool is_workdir) {
    has_any = true;
    const auto add = [&](Level level, std::string_view says, std::string mend) {
      findings.push_back({level, "directories",
                          fmt::format("/agent_types/{}/container/{}: {} {}", type, key, path, says),
                          std::move(mend)});
    };
    const std::string rights = "give the daemon's user rights there, or name another";
    switch (look(path)) {
      case Directory::missing:
        return add(Level::bad, "does not exist",
                   "make it, with rights for the daemon's user, or name another");
      case Directory::hidden:
        return add(Level::unknown, "cannot be seen by this user", "run this as the daemon's user");
      case Directory::no_directory:
        if (is_workdir) add(Level::bad, "is not a directory", "name another");
        return;
      case Directory::closed:
        if (is_workdir) add(Level::bad, "cannot be entered by this user", rights);
        return;
      case Directory::read_only:
        if (is_workdir)
          add(Level::warning, "cannot be written by this user: agents can only read there", rights);
        return;
      case Directory::usable: return;
    }
  };
  for (const auto& [name, type] : config.agent_types) {
    const auto& from = type.container;
    // A work directory of mode docker is in the image.
    if (from.mode != config::Mode::docker && !from.workdir.empty())
      judge(name, "workdir", from.workdir, true);
    for (std::size_t i = 0; i < from.mounts.size(); ++i)
      judge(name, fmt::format("mounts/{}/source", i), from.mounts[i].source, false);
  }
  if (has_any && findings.empty())
    findings.push_back({Level::good, "directories", "agents' own are there and can be written", ""});
  return findings;
}

std::string render(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& [level, what, says, mend] : findings) {
    constexpr std::array marks{"ok  ", "?   ", "warn", "BAD "};
    const auto* mark = marks[static_cast<std::size_t>(level)];
    out += fmt::format("{}  {:<13} {}\n", mark, what, says);
    if (!mend.empty()) out += fmt::format("      {:<13} → {}\n", "", mend);
  }
  return out;
}

int status_of(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& one) { return one.level == Level::bad; }) ? 1 : 0;
}

}  // namespace understudy::daemon::app
