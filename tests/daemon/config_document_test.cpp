// The file behind the configuration: what others see of it, and how it is replaced.
#include <sys/stat.h>

#include <boost/json.hpp>

#include "config/document.hpp"
#include "config_fixture.hpp"
#include "runtime_fixture.hpp"
#include "wire/mask.hpp"

using namespace config_world;
namespace wire = understudy::daemon::wire;
using understudy::daemon::testing::Scratch;

namespace {

const std::string key = "sk-planted-0123456789";

json::value full_of_secrets() {
  return json::parse(R"({
    "providers": {
      "a": {"base_url": "http://a", "api_key": "KEY"}, "b": {"auth_token": "KEY", "env": {"X": "KEY", "EMPTY": ""}},
      "env": {"base_url": "http://e", "auth_token_env": "VARIABLE"}, "api_key": {"base_url": "http://k"}},
    "agent_types": {"env": {"provider": "a", "model": "m", "agent": {"env": {"Y": "KEY", "env": "KEY"}}}}
  })");
}

json::value planted() {
  auto text = json::serialize(full_of_secrets());
  for (auto at = text.find("KEY\""); at != text.npos; at = text.find("KEY\"", at)) text.replace(at, 3, key);
  return json::parse(text);
}

std::string file_text(const std::string& path) {
  return config::read_text(path).value_or("(none)");
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777u;
}

}  // namespace

TEST_CASE("outside, every secret is the mask and everything else is itself", "[config]") {
  const auto seen = config::masked(planted());
  CHECK(json::serialize(seen).find(key) == std::string::npos);
  const auto text = [&](const char* pointer) { return seen.at_pointer(pointer).as_string(); };
  CHECK(text("/providers/a/api_key") == wire::mask);
  CHECK(text("/providers/b/auth_token") == wire::mask);
  CHECK(text("/providers/b/env/X") == wire::mask);
  CHECK(text("/agent_types/env/agent/env/Y") == wire::mask);
  CHECK(text("/agent_types/env/agent/env/env") == wire::mask);
  CHECK(text("/providers/b/env/EMPTY").empty());
  CHECK(text("/providers/a/base_url") == "http://a");
}

TEST_CASE("a provider or type called env or api_key is not a secret", "[config]") {
  const auto seen = config::masked(planted());
  CHECK(seen.at_pointer("/providers/env") == planted().at_pointer("/providers/env"));
  CHECK(seen.at_pointer("/providers/api_key/base_url") == "http://k");
  CHECK(seen.at_pointer("/agent_types/env/model") == "m");
}

TEST_CASE("every key that ends in key or token, and all of headers and env, is secret", "[config]") {
  const auto document = json::parse(R"({
    "service": {"gateway": {"admin_token": "S1", "signing_key": "S2", "listen": "open"}},
    "providers": {"a": {"headers": {"X-Team": "S3", "nested": {"deep": ["S4"]}}, "api_key_file": "/open",
                        "api_key_env": "OPEN", "auth_token_file": "/open"}}})");
  const auto seen = json::serialize(config::masked(document));
  for (const auto* secret : {"S1", "S2", "S3", "S4"}) CHECK(seen.find(secret) == std::string::npos);
  for (const auto* open : {"\"open\"", "OPEN", "/open"}) CHECK(seen.find(open) != std::string::npos);
  std::vector<config::Problem> problems;
  CHECK(config::unmasked(config::masked(document), document, problems) == document);
  CHECK(problems.empty());
}

TEST_CASE("masked values that come back keep their secrets", "[config]") {
  std::vector<config::Problem> problems;
  const auto current = planted();
  CHECK(config::unmasked(config::masked(current), current, problems) == current);
  CHECK(problems.empty());
}

TEST_CASE("a new value replaces a secret, an untouched mask keeps it", "[config]") {
  std::vector<config::Problem> problems;
  auto sent = config::masked(planted());
  sent.at_pointer("/providers/a/api_key") = "new";
  const auto result = config::unmasked(sent, planted(), problems);
  CHECK(problems.empty());
  CHECK(result.at_pointer("/providers/a/api_key") == "new");
  CHECK(result.at_pointer("/providers/b/auth_token") == json::string(key));
}

