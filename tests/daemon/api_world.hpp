#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "agl/routes.hpp"
#include "api/routes.hpp"
#include "config/document.hpp"
#include "daemon/runtime_fixture.hpp"
#include "files/directory.hpp"
#include "http/text.hpp"

/// A real fleet with a real store, handlers called through the router without sockets, and a recording edge.
namespace api_world {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace understudy;
using namespace understudy::daemon;

/// Two agents on the host, one lazy and one hot container.
inline const std::string configuration = R"({
  "service": {"usage_window": "5h"},
  "providers": {"anthropic": {"base_url": "http://127.0.0.1:1", "api_key": "sk-very-secret"},
                "deepseek": {"base_url": "http://127.0.0.1:1/anthropic", "auth_token_env": "DEEPSEEK_KEY"},
                "bedrock": {"env": {"AWS_REGION": "eu-west-1"}}},
  "agent_types": {
    "coder": {"provider_chain": [{"provider": "anthropic", "model": "opus"}, {"provider": "deepseek", "model": "v4"}],
              "failover": {"cooldown_min": 60}, "usage_threshold_tokens": 1000,
              "container": {"mode": "host"}, "agent": {"adapter": "command", "command": ["true"]},
              "instances": ["a", "b"]},
    "lazy": {"provider_chain": [{"provider": "anthropic", "model": "opus"}],
             "container": {"mode": "process"}, "agent": {"adapter": "command", "command": ["true"]}},
    "hot": {"provider_chain": [{"provider": "anthropic", "model": "opus"}],
            "container": {"mode": "process", "lazy": false}, "agent": {"adapter": "command", "command": ["true"]}}}})";

