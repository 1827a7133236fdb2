#include "config/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <set>

#include "config/parse_agent_type.hpp"
#include "config/reader.hpp"
#include "http/authority.hpp"

namespace understudy::daemon::config {

namespace {

using namespace std::chrono_literals;

void read_auth(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader auth(value, std::move(path), out);
  auth.one_of("reads", service.reads_need_token, {{"open", false}, {"token", true}});
  auth.one_of("store", service.store_needs_token, {{"open", false}, {"token", true}});
  auth.finish();
}

void read_runtimes(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader runtimes(value, std::move(path), out);
  if (const auto* docker = runtimes.take("docker")) {
    Reader reader(*docker, runtimes.path("docker"), out);
    reader.text("host", service.docker_host, false);
    if (!service.docker_host.empty() && !service.docker_host.starts_with("unix://"))
      reader.error("host", "must begin with unix://; only local engines are supported");
    reader.finish();
  }
  runtimes.finish();
}

void read_retention(const boost::json::value& value, std::string path, Parsed& out, Service& service) {
  Reader retention(value, std::move(path), out);
  retention.whole("events_days", service.events_days, 1, 36500);
  retention.whole("rollouts_days", service.rollouts_days, 1, 36500);
  retention.finish();
}

void read_service(const boost::json::value& value, Parsed& out, Service& service) {
  Reader reader(value, "/service", out);
  if (!reader.valid()) return;
  if (reader.has("listen")) {
    std::string listen;
    reader.text("listen", listen, false);
    if (!listen.empty()) {
      if (const auto address = http::parse_host_port(listen)) {
        service.listen_host = address->host;
        service.listen_port = address->port;
      } else {
        reader.error("listen", address.error());
      }
    }
  } else {
    reader.take("listen");
  }
  reader.text("state_dir", service.state_dir, false);
  reader.one_of("usage_window", service.usage_window,
                {{"1h", UsageWindow::one_hour},
                 {"5h", UsageWindow::five_hours},
                 {"24h", UsageWindow::day},
                 {"7d", UsageWindow::week},
                 {"30d", UsageWindow::month},
                 {"all", UsageWindow::all}});
  if (const auto* auth = reader.take("auth")) read_auth(*auth, reader.path("auth"), out, service);
  reader.texts("allowed_origins", service.allowed_origins);
  reader.texts("allowed_hosts", service.allowed_hosts);
  if (const auto* runtimes = reader.take("runtimes"))
    read_runtimes(*runtimes, reader.path("runtimes"), out, service);
  if (const auto* retention = reader.take("retention"))
    read_retention(*retention, reader.path("retention"), out, service);
  reader.one_of("shutdown", service.shutdown_policy,
                {{"stop_idle", container::ShutdownPolicy::stop_idle},
                 {"leave_all", container::ShutdownPolicy::leave_all},
                 {"stop_all", container::ShutdownPolicy::stop_all}});
  reader.whole("parallel_starts", service.parallel_starts, 0, 1000);
  reader.one_of("log_format", service.log_format, {{"text", LogFormat::text}, {"json", LogFormat::json}});
  reader.finish();
}

Provider read_provider(const boost::json::value& value, std::string path, Parsed& out) {
  Provider provider;
  Reader reader(value, std::move(path), out);
  if (!reader.valid()) return provider;
  reader.text("base_url", provider.base_url, false);
  if (!provider.base_url.empty() && !provider.base_url.starts_with("http://") &&
      !provider.base_url.starts_with("https://"))
    reader.error("base_url", "must begin with http:// or https://");
  reader.text("api_key", provider.api_key);
  reader.text("api_key_env", provider.api_key_env);
  reader.text("auth_token", provider.auth_token);
  reader.text("auth_token_env", provider.auth_token_env);
  reader.environment("env", provider.env);
  const int ways = provider.api_key.has_value() + provider.api_key_env.has_value() +
                   provider.auth_token.has_value() + provider.auth_token_env.has_value();
  if (ways > 1)
    out.errors.push_back(
        {reader.path(), "give only one of api_key, api_key_env, auth_token, auth_token_env"});
  for (const auto* secret : {&provider.api_key, &provider.auth_token})
    if (*secret && (*secret)->find_first_of(std::string_view("\0\n", 2)) != std::string::npos)
      reader.error(secret == &provider.api_key ? "api_key" : "auth_token",
                   "must not contain a newline or NUL");
  reader.finish();
  return provider;
}

std::vector<failover::OperatorRule> read_rules(const boost::json::value& value, Parsed& out) {
  std::vector<failover::OperatorRule> rules;
  if (!value.is_array()) {
    out.errors.push_back({"/classifier_rules", "must be a list, got " + describe(value)});
    return rules;
  }
  for (std::size_t i = 0; i < value.get_array().size(); ++i) {
    Reader reader(value.get_array()[i], fmt::format("/classifier_rules/{}", i), out);
    if (!reader.valid()) continue;
    failover::OperatorRule rule;
    std::string kind;
    reader.text("name", rule.name, false);
    reader.text("contains", rule.contains, false);
    reader.text("kind", kind);
    for (const std::string_view key : {"name", "contains", "kind"})
      if (!reader.has(key)) reader.error(key, "is required");
    if (const auto known = failover::parse_kind(kind))
      rule.kind = *known;
    else if (reader.has("kind"))
      reader.error("kind", fmt::format("'{}' is not a kind of outcome", kind));
    reader.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

void check_joined_names(const Config& config, Parsed& out) {
  std::map<std::string, std::string> owner;
  for (const auto& [type, agent] : config.agent_types)
    for (const auto& instance : agent.instances) {
      const auto [known, fresh] = owner.emplace(type + "-" + instance, type);
      if (!fresh && known->second != type)
        out.errors.push_back(
            {"/agent_types/" + type + "/instances",
             fmt::format("'{}-{}' is already an instance of type '{}'", type, instance, known->second)});
    }
}

std::pair<int, int> line_and_column(std::string_view text, std::size_t offset) {
  int line = 1, column = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return {line, column};
}

}  // namespace

std::optional<boost::json::value> parse_document(std::string_view text, std::vector<Problem>& errors) {
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = 64;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code error;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used == text.size()) parser.finish(error);
  if (!error && used < text.size()) {
    // A trailing comment or newline is fine; anything else is not.
    error = boost::json::make_error_code(boost::json::error::extra_data);
    if (text.substr(used).find_first_not_of(" \t\r\n") == text.npos) error = {};
  }
  if (!error && parser.done()) return parser.release();
  const auto [line, column] = line_and_column(text, used);
  const auto what = error ? error.message() : std::string("the document ends early");
  errors.push_back({"", fmt::format("is not valid JSON at line {}, column {}: {}", line, column, what)});
  return std::nullopt;
}

Parsed parse_config(const boost::json::value& document) {
  Parsed out;
  Config config;
  Reader root(document, "", out);
  if (!root.valid()) return out;
  if (const auto* service = root.take("service")) read_service(*service, out, config.service);
  if (const auto* providers = root.take("providers")) {
    if (!providers->is_object())
      root.wrong("providers", "must be an object", *providers);
    else
      for (const auto& [name, value] : providers->get_object())
        config.providers.emplace(name, read_provider(value, "/providers/" + pointer_escape(name), out));
  }
  if (const auto* types = root.take("agent_types")) {
    if (!types->is_object())
      root.wrong("agent_types", "must be an object", *types);
    else
      for (const auto& [name, value] : types->get_object())
        config.agent_types.emplace(name, read_agent_type(name, value, config.providers, out));
  }
  if (const auto* rules = root.take("classifier_rules")) config.classifier_rules = read_rules(*rules, out);
  root.finish();
  check_joined_names(config, out);
  if (out.errors.empty()) out.config = std::move(config);
  return out;
}

Parsed parse_config(std::string_view text) {
  Parsed out;
  const auto document = parse_document(text, out.errors);
  return document ? parse_config(*document) : out;
}

}  // namespace understudy::daemon::config
