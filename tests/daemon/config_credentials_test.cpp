// Where a provider's key comes from, and which tiers have none.
#include "config/credentials.hpp"

#include <boost/json.hpp>
#include <map>

#include "config/document.hpp"
#include "config_fixture.hpp"
#include "wire/mask.hpp"

using namespace config_world;
namespace wire = understudy::daemon::wire;
using Kind = config::Credential::Kind;

namespace {

/// An environment and a disk.
struct Place {
  std::map<std::string, std::string> variables{};
  std::map<std::string, std::string> files{};

  [[nodiscard]] config::FindVariable find() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto known = variables.find(name);
      return known == variables.end() ? std::nullopt : std::optional(known->second);
    };
  }
  [[nodiscard]] config::ReadKeyFile read() const {
    return [this](const std::string& path) -> std::expected<std::string, std::string> {
      const auto known = files.find(path);
      if (known == files.end()) return std::unexpected(path + " cannot be read: No such file or directory");
      return known->second;
    };
  }
  [[nodiscard]] auto credential(const config::Provider& provider) const {
    return config::credential_of(provider, find(), read());
  }
  [[nodiscard]] auto unconfigured(const json::value& document) const {
    return config::unconfigured(accepted(document), find(), read());
  }
  [[nodiscard]] Lines missing(const json::value& document) const {
    return lines(config::missing_keys(accepted(document), find(), read()));
  }
};

/// reviewer: anthropic, then deepseek; writer: deepseek alone. Both keys are in variables.
json::value two_types() {
  auto document =
      with(minimal(), "/providers", json::parse(R"({"anthropic": {"api_key_env": "ANTHROPIC_API_KEY"},
                                                               "deepseek": {"auth_token_env": "DEEPSEEK_API_KEY"}})"));
  return with(document, "/agent_types/writer", json::parse(R"({"provider": "deepseek", "model": "v4"})"));
}

const Place both{.variables = {{"ANTHROPIC_API_KEY", "sk-a"}, {"DEEPSEEK_API_KEY", "sk-d"}}};

}  // namespace

TEST_CASE("a key is in the configuration, in a variable or in a file", "[config][keys]") {
  const Place place{.variables = {{"KEY", "from variable"}}, .files = {{"/run/key", "from file"}}};
  const auto is = [&place](const config::Provider& provider, Kind kind, const std::string& value) {
    const auto found = place.credential(provider);
    REQUIRE(found);
    CHECK(found->kind == kind);
    CHECK(found->value == value);
  };
  is({}, Kind::none, "");
  is({.api_key = "written"}, Kind::api_key, "written");
  is({.api_key_env = "KEY"}, Kind::api_key, "from variable");
  is({.api_key_file = "/run/key"}, Kind::api_key, "from file");
  is({.auth_token = "written"}, Kind::auth_token, "written");
  is({.auth_token_env = "KEY"}, Kind::auth_token, "from variable");
  is({.auth_token_file = "/run/key"}, Kind::auth_token, "from file");
}

TEST_CASE("a key that is not there says where it was looked for", "[config][keys]") {
  Place place{.variables = {{"EMPTY", ""}, {"TWO", "sk-secret\nLD_PRELOAD=/x"}}};
  CHECK(place.credential({.api_key_env = "KEY"}).error() == "KEY is not set");
  CHECK(place.credential({.auth_token_env = "EMPTY"}).error() == "EMPTY is not set");
  CHECK(place.credential({.api_key_env = "TWO"}).error() == "TWO is not one line of text");
  CHECK(place.credential({.auth_token_file = "/run/key"}).error() ==
        "/run/key cannot be read: No such file or directory");
}

TEST_CASE("the way to a key is one of six, and a file's path is absolute", "[config][keys]") {
  const auto provider = [](const char* text) { return errors(with("/providers/deepseek", text)); };
  const std::string at = "/providers/deepseek";
  CHECK(accepted(with(at, R"({"api_key_file": "/run/secrets/key"})")).providers.at("deepseek").api_key_file ==
        "/run/secrets/key");
  CHECK(accepted(with(at, R"({"auth_token_file": "/t"})")).providers.at("deepseek").auth_token_file == "/t");
  const std::vector<std::string> ways{"api_key",    "api_key_env",    "api_key_file",
                                      "auth_token", "auth_token_env", "auth_token_file"};
  for (const auto& one : ways)
    for (const auto& other : ways) {
      if (one == other) continue;
      const auto value = [](const std::string& way) { return way.ends_with("file") ? "/f" : "K"; };
      const json::value both_given{{one, value(one)}, {other, value(other)}};
      CHECK(errors(with(minimal(), at, both_given)) ==
            Lines{at + ": give only one of api_key, api_key_env, api_key_file, auth_token, auth_token_env, "
                       "auth_token_file"});
    }
  CHECK(provider(R"({"api_key_file": ""})") == Lines{at + "/api_key_file: must not be empty"});
  CHECK(provider(R"({"api_key_file": 5})") == Lines{at + "/api_key_file: must be a string, got a number"});
  CHECK(provider(R"({"api_key_file": "/a\u0000b"})") == Lines{at + "/api_key_file: must not contain NUL"});
  // Not repeated: it may be the key itself, pasted into the wrong place.
  CHECK(provider(R"({"auth_token_file": "sk-pasted-by-mistake"})") ==
        Lines{at + "/auth_token_file: must be an absolute path; the key itself belongs in auth_token"});
}

