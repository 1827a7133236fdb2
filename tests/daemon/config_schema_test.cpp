// The published schema and the parser agree.
#include "config_schema_checker.hpp"

#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>

#include "config_fixture.hpp"

using namespace config_world;
using config_schema::Checker;

namespace {

json::value document_of(const std::string& name) {
  std::ifstream in(std::string(UNDERSTUDY_TEST_DATA) + "/../../docs/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return json::parse(text.str());
}

/// Errors that a schema cannot express.
bool only_the_parser_knows(const std::string& reason) {
  for (const auto* part :
       {"there is no provider", "is in the chain twice", "is already an instance of", "occurs twice",
        "is not a capability", "is not an option of a tmpfs", "must be a path without", "is the daemon's own",
        "is beyond 2147483647", "must be \"daily\"", "must differ", "is not a time zone"})
    if (reason.find(part) != std::string::npos) return true;
  return false;
}

/// Both accept, or both refuse, or the parser alone for a reason that no schema can give.
void check_agreement(const Checker& checker, const json::value& document) {
  const auto parsed = config::parse_config(document);
  const bool fits = checker.accepts(document);
  for (const auto& line : lines(parsed.errors)) UNSCOPED_INFO(line);
  if (parsed.errors.empty() || !fits)
    CHECK(fits == parsed.errors.empty());
  else
    for (const auto& problem : parsed.errors) CHECK(only_the_parser_knows(problem.reason));
}

/// Every place of a document, and how to replace its value.
using VisitPlace = std::function<void(const std::string& path, json::value& place)>;
void each_place(json::value& at, const std::string& path, const VisitPlace& visit) {
  visit(path, at);
  if (auto* object = at.if_object())
    for (auto& member : *object) each_place(member.value(), path + "/" + std::string(member.key()), visit);
  if (auto* list = at.if_array())
    for (std::size_t i = 0; i < list->size(); ++i)
      each_place((*list)[i], path + "/" + std::to_string(i), visit);
}

/// The example, with further agent types for the keys that exclude each other.
json::value everything() {
  auto document = document_of("example.json");
  auto& types = document.at("agent_types").as_object();
  types["short"] = json::parse(R"({"provider": "anthropic", "model": "m", "agent": {"adapter": "external"},
                                   "container": {"readiness": {"kind": "exec", "command": ["true"]}}})");
  types["logs"] = json::parse(R"({"provider": "anthropic", "model": "m", "failover": null,
                                  "container": {"mode": "host", "readiness": {"kind": "log", "pattern": "up"}}})");
  types["bare"] = json::parse(
      R"({"provider_chain": [{"provider": "ollama", "model": "m"}], "container": {"readiness": null}})");
  auto& providers = document.at("providers").as_object();
  providers["plain"] = {{"api_key", "k"}};
  providers["mounted"] = {{"auth_token_file", "/run/secrets/token"}};
  return document;
}

/// The keys that the error of an unknown key names.
std::optional<Lines> known_keys(const json::value& document, const std::string& path) {
  for (const auto& problem : config::parse_config(document).errors) {
    constexpr std::string_view before = "unknown key; known are ";
    if (problem.path != path + "/zzzzzzzzzzzzzzzzzzzz" || !problem.reason.starts_with(before)) continue;
    Lines keys;
    std::istringstream list(problem.reason.substr(before.size()));
    for (std::string key; std::getline(list >> std::ws, key, ',');) keys.insert(key);
    return keys;
  }
  return std::nullopt;
}

/// The schema of a place.
const json::object* schema_of(const Checker& checker, std::string_view path) {
  const json::object* at = &checker.root();
  while (at && !path.empty()) {
    path.remove_prefix(1);
    const auto key = path.substr(0, path.find('/'));
    path.remove_prefix(key.size());
    const auto* own = at->if_contains("properties");
    const auto* next = own ? own->as_object().if_contains(key) : nullptr;
    if (!next) next = at->if_contains("additionalProperties");
    if (!next || !next->is_object()) next = at->if_contains("items");
    if (!next) return nullptr;
    if (const auto* either = next->as_object().if_contains("anyOf")) next = &either->as_array().at(1);
    at = &checker.resolved(next->as_object());
  }
  return at;
}

}  // namespace

TEST_CASE("parser and schema accept the example", "[config][schema]") {
  const Checker checker(document_of("config.schema.json"));
  for (const auto& document :
       {document_of("example.json"), everything(), minimal(), json::value(json::object{})}) {
    CHECK(checker.accepts(document));
    CHECK(errors(document).empty());
  }
}

