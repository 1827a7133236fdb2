#include "app/daemon.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "agl/trouble.hpp"
#include "app/agent_commands.hpp"
#include "app/housekeeping.hpp"
#include "app/listening.hpp"
#include "config/state_mounts.hpp"
#include "edge/env_file.hpp"
#include "files/atomic_file.hpp"
#include "http/operator_token.hpp"
#include "http/tls.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

double random_chance() {
  static thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

int parallel_starts(const config::Service& service) {
  return service.parallel_starts > 0 ? service.parallel_starts
                                     : std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string canonical(const std::string& path) {
  std::error_code error;
  const auto found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found.string();
}

std::set<std::string> engines_of(const config::Config& config) {
  std::set<std::string> engines;
  for (const auto& [name, type] : config.agent_types)
    if (type.container.mode != config::Mode::host && type.agent.adapter != "external")
      engines.insert(std::string(config::to_string(type.container.mode)));
  return engines;
}

/// Hides every file with keys from agents.
runtime::ProcessRuntime::Settings process_settings(const Prepared& prepared, const ProviderKeys& keys,
                                                   offload::Disk& disk) {
  runtime::ProcessRuntime::Settings settings{.agents_dir = prepared.state_dir + "/agents",
                                             .shim_path = prepared.installation.shim,
                                             .owner = prepared.owner,
                                             .open_files = prepared.open_files.former,
                                             .cgroups = !std::getenv("UNDERSTUDY_NO_CGROUP")};
  const auto config = canonical(prepared.config_path);
  settings.disk = &disk;
  settings.hidden = {canonical(prepared.state_dir), config, config + ".bak", config + ".new"};
  settings.also_hidden = [&keys] { return keys.places(); };
  return settings;
}

std::string what_to_do(const std::string& error) {
  const auto in_use = std::make_error_code(std::errc::address_in_use).message();
  return error.ends_with(in_use) ? "; stop the program that listens there, or use --listen, such as --listen "
                                   "127.0.0.1:0 for any free port"
                                 : "";
}

}  // namespace

Daemon::Daemon(asio::io_context& io, Prepared prepared, store::Store store, store::Reader reader,
               log::Logger& log)
    : io_(io),
      prepared_(std::move(prepared)),
      log_(log),
      secrets_(prepared_.operator_token),
      store_(std::move(store)),
      orphans_(io.get_executor()),
      processes_(io.get_executor(), process_settings(prepared_, keys_, agents_disk_)),
      docker_(io.get_executor(), {.socket_path = prepared_.docker_socket,
                                  .shim_path = prepared_.engine_shim,
                                  .owner = prepared_.owner,
                                  .disk = &agents_disk_}),
      driver_(io, [&log](const fleet::WriteEnvFile& file) { edge::write_env_file(file, log); }),
      edge_(io,
            {.owner = prepared_.owner,
             .parallel_starts = parallel_starts(prepared_.config->service),
             .disk = &agents_disk_},
            log, [this](fleet::What what) { fleet_.post({std::move(what)}); }),
      background_(io,
                  [this](std::string_view what) {
                    log_.error("background work failed", {{"error", what}});
                  }),
      key_watch_(keys_, secrets_, agents_disk_, background_, log),
      fleet_({.store = store_,
              .clock = clock_,
              .edge = edge_,
              .announcer = *this,
              .log = log_,
              .keys = keys_,
              .redact = [this](std::string_view text) { return secrets_.redact(text); },
              .zones = &zones_,
              .wake = [this] { driver_.wake(); },
              .chance = random_chance},
             {.owner = prepared_.owner,
              .state_dir = prepared_.state_dir,
              .path = search_path(),
              .account_key = prepared_.account_key},
             prepared_.config),
      read_pool_(std::move(reader), [this] { return fleet_.state().last_event_id; }),
      rollouts_(fleet_, read_pool_, prepared_.options.store_scan_debounce_s == 0),
      config_file_{
          .path = prepared_.config_path,
          .disk = disk_,
          .before_change =
              [this](const auto& config) { return key_watch_.read_first(config::key_files(config)); },
          .on_change = [this](const auto& config, const auto& document) { follow(config, document); }},
      status_{.version = UNDERSTUDY_VERSION,
              .log_dropped = [&log] { return log.dropped(); },
              .demo = prepared_.options.demo},
      spill_{.directory = prepared_.state_dir},
      redact_([this](std::string_view text) { return secrets_.redact(text); }),
      limiter_(http::concurrency_limits(http::connection_limit())),
      gate_(gate_options(*prepared_.config)),
      files_({.dist = prepared_.installation.dashboard}),
      site_(router_, gate_, &files_),
      server_(io, site_, {.max_connections = http::connection_limit()}),
      audit_(io, audit_log_, fleet_, log) {
  log_.set_redact(redact_);
  hub_.listen([this](const wire::Envelope& event) { waiters_.notice(event); });
  edge_.add(processes_);
  edge_.add(docker_);
  http::add_session_routes(router_, gate_);
  api::add_routes(router_, {fleet_, read_pool_, config_file_, status_, counts_, queues_, models_, offload_,
                            spill_, audit_log_, redact_, hub_, gate_, http_metrics_, limiter_});
  agl::add_routes(router_, {rollouts_, waiters_, offload_, spill_, status_, limiter_});
  site_.render_refusals("/v1/", agl::render_refusal);
  server_.on_exchange = [this](const http::Exchange& exchange) { http_metrics_.record(exchange); };
  server_.on_failure = [this](std::string_view what) { log_.error("HTTP", {{"error", what}}); };
  site_.on_failure = server_.on_failure;
  site_.on_answer = [this](const http::Request& request, int status) { audit_.note(request, status); };
  load_tokens();
}

Daemon::~Daemon() {
  driver_.stop();
}

std::expected<void, std::string> Daemon::start() {
  key_watch_.read_now(config::key_files(*prepared_.config));
  key_watch_.on_change = [this] { fleet_.post({fleet::KeysChanged{}}); };
  follow(prepared_.config, prepared_.document);
  log_.info("agents' processes",
            {{"cleaned up by", processes_.containment()},
             {"files", runtime::has_landlock() ? "restricted to their own" : "not restricted"}});
  secrets_.follow_env_files(prepared_.state_dir);
  if (const auto booted = fleet_.boot(); !booted) return booted;
  if (const auto bound = bind(); !bound) return bound;
  if (const auto done = follow_tls(prepared_.config->service); !done) return done;
  write_address();
  gate_.configure(gate_options(*fleet_.state().config));
  driver_.drive(fleet_);
  server_.start();
  auto housekeeping = keep_house(store_, driver_, read_pool_, fleet_, clock_, log_);
  background_.spawn("housekeeping", std::move(housekeeping));
  auto watchdog = keep_watch(rollouts_, prepared_.options.store_scan_debounce_s, log_);
  background_.spawn("watchdog", std::move(watchdog));
  background_.spawn("key files", key_watch_.run());
  return {};
}

/// Loads the named tokens, and follows their use.
void Daemon::load_tokens() {
  for (auto& row : store_.tokens()) {
    const auto role = http::parse_role(row.role);
    if (!role) continue;  // a role of a later version: ignored
    gate_.tokens().add({.id = std::move(row.id),
                        .name = std::move(row.name),
                        .role = *role,
                        .hash = std::move(row.hash),
                        .created = row.created,
                        .expires = row.expires,
                        .last_used = row.last_used});
  }
  gate_.on_secret = [this](const std::string& secret) { secrets_.add(secret); };
  gate_.on_token_used = [this](const std::string& id, std::int64_t at_ms) {
    fleet_.post({fleet::StoreWrite{[id, at_ms](fleet::Turn& turn) {
      turn.tx().mark_token_used(id, at_ms);
      return fleet::Answer("");
    }}});
  };
}

std::expected<void, std::string> Daemon::bind() {
  const auto inherited = http::inherited_sockets();
  if (inherited.empty()) return listen();
  for (const int socket : inherited) {
    const auto adopted = server_.adopt(socket);
    if (!adopted) return std::unexpected(adopted.error());
    bound_.push_back(*adopted);
  }
  return {};
}

std::expected<void, std::string> Daemon::listen() {
  const auto& service = prepared_.config->service;
  const bool given = !prepared_.options.listen_host.empty();
  const auto& host = given ? prepared_.options.listen_host : service.listen_host;
  const auto port = server_.listen(host, given ? prepared_.options.listen_port : service.listen_port);
  if (!port) return std::unexpected(port.error() + what_to_do(port.error()));
  const bool is_v4_loopback = host == "127.0.0.1" || host == "localhost";
  bound_.push_back({is_v4_loopback ? "127.0.0.1" : host, *port});
  if (!is_v4_loopback) return {};
  // A browser may resolve localhost to [::1]: no other program should answer there.
  if (server_.listen("::1", *port)) {
    bound_.push_back({"::1", *port});
  } else if (is_taken("::1", *port)) {
    log_.warning(
        "another program listens on this port of [::1]: open the dashboard by 127.0.0.1, not localhost",
        {{"port", std::to_string(*port)}});
  }
  return {};
}

/// For commands that call the running daemon.
void Daemon::write_address() {
  const auto written = files::write_atomically(prepared_.state_dir + "/address",
                                               url_of(reached_here(bound_.front()), status_.tls) + "\n");
  if (!written) log_.warning("other commands will not find this daemon", {{"error", written.error()}});
}

asio::awaitable<bool> Daemon::wait_for(std::chrono::seconds limit, std::function<bool()> reached) {
  asio::steady_timer timer(io_);
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!reached() && std::chrono::steady_clock::now() < end) {
    timer.expires_after(20ms);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return reached();
}

/// Finishes responses, then the fleet's last turn, then its effects; tasks go on running.
asio::awaitable<std::expected<void, std::string>> Daemon::stop() {
  co_await server_.shutdown(5s);
  audit_.close();
  fleet_.post({fleet::ShutdownRequested{}});
  auto is_closed = [this] { return fleet_.state().closing; };
  const bool closed = co_await wait_for(10s, std::move(is_closed));
  if (!closed)
    co_return std::unexpected("the end could not be written to the store: " + fleet_.store_trouble());
  auto are_stopped = [this] { return !fleet_.is_stopping_containers(); };
  static_cast<void>(co_await wait_for(20s, std::move(are_stopped)));
  co_await background_.stop();
  driver_.stop();
  co_await edge_.stop();
  co_return std::expected<void, std::string>{};
}

asio::awaitable<void> Daemon::end_everything() {
  co_await processes_.end_everything();
  co_await orphans_.none_left();
}

std::vector<std::string> Daemon::addresses() const {
  std::vector<std::string> urls;
  for (const auto& at : bound_) urls.push_back(url_of(at, status_.tls));
  return urls;
}

void Daemon::reload() {
  background_.spawn("reload", reload_config());
}

void Daemon::follow_token(std::expected<std::string, std::string> token) {
  if (!token) return log_.error("the operator token was not read again", {{"error", token.error()}});
  if (*token == prepared_.operator_token) return;
  secrets_.add(*token);
  prepared_.operator_token = std::move(*token);
  gate_.configure(gate_options(*fleet_.state().config));
  log_.info("the operator token was replaced; sessions of the old one have ended");
}

asio::awaitable<void> Daemon::reload_config() {
  struct Read {
    std::expected<std::string, std::string> token;
    std::string trouble;
    std::optional<boost::json::value> document;
    config::Parsed parsed;
  };
  auto read = [path = prepared_.config_path, token_path = prepared_.state_dir + "/operator-token"] {
    Read found;
    found.token = http::load_or_create_token(token_path);
    const auto text = config::read_text(path);
    if (!text) return found.trouble = text.error(), found;
    std::vector<config::Problem> problems;
    found.document = config::parse_document(*text, problems);
    found.parsed = config::parse_config(*text);
    return found;
  };
  auto found = co_await disk_.at("configuration", std::move(read));
  follow_token(std::move(found.token));
  if (!found.trouble.empty()) log_.error("the configuration was not reloaded", {{"error", found.trouble}});
  for (const auto& [path, reason] : found.parsed.errors)
    log_.error("the configuration was not reloaded", {{"path", path}, {"error", reason}});
  if (!found.parsed.config || !found.document) {
    audit_.note({.actor = "operator (SIGHUP)",
                 .action = "reload",
                 .subject = prepared_.config_path,
                 .result = "rejected: it has problems"});
    co_return;
  }
  auto config = std::make_shared<const config::Config>(std::move(*found.parsed.config));
  auto reading = key_watch_.read_first(config::key_files(*config));
  co_await std::move(reading);
  auto taken = [this, config, document = std::move(*found.document)](const fleet::Answer& answer) {
    if (!answer) return log_.error("the configuration was not reloaded", {{"error", answer.error().detail}});
    follow(config, document);
    log_.info("the configuration was reloaded");
    audit_.note(
        {.actor = "operator (SIGHUP)", .action = "reload", .subject = prepared_.config_path, .result = "OK"});
  };
  fleet_.post({fleet::ConfigChanged{config}, std::move(taken)});
}

void Daemon::announce(const wire::Envelope& event) {
  counts_.count(event);
  hub_.publish(event);
  // Rollouts of the store's clients may be thousands a second; the event log has them.
  if (!event.instance && event.type.starts_with("rollout.")) return;
  log_.info(event.summary, {{"event", event.type}, {"instance", event.instance.value_or("")}});
}

void Daemon::follow(const std::shared_ptr<const config::Config>& config, const boost::json::value& document) {
  key_watch_.follow(config::key_files(*config));
  secrets_.follow(*config, document, keys_);
  log_.set_format(config->service.log_format);
  gate_.configure(gate_options(*config));
  const auto few = too_few_open_files(*config, prepared_.open_files.most);
  status_.few_open_files = few.has_value();
  if (few) log_.warning(*few);
  for (const auto& [path, reason] : config::mounts_of_state(*config, prepared_.state_dir))
    log_.warning("the configuration", {{"path", path}, {"warning", reason}});
  for (const auto& [path, reason] : missing_keys(*config, keys_))
    log_.warning("the configuration", {{"path", path}, {"warning", reason}});
  if (!bound_.empty())
    if (const auto done = follow_tls(config->service); !done)
      log_.error("the former certificate stays in use", {{"error", done.error()}});
  status_.runtimes.clear();
  for (const auto& engine : engines_of(*config)) {
    edge_.watch(engine);
    status_.runtimes.push_back(engine);
  }
}

std::expected<void, std::string> Daemon::follow_tls(const config::Service& service) {
  http::TlsContext context;
  if (service.tls) {
    auto loaded = http::load_tls(service.tls->cert_file, service.tls->key_file);
    if (!loaded) return std::unexpected(loaded.error().sentence);
    for (const auto& warning : loaded->warnings) log_.warning("TLS", {{"warning", warning}});
    context = std::move(loaded->context);
  }
  server_.use_tls(context);
  status_.tls = context != nullptr;
  status_.exposed_without_tls = !status_.tls && server_.is_beyond_loopback();
  if (status_.exposed_without_tls)
    log_.warning(
        "the daemon listens beyond this machine without TLS: tokens and tasks can be read in transit",
        {{"remedy", "service.tls, or a proxy with TLS"}});
  return {};
}

http::GateOptions Daemon::gate_options(const config::Config& config) const {
  const auto& service = config.service;
  return {.operator_token = prepared_.operator_token,
          .store_token = prepared_.store_token,
          .reads_need_token = service.reads_need_token,
          .store_needs_token = service.store_needs_token,
          .listen_host =
              prepared_.options.listen_host.empty() ? service.listen_host : prepared_.options.listen_host,
          .listen_port = bound_.empty() ? std::uint16_t{0} : bound_.front().port,
          .allowed_origins = service.allowed_origins,
          .allowed_hosts = service.allowed_hosts};
}

}  // namespace understudy::daemon::app