struct HandClock final : ports::Clock {
  std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{1'800'000'000'000}};
  [[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> wall() const override { return time; }
  [[nodiscard]] std::chrono::milliseconds steady() const override { return time.time_since_epoch(); }
};

struct Recorder final : fleet::Edge, fleet::Announcer, fleet::Keys, ports::Log {
  std::vector<fleet::Effect> effects{};
  std::map<std::string, std::string> variables{{"DEEPSEEK_KEY", "deep-secret"}};
  sse::Hub hub{};
  api::EventCounts counts{};

  void carry_out(fleet::Effect effect) override { effects.push_back(std::move(effect)); }
  void announce(const wire::Envelope& event) override {
    hub.publish(event);
    counts.count(event);
  }
  [[nodiscard]] std::optional<std::string> find(const std::string& variable) const override {
    const auto known = variables.find(variable);
    return known == variables.end() ? std::nullopt : std::optional(known->second);
  }
  [[nodiscard]] std::expected<std::string, std::string> in_file(const std::string& path) const override {
    return std::unexpected(path + " is empty");
  }
  void write(ports::LogLevel, std::string_view, Fields) override {}
};

struct Answer {
  int status{0};
  http::Headers headers{};
  std::string body{};

  [[nodiscard]] std::string field(std::string_view name) const {
    return std::string(headers.get(name).value_or(""));
  }
  /// The value at a JSON pointer as text; empty when there is none.
  [[nodiscard]] std::string at(std::string_view pointer) const {
    boost::system::error_code error;
    const auto value = json::parse(body, error);
    const auto* found = error ? nullptr : value.find_pointer(pointer, error);
    return found ? found->is_string() ? std::string(found->get_string()) : json::serialize(*found) : "";
  }
  [[nodiscard]] std::size_t size() const {
    const auto value = json::parse(body);
    return value.is_array() ? value.get_array().size() : 0;
  }
};

template <class Opened>
auto opened(Opened result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

struct Daemon {
  testing::Scratch scratch{};
  HandClock clock{};
  Recorder recorder{};
  asio::io_context io{1};  // before everything that holds its coroutines
  store::Store store;
  http::Metrics http_metrics{};
  fleet::Fleet fleet;
  api::ReadPool read_pool;
  offload::Disk disk{1};
  std::vector<std::string> adopted{};  // documents, without ETags
  agl::RolloutStore rollouts;
  agl::Waiters waiters{};
  api::ConfigFile config_file;
  api::DaemonStatus status{.version = "1.2.3", .runtimes = {"process"}};
  api::QueueDepths queues{};
  api::ModelLists models{};
  api::Offload offload{};
  api::SpillSpace spill{};
  api::AuditLog audit{};
  api::Redactor redact{redactor()};
  http::ConcurrencyLimiter limiter{};
  http::Gate gate{http::GateOptions{.operator_token = std::string(64, 'a')}};
  http::Router router{};
  bool turn_due{false};

  explicit Daemon(const std::string& config_text = configuration)
      : store(opened(store::Store::open(scratch / "understudy.db"))),
        fleet({store,
               clock,
               recorder,
               recorder,
               recorder,
               recorder,
               redactor(),
               nullptr,
               [this] { wake(); },
               {}},
              {"owner", scratch.path(), "/usr/bin"}, first_config(config_text)),
        read_pool(opened(store::Reader::open(scratch / "understudy.db")),
                  [this] { return fleet.state().last_event_id; }),
        rollouts(fleet, read_pool),
        config_file{.path = scratch / "config.json",
                    .disk = disk,
                    .on_change = [this](auto, const json::value& document) {
                      adopted.push_back(json::serialize(document));
                    }} {
    const auto booted = fleet.boot();
    if (!booted) FAIL(booted.error());
    recorder.hub.listen([this](const wire::Envelope& event) { waiters.notice(event); });
    api::add_routes(router, {fleet, read_pool, config_file, status, recorder.counts, queues, models, offload,
                             spill, audit, redact, recorder.hub, gate, http_metrics, limiter});
    agl::add_routes(router, {rollouts, waiters, offload, spill, status, limiter});
    turn();
  }

  static std::function<std::string(std::string_view)> redactor() {
    return [](std::string_view text) {
      std::string clean(text);
      for (auto at = clean.find("sk-very-secret"); at != std::string::npos; at = clean.find("sk-very-secret"))
        clean.replace(at, 14, "[redacted]");
      return clean;
    };
  }
  std::shared_ptr<const config::Config> first_config(const std::string& text) {
    std::ofstream(scratch / "config.json") << text;
    auto parsed = config::parse_config(text);
    for (const auto& error : parsed.errors) UNSCOPED_INFO(error.path << ": " << error.reason);
    REQUIRE(parsed.config);
    return std::make_shared<const config::Config>(std::move(*parsed.config));
  }

  void wake() {
    if (std::exchange(turn_due, true)) return;
    asio::post(io, [this] { turn(); });
  }
  void turn() {
    turn_due = false;
    fleet.turn();
  }
  void tell(fleet::What what) {
    fleet.post({std::move(what), {}});
    io.restart();
    io.poll();
  }

  /// Like the site, but without access control.
  Answer call(http::Method method, const std::string& target, std::string body = {}, http::Pairs headers = {},
              bool is_operator = true) {
    http::Request request{.method = method,
                          .target = target,
                          .headers = http::Headers(std::move(headers)),
                          .body = std::move(body),
                          .is_operator = is_operator};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos)
      request.query = http::Query(*http::parse_query(target.substr(question + 1)));
    const auto match = router.match(method, request.path);
    const auto* matched = std::get_if<http::Matched>(&match);
    if (!matched) return {.status = 404};
    request.params = matched->params;
    http::Response response;
    std::exception_ptr failure;
    bool finished = false;
    auto task = matched->route->handler(request);
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, http::Response given) {
      failure = thrown;
      response = std::move(given);
      finished = true;
    });
    io.restart();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!finished && std::chrono::steady_clock::now() < until)
      io.run_one_for(std::chrono::milliseconds{100});
    if (failure) std::rethrow_exception(failure);
    REQUIRE(finished);
    Answer answer{response.status, std::move(response.headers), {}};
    if (auto* text = std::get_if<std::string>(&response.body)) answer.body = std::move(*text);
    if (const auto* part = std::get_if<http::FileRange>(&response.body))
      answer.body = understudy::daemon::files::read_at(part->file->get(), part->offset, part->length).value();
    return answer;
  }
  Answer get(const std::string& target, http::Pairs headers = {}) {
    return call(http::Method::get, target, {}, std::move(headers));
  }
  Answer post(const std::string& target, std::string body = {}) {
    return call(http::Method::post, target, std::move(body));
  }

  /// Writes a row without the fleet, for tests of reads.
  template <class Write>
  void write(Write change) {
    auto transaction = store.begin();
    change(transaction);
    const auto committed = transaction.commit();
    if (!committed) FAIL(committed.error().message);
  }
  [[nodiscard]] const fleet::Agent& agent(const std::string& name) const {
    return fleet.state().agents.at(name);
  }
};

/// An external run on the current tier.
inline const std::string refused_key = R"({"surface": "http", "status": 401, "body": "invalid x-api-key"})";

}  // namespace api_world