TEST_CASE("parser and schema agree on any value at any place of a configuration", "[config][schema]") {
  const Checker checker(document_of("config.schema.json"));
  const auto values = json::parse(
      R"([null, true, -1, 0, 0.5, 1, 2.0, 1e300, 1e19, 9223372036854775808, 70000, "", "x", "a\nb",
      "a\u0000b", "/abs", "http://h", "http", "127.0.0.1:1", "token", "docker", [], {}, ["x"], [""], [5], ["a", "a"],
      {"A": "b"}, {"A": 5}, {"1A": "b"}, {"UNDERSTUDY_X": "b"}, {"kind": "none"}, {"x": {}}])");
  auto document = everything();
  int places = 0;
  const json::value original = document;
  each_place(document, "", [&](const std::string& path, json::value& place) {
    ++places;
    const json::value before = place;
    for (const auto& value : values.as_array()) {
      place = value;
      INFO(path << " = " << json::serialize(value));
      check_agreement(checker, document);
    }
    place = before;
  });
  CHECK(document == original);
  CHECK(places > 150);
}

TEST_CASE("parser and schema agree on what may be left out", "[config][schema]") {
  const Checker checker(document_of("config.schema.json"));
  auto document = everything();
  each_place(document, "", [&](const std::string& path, json::value& place) {
    if (!place.is_object()) return;
    const json::object before = place.get_object();
    for (const auto& member : before) {
      place.get_object().erase(member.key());
      INFO(path << " without " << std::string_view(member.key()));
      check_agreement(checker, document);
      place = before;
    }
  });
}

TEST_CASE("parser and schema agree on texts with a form of their own", "[config][schema]") {
  const Checker checker(document_of("config.schema.json"));
  const auto try_all = [&](const std::string& pointer, std::initializer_list<const char*> texts) {
    for (const auto* text : texts) {
      INFO(pointer << " = " << text);
      check_agreement(checker, with(everything(), pointer, json::string(text)));
    }
  };
  try_all("/service/listen", {"localhost:80", "[::1]:0", "0.0.0.0:65535", "a:65536", "a:00080", ":80", "a",
                              "a:b:1", "a b:1", "a\nb:1", "ä:1", "[::1]", "a:", "a:-1"});
  try_all("/service/allowed_origins/0", {"*", "https://a", "HTTP://a:1/", "https://a//", "https://a/b",
                                         "ftp://a", "null", "https://u@a", "https://[::1]:1"});
  try_all("/service/allowed_hosts/0", {"a", "a.b:1", "[::1]", "[::1]:1", "a:x", "http://a", "a/", "ä"});
  try_all("/providers/anthropic/base_url",
          {"http://a", "https://a.b:1/c/d", "http://[::1]:1/", "http://a?b", "http://a/?b", "http://a/#b",
           "http://u:p@a", "http://", "http:///a", "a.b", "http://a/b c", "http://a:99999", "http://ä",
           "http://a/ä", "http://a/~x@y:z,"});
  try_all("/providers/anthropic/api_key_env", {"KEY", "_k2", "2k", "a-b", "a b", "sk-ant-x"});
  try_all("/providers/mounted/auth_token_file", {"/", "/a b", "a", "", "./a", "/a\nb", "sk-ant-x"});
  const std::string container = "/agent_types/reviewer/container";
  try_all(container + "/user", {"root", "0", "1000:1000", "node:staff", "a b", "a:", ":1", "a:b:c", "-a", "ä",
                                "2147483648", "www-data", "1000:", "a.b_c"});
  try_all(container + "/cap_add/0", {"ALL", "cap_chown", "Net_Raw", "CHOWN ", "CAP_", "FOO", "ä"});
  try_all(container + "/gpus", {"all", "none", "0"});
  try_all(container + "/gpus/0", {"0", "GPU-1-2", "a,b", "a b", "ä"});
  try_all(container + "/tmpfs",
          {"/run", "/run:size=1m", "run", "/", "/a/../b", "/run/", "/run:what=1", "/.understudy"});
  const auto hours = container + "/warm/schedule/0";
  try_all(hours + "/days",
          {"daily", "Mon-Fri", "mon, wed", "sat-mon", "monday", "mon-", "mon;tue", "abc", "-"});
  try_all(hours + "/from", {"08:00", "8:00", "23:59", "24:00", "8", "08:60", "ab:cd", "-1:00", "008:00"});
  try_all(hours + "/to", {"24:00", "24:01", "00:00", "08:00", "25:00"});
  try_all(hours + "/zone", {"UTC", "Europe/Zagreb", "Mars/Olympus", "../../etc/passwd"});
  try_all("/agent_types/reviewer/instances/0",
          {"a", "a-b", "-a", "a-", "A", "a_b", "12345678901234567890123456789012",
           "123456789012345678901234567890123"});
}