TEST_CASE("each provider without its key is named, with the tiers that need it", "[config][keys]") {
  CHECK(both.unconfigured(two_types()).empty());
  const auto found = Place{}.unconfigured(two_types());
  REQUIRE(found.size() == 2);
  CHECK(found[0] ==
        config::Unconfigured{"anthropic", "api_key_env", "ANTHROPIC_API_KEY is not set", {{"reviewer", 1}}});
  CHECK(found[1] ==
        config::Unconfigured{
            "deepseek", "auth_token_env", "DEEPSEEK_API_KEY is not set", {{"reviewer", 2}, {"writer", 1}}});
}

TEST_CASE("a missing key ends when it appears", "[config][keys]") {
  const auto document =
      with(two_types(), "/providers/anthropic", json::parse(R"({"api_key_file": "/run/key"})"));
  auto place = both;
  CHECK(place.unconfigured(document).at(0).reason == "/run/key cannot be read: No such file or directory");
  place.files["/run/key"] = "sk-now";
  CHECK(place.unconfigured(document).empty());
}

TEST_CASE("the warning of a missing key says which variable, which provider, and who uses it",
          "[config][keys]") {
  CHECK(Place{}.missing(two_types()) == Lines{"/providers/anthropic/api_key_env: ANTHROPIC_API_KEY is not "
                                              "set, so provider 'anthropic' has no key "
                                              "and cannot serve reviewer (tier 1)",
                                              "/providers/deepseek/auth_token_env: DEEPSEEK_API_KEY is not "
                                              "set, so provider 'deepseek' has no key "
                                              "and cannot serve reviewer (tier 2), writer (tier 1)"});
  CHECK(both.missing(two_types()).empty());
}

TEST_CASE("a key that no tier of ours needs is not missed", "[config][keys]") {
  SECTION("a provider that no chain names") {
    CHECK(both.missing(with(two_types(), "/providers/spare", json::parse(R"({"api_key_env": "SPARE"})")))
              .empty());
  }
  SECTION("an agent that someone else runs") {
    const auto document =
        with(two_types(), "/agent_types/writer/agent", json::parse(R"({"adapter": "external"})"));
    CHECK(Place{}.unconfigured(document).at(1).tiers == std::vector<config::TierUse>{{"reviewer", 2}});
  }
  SECTION("tier 1 in host mode, which has the operator's own environment; a lower tier needs its key") {
    const auto document =
        with(two_types(), "/agent_types/reviewer/container", json::parse(R"({"mode": "host"})"));
    const auto found = Place{}.unconfigured(document);
    REQUIRE(found.size() == 1);
    CHECK(found[0].tiers == std::vector<config::TierUse>{{"reviewer", 2}, {"writer", 1}});
  }
  SECTION("a provider without a key, which authenticates through its env or needs none") {
    CHECK(both.missing(with(two_types(), "/providers/anthropic", json::parse(R"({"env": {"A": "b"}})")))
              .empty());
  }
}

TEST_CASE("the same provider twice in a chain is named once, with both tiers", "[config][keys]") {
  const auto document = with(two_types(), "/agent_types/reviewer/provider_chain/1",
                             json::parse(R"({"provider": "anthropic", "model": "sonnet"})"));
  CHECK(Place{}.unconfigured(document).at(0).tiers ==
        std::vector<config::TierUse>{{"reviewer", 1}, {"reviewer", 2}});
}

TEST_CASE("the files with keys are listed once each", "[config][keys]") {
  const auto document =
      with(minimal(), "/providers",
           json::parse(R"({"anthropic": {"api_key_file": "/b"}, "deepseek": {"auth_token_file": "/a"},
                                             "third": {"api_key_file": "/b"}, "fourth": {"api_key": "k"}})"));
  CHECK(config::key_files(accepted(document)) == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("the names of key files and variables are shown, and come back with the masks", "[config][keys]") {
  const auto document = with(minimal(), "/providers", json::parse(R"({
    "anthropic": {"api_key_file": "/run/secrets/a", "env": {"X": "hidden-value"}, "silence_s": 5},
    "deepseek": {"auth_token_file": "/run/secrets/d"}, "e": {"auth_token_env": "NAME"}, "f": {"api_key": "sk-hidden"}})"));
  const auto shown = config::masked(document);
  CHECK(shown.at_pointer("/providers/anthropic/api_key_file") == "/run/secrets/a");
  CHECK(shown.at_pointer("/providers/deepseek/auth_token_file") == "/run/secrets/d");
  CHECK(shown.at_pointer("/providers/e/auth_token_env") == "NAME");
  CHECK(shown.at_pointer("/providers/anthropic/env/X") == json::string(wire::mask));
  CHECK(shown.at_pointer("/providers/f/api_key") == json::string(wire::mask));
  std::vector<config::Problem> problems;
  CHECK(config::unmasked(shown, document, problems) == document);
  CHECK(problems.empty());
  CHECK(config::parse_config(config::unmasked(shown, document, problems)).config);
}
