// understudyd doctor: looks, and changes nothing.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <set>

#include "app/agent_commands.hpp"
#include "app/ask_daemon.hpp"
#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/limits.hpp"
#include "app/listening.hpp"
#include "app/provider_keys.hpp"
#include "app/state_dir.hpp"
#include "app/zones.hpp"
#include "config/document.hpp"
#include "config/state_mounts.hpp"
#include "config/tls_files.hpp"
#include "providers/http_get.hpp"
#include "runtime/docker/engine_http.hpp"
#include "runtime/process/bounds.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

class Doctor {
 public:
  explicit Doctor(const DoctorOptions& options)
      : config_path_(options.config_path), state_dir_(options.state_dir) {}

  std::vector<Finding> look() {
    look_at_config();
    look_at_state_dir();
    look_at_daemon();
    if (!config_) return std::move(findings_);
    look_at_keys();
    look_at_providers();
    look_at_commands();
    look_at_directories();
    look_at_engine();
    look_at_limits();
    return std::move(findings_);
  }

 private:
  void add(Level level, std::string what, std::string says, std::string mend = "") {
    findings_.push_back({level, std::move(what), std::move(says), std::move(mend)});
  }
  void add(Level level, const std::string& what, const std::vector<config::Problem>& problems,
           const std::string& mend) {
    for (const auto& [path, reason] : problems)
      add(level, what, (path.empty() ? "/" : path) + ": " + reason, mend);
  }

  void add_all(std::vector<Finding> more) { std::ranges::move(more, std::back_inserter(findings_)); }

  /// The configuration may name the state directory, or be in it.
  void look_at_config() {
    const auto usual_dir = state_dir_.empty() ? default_state_dir() : state_dir_;
    std::error_code error;
    const bool is_usual = config_path_.empty();
    if (is_usual) config_path_ = usual_dir + "/config.json";
    if (is_usual && !fs::exists(config_path_, error)) {
      state_dir_ = usual_dir;
      return add(Level::warning, "configuration", "there is none at " + config_path_,
                 "name it with --config FILE");
    }
    const auto text = config::read_text(config_path_);
    if (!text) return add(Level::bad, "configuration", text.error(), "name another with --config FILE");
    auto parsed = config::parse_config(*text);
    config::check_tls_files(parsed);
    add(Level::bad, "configuration", parsed.errors, "edit " + config_path_);
    if (state_dir_.empty() && parsed.config) state_dir_ = parsed.config->service.state_dir;
    if (state_dir_.empty()) state_dir_ = usual_dir;
    if (!parsed.config) return;
    config_ = std::move(parsed.config);
    add(Level::good, "configuration", fmt::format("{} has no errors", config_path_));
    add(Level::warning, "configuration", parsed.warnings, "edit " + config_path_);
    add(Level::warning, "permissions", config::mounts_of_state(*config_, state_dir_),
        "mount another directory");
    std::vector<config::Problem> none;
    const auto document = config::parse_document(*text, none);
    const bool has_secrets = document && !config::secrets_of(*document).empty();
    if (const auto open = readable_secrets(config_path_, has_secrets); !open.empty())
      add(Level::warning, "permissions", open, "chmod 600 " + config_path_);
  }

  void look_at_state_dir() {
    if (state_dir_.empty()) state_dir_ = default_state_dir();
    std::error_code error;
    const auto seen = inspect_state_dir(state_dir_);
    auto there = fs::absolute(state_dir_, error);
    while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    if (!seen)
      add(Level::bad, "permissions", seen.error(),
          ::geteuid() == 0 ? "or run this as the daemon's user: runuser -u USER -- understudyd doctor"
                           : "run the daemon, and this, as the directory's owner");
    else if (::access(there.c_str(), W_OK) != 0)
      add(Level::bad, "permissions",
          fs::exists(state_dir_, error)
              ? state_dir_ + " cannot be written by this user"
              : fmt::format("{} cannot be made: this user cannot write to {}", state_dir_, there.string()),
          "run understudyd as the owner, or name another --state-dir");
    else if (seen->empty())
      add(Level::good, "permissions",
          state_dir_ + (fs::exists(state_dir_, error) ? " is private" : " can be made"));
    if (seen)
      for (const auto& note : *seen)
        add(Level::warning, "permissions", note, "chmod 700, or another --state-dir");
    const auto space = fs::space(there, error);
    if (error) return add(Level::unknown, "disk", there.string() + ": " + error.message());
    findings_.push_back(judge_disk(state_dir_, space.available));
  }