TEST_CASE("every key that the parser knows is in the schema, and every key of the schema is known",
          "[config][schema]") {
  const Checker checker(document_of("config.schema.json"));
  auto document = everything();
  Lines seen;
  each_place(document, "", [&](const std::string& path, json::value& place) {
    if (!place.is_object()) return;
    place.get_object()["zzzzzzzzzzzzzzzzzzzz"] = 0;
    const auto known = known_keys(document, path);
    place.get_object().erase("zzzzzzzzzzzzzzzzzzzz");
    const auto* schema = schema_of(checker, path);
    INFO(path);
    REQUIRE(schema);
    const auto* properties = schema->if_contains("properties");
    REQUIRE((properties != nullptr) == known.has_value());  // else a map of names to things
    if (!known) return;
    Lines in_schema;
    for (const auto& member : properties->as_object()) in_schema.insert(member.key());
    CHECK(in_schema == *known);
    seen.insert(known->begin(), known->end());
  });
  CHECK(seen.size() > 60);
}

TEST_CASE("the documentation names every key of the schema", "[config][schema]") {
  std::ifstream in(std::string(UNDERSTUDY_TEST_DATA) + "/../../docs/configuration.md");
  std::ostringstream text;
  text << in.rdbuf();
  const auto schema = document_of("config.schema.json");
  json::value copy = schema;
  each_place(copy, "", [&](const std::string& path, json::value& place) {
    if (!path.ends_with("/properties") || path.find("/if/") != path.npos ||
        path.find("/then/") != path.npos || path.find("/else/") != path.npos)
      return;
    for (const auto& member : place.as_object()) {
      INFO(path << " " << std::string_view(member.key()));
      CHECK(text.str().find("`" + std::string(member.key()) + "`") != std::string::npos);
    }
  });
}

TEST_CASE("the defaults in the schema are the parser's", "[config][schema]") {
  const auto schema = document_of("config.schema.json");
  auto said = minimal();
  const auto fill = [&](const std::string& def, const std::string& pointer) {
    for (const auto& member : schema.at_pointer("/$defs/" + def + "/properties").as_object())
      if (const auto* value = member.value().as_object().if_contains("default"))
        said = with(said, pointer + "/" + std::string(member.key()), *value);
  };
  fill("service", "/service");
  fill("agent", "/agent_types/reviewer/agent");
  fill("container", "/agent_types/reviewer/container");
  fill("agent_type", "/agent_types/reviewer");
  const auto a = accepted(said), b = accepted(minimal());
  const auto &x = a.agent_types.at("reviewer"), &y = b.agent_types.at("reviewer");
  CHECK(x.container.idle_stop == y.container.idle_stop);
  CHECK(x.container.start_timeout == y.container.start_timeout);
  CHECK(x.container.stop_grace == y.container.stop_grace);
  CHECK(x.container.drain_deadline == y.container.drain_deadline);
  CHECK(x.container.drain_policy == y.container.drain_policy);
  CHECK(x.container.mode == y.container.mode);
  CHECK(x.container.lazy == y.container.lazy);
  CHECK(x.container.network == y.container.network);
  CHECK(x.container.memory_mb == y.container.memory_mb);
  CHECK(x.agent.max_output_bytes == y.agent.max_output_bytes);
  CHECK(x.agent.silence == y.agent.silence);
  CHECK(x.container.containment == y.container.containment);
  CHECK(x.container.log_max_bytes == y.container.log_max_bytes);
  CHECK(x.container.ephemeral == y.container.ephemeral);
  CHECK(x.instances == y.instances);
  CHECK(a.service.listen_host == b.service.listen_host);
  CHECK(a.service.listen_port == b.service.listen_port);
  CHECK(a.service.usage_window == b.service.usage_window);
  CHECK(a.service.shutdown_policy == b.service.shutdown_policy);
  CHECK(a.service.parallel_starts == b.service.parallel_starts);
  CHECK(a.service.log_format == b.service.log_format);
  CHECK(a.service.share_health == b.service.share_health);
  said = with(minimal(), "/agent_types/reviewer/failover", json::object{});
  const auto bare = accepted(said).agent_types.at("reviewer").failover;
  fill("failover", "/agent_types/reviewer/failover");
  CHECK(accepted(said).agent_types.at("reviewer").failover == bare);
}