TEST_CASE("a mask that stands for nothing is a problem with its path", "[config]") {
  std::vector<config::Problem> problems;
  auto sent = config::masked(planted());
  sent.at_pointer("/providers").as_object()["new"] = {{"api_key", wire::mask}};
  sent.at_pointer("/providers/b/env").as_object()["FRESH"] = wire::mask;
  sent.at_pointer("/providers/a").as_object()["auth_token"] = wire::mask;
  static_cast<void>(config::unmasked(sent, planted(), problems));
  CHECK(lines(problems) ==
        Lines{"/providers/new/api_key: the mask stands for no saved value; give the value itself",
              "/providers/b/env/FRESH: the mask stands for no saved value; give the value itself",
              "/providers/a/auth_token: the mask stands for no saved value; give the value itself"});
}

TEST_CASE("the redactor is told every secret, but nothing that the document says in the open", "[config]") {
  const auto secrets = config::secrets_of(json::parse(R"({
    "providers": {"ollama": {"auth_token": "ollama"}, "b": {"api_key": "hidden", "env": {"REGION": "eu-west"}}},
    "agent_types": {"t": {"provider": "b", "model": "m", "agent": {"env": {"MODEL": "m", "T": "other"}}}}})"));
  CHECK(std::set<std::string>(secrets.begin(), secrets.end()) == Lines{"hidden", "eu-west", "other"});
}

TEST_CASE("an etag is quoted and follows the bytes", "[config]") {
  const auto tag = config::etag_of("{}");
  CHECK(tag.size() == 26);
  CHECK(tag.front() == '"');
  CHECK(tag.back() == '"');
  // Not the digest of the text alone, against which short secrets could be guessed.
  CHECK(tag != "\"44136fa355b3678a1146ad16\"");
  CHECK(tag == config::etag_of("{}"));
  CHECK(tag != config::etag_of("{} "));
}

TEST_CASE("a saved configuration reads back as itself, for its owner only", "[config]") {
  const Scratch scratch;
  const auto path = scratch / "config.json";
  const auto saved = config::save(path, planted());
  REQUIRE(saved);
  CHECK(file_text(path) == *saved);
  std::vector<config::Problem> problems;
  CHECK(config::parse_document(*saved, problems) == planted());
  CHECK(mode_of(path) == 0600u);
  CHECK_FALSE(std::filesystem::exists(path + ".bak"));
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("saving keeps the former file beside it, also for its owner only", "[config]") {
  const Scratch scratch;
  const auto path = scratch / "config.json";
  std::ofstream(path) << "{} // mine";
  ::chmod(path.c_str(), 0644);
  REQUIRE(config::save(path, minimal()));
  CHECK(file_text(path + ".bak") == "{} // mine");
  CHECK(mode_of(path) == 0600u);
  CHECK(mode_of(path + ".bak") == 0600u);
}

TEST_CASE("a saved configuration is written as a person would", "[config]") {
  const Scratch scratch;
  const auto saved = config::save(scratch / "c", json::parse(R"({
    "a": {"idle_stop_min": 0.05, "n": 60, "whole": 2.0, "list": ["x", 1.5], "none": {}, "empty": []},
    "b": [{"k": "ä \" \\ \n"}]})"));
  CHECK(saved == R"({
  "a": {
    "idle_stop_min": 0.05,
    "n": 60,
    "whole": 2.0,
    "list": ["x", 1.5],
    "none": {},
    "empty": []
  },
  "b": [
    {
      "k": "ä \" \\ \n"
    }
  ]
}
)");
}

TEST_CASE("a configuration that cannot be saved stays as it was", "[config]") {
  const Scratch scratch;
  const auto saved = config::save(scratch / "missing/config.json", minimal());
  REQUIRE_FALSE(saved);
  CHECK(saved.error() ==
        "cannot write " + (scratch / "missing/config.json.new") + ": No such file or directory");
}

TEST_CASE("a file that cannot be read says why", "[config]") {
  const Scratch scratch;
  CHECK(config::read_text(scratch / "none") ==
        std::unexpected("cannot read " + (scratch / "none") + ": No such file or directory"));
  CHECK(config::read_text(scratch.path()) ==
        std::unexpected("cannot read " + scratch.path() + ": Is a directory"));
  std::ofstream(scratch / "empty").close();
  CHECK(config::read_text(scratch / "empty") == "");
}