  void look_at_daemon() {
    is_running_ = is_claimed(state_dir_);
    if (!is_running_) {
      add(Level::good, "daemon", "none runs on " + state_dir_);
      if (config_ && config_->service.listen_port != 0)
        if (const auto& service = config_->service; can_connect(service.listen_host, service.listen_port))
          add(Level::bad, "daemon",
              fmt::format("another program listens on {}:{}", service.listen_host, service.listen_port),
              "stop it, or choose another address: service.listen or --listen");
      return;
    }
    const auto answer = ask_daemon(state_dir_, "GET", "/health");
    if (!answer) {
      daemon_silent_ = answer.error();
      return add(Level::bad, "daemon", answer.error(), "read its log; restart it");
    }
    boost::system::error_code error;
    const auto health = boost::json::parse(answer->body, error);
    const auto* status = error ? nullptr : health.find_pointer("/status", error);
    if (status != nullptr && *status == "ok")
      return add(Level::good, "daemon", "runs on " + state_dir_ + " and is well");
    add(Level::bad, "daemon", "is not well: " + answer->body,
        "see \"When something is wrong\" in its manual");
  }

  static bool can_connect(const std::string& host, std::uint16_t port) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    boost::system::error_code error;
    const auto address =
        asio::ip::make_address(reached_here({host == "localhost" ? "127.0.0.1" : host, port}).host, error);
    if (!error) socket.connect({address, port}, error);
    return !error;
  }

  void look_at_keys() {
    add(Level::warning, "keys", read_key_files(*config_, keys_), "chmod 600 the file");
    if (is_running_) return add_all(judge_daemon_keys(providers_of_daemon()));
    const auto missing = missing_keys(*config_, keys_);
    add(Level::bad, "keys", missing,
        "set it where understudyd is started, or write it to a file that api_key_file names");
    if (missing.empty()) add(Level::good, "keys", "every tier has one, or needs none");
  }

  std::expected<std::string, std::string> providers_of_daemon() const {
    if (!daemon_silent_.empty()) return std::unexpected(daemon_silent_);
    auto answer = ask_daemon(state_dir_, "GET", "/providers");
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200) return std::unexpected(fmt::format("it answers {}", answer->status));
    return std::move(answer->body);
  }

  struct Question {
    std::string name;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::expected<Heard, std::string> heard{std::unexpected<std::string>("does not answer in 15 s")};
  };

  Question question(const std::string& name, const config::Provider& provider) const {
    auto url = provider.base_url;
    while (url.ends_with('/')) url.pop_back();
    if (url.ends_with("/v1")) url.resize(url.size() - 3);
    Question asked{name, url + "/v1/models", {{"anthropic-version", "2023-06-01"}}};
    const auto key = config::credential_of(
        provider, [this](const std::string& variable) { return keys_.find(variable); },
        [this](const std::string& path) { return keys_.in_file(path); });
    if (key && key->kind == config::Credential::Kind::api_key)
      asked.headers.emplace_back("x-api-key", key->value);
    if (key && key->kind == config::Credential::Kind::auth_token)
      asked.headers.emplace_back("Authorization", "Bearer " + key->value);
    return asked;
  }

  static asio::awaitable<void> ask(Question& question) {
    auto asking = providers::http_get(question.url, question.headers, 10s);
    auto fetched = co_await std::move(asking);
    if (fetched)
      question.heard = Heard{fetched->status, std::move(fetched->date)};
    else
      question.heard = std::unexpected(fetched.error());
  }

  void look_at_providers() {
    std::vector<Question> questions;
    for (const auto& [name, provider] : config_->providers)
      if (!provider.base_url.empty()) questions.push_back(question(name, provider));
    asio::io_context io;
    for (auto& one : questions) {
      auto asking = ask(one);
      asio::co_spawn(io, std::move(asking), asio::detached);
    }
    io.run_for(15s);
    const bool behind_proxy = std::getenv("HTTPS_PROXY") || std::getenv("https_proxy");
    std::string teller;
    std::optional<std::chrono::sys_seconds> told;
    for (const auto& one : questions) {
      findings_.push_back(judge_provider(one.name, one.heard, one.headers.size() > 1, behind_proxy));
      if (told || !one.heard) continue;
      told = parse_http_date(one.heard->date);
      teller = one.name;
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const bool has_zones =
        SystemZones{}.to_instant("Europe/Zagreb", std::chrono::local_seconds{}).has_value();
    findings_.push_back(judge_clock(now, teller, told, has_zones));
  }

  void look_at_commands() {
    const auto missing = missing_commands(*config_, search_path(), has_program);
    add(Level::bad, "commands", missing, "in a service, PATH is the unit's");
    if (missing.empty())
      add(Level::good, "commands", "agents' programs are found; those in images are not looked for");
  }

  void look_at_directories() { add_all(judge_directories(*config_, look_at_directory)); }

  void look_at_engine() {
    std::set<std::string> images;
    for (const auto& [name, type] : config_->agent_types)
      if (type.container.mode == config::Mode::docker) images.insert(type.container.image);
    if (images.empty()) return;
    auto host = config_->service.docker_host;
    if (const char* variable = std::getenv("DOCKER_HOST"); host.empty() && variable) host = variable;
    const auto socket = runtime::engine_socket(host.empty() ? "unix:///var/run/docker.sock" : host);
    if (!socket)
      return add(Level::bad, "engine", socket.error(), "set service.runtimes.docker.host or DOCKER_HOST");
    const auto version = ask_engine(*socket, "/version");
    findings_.push_back(judge_engine(*socket, version
                                                  ? runtime::EngineResult<std::string>(version->api_version)
                                                  : std::unexpected(version.error())));
    if (!version) return;
    for (const auto& image : images) {
      const auto found = ask_engine(*socket, "/images/" + image + "/json");
      if (!found)
        add(Level::unknown, "engine", image + ": " + found.error().message);
      else if (found->status == 404)
        add(Level::bad, "engine", "has no image " + image,
            "docker pull " + image + " (or build it): nothing is pulled by itself");
      else if (found->status != 200)
        add(Level::unknown, "engine", fmt::format("{}: it answers {}", image, found->status));
    }
  }

  static runtime::EngineResult<runtime::EngineResponse> ask_engine(const std::string& socket,
                                                                   const std::string& target) {
    asio::io_context io;
    runtime::EngineHttp engine(io.get_executor(), socket);
    runtime::EngineResult<runtime::EngineResponse> answer = runtime::engine_error(
        runtime::EngineErrorKind::unreachable, "the engine at " + socket + " does not answer");
    const auto asking = [](runtime::EngineHttp& http, std::string path, auto& to) -> asio::awaitable<void> {
      runtime::EngineRequest request{.target = std::move(path), .alone = true};
      auto call = http.call(std::move(request));
      to = co_await std::move(call);
    };
    asio::co_spawn(io, asking(engine, target, answer), asio::detached);
    io.run_for(12s);
    return answer;
  }

  void look_at_limits() {
    if (const auto few = too_few_open_files(*config_, max_open_files()))
      add(Level::warning, "limits", *few, "LimitNOFILE=65536 in the unit");
    const auto is_process = [](const auto& type) {
      return type.second.container.mode == config::Mode::process;
    };
    if (std::ranges::any_of(config_->agent_types, is_process) && !runtime::has_landlock())
      add(Level::warning, "limits",
          "this kernel has no Landlock: agents of mode process can read and write what understudyd can",
          "use mode docker, or a kernel with CONFIG_SECURITY_LANDLOCK");
  }

  std::string config_path_;
  std::string state_dir_;
  std::optional<config::Config> config_;
  ProviderKeys keys_;
  bool is_running_{false};
  std::string daemon_silent_{};  ///< why it did not answer
  std::vector<Finding> findings_;
};

}  // namespace

int doctor(const DoctorOptions& options) {
  const auto findings = Doctor(options).look();
  std::cout << render(findings);
  return status_of(findings);
}

}  // namespace understudy::daemon::app
