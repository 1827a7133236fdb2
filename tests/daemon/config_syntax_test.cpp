// The text of the configuration: JSON with comments, and texts that are not JSON.
#include <boost/json.hpp>

#include "config_fixture.hpp"

using namespace config_world;

TEST_CASE("comments and trailing commas are welcome", "[config]") {
  CHECK(errors(std::string_view("// first\n{\"service\": {/* here */ \"log_format\": \"json\",},} // last"))
            .empty());
  CHECK(errors(std::string_view("{}\n/* the end */\n\n")).empty());
}

TEST_CASE("a syntax error names line and column, in characters", "[config]") {
  const auto where = [](std::string_view text) {
    const auto found = config::parse_config(text).errors;
    REQUIRE(found.size() == 1);
    CHECK(found[0].path.empty());
    return found[0].reason.substr(0, found[0].reason.rfind(':'));
  };
  CHECK(where("{\n  \"service\": {]\n}") == "is not valid JSON at line 2, column 15");
  CHECK(where("{\"ä\": x}") == "is not valid JSON at line 1, column 7");
  CHECK(where("") == "is not valid JSON at line 1, column 1");
  CHECK(where("{\n") == "is not valid JSON at line 2, column 1");
  CHECK(where("{} {}") == "is not valid JSON at line 1, column 4");
  CHECK(where("{\"a\": 1 /* ") == "is not valid JSON at line 1, column 12");
}

TEST_CASE("a document that is not an object is refused", "[config]") {
  for (const auto* text : {"[]", "5", "null", "\"x\""}) {
    CAPTURE(text);
    const auto found = config::parse_config(std::string_view(text)).errors;
    REQUIRE(found.size() == 1);
    CHECK(found[0].path.empty());
    CHECK(found[0].reason.starts_with("must be an object, got "));
  }
}

TEST_CASE("a key that occurs twice is an error: one of the two would be lost silently", "[config]") {
  const auto found = errors(std::string_view(R"({"providers": {"a": {"api_key": "1"}, "a": {"api_key": "2"}},
      "classifier_rules": [{"name": "n", "contains": "c", "kind": "quota"},
                           {"name": "n", "contains": "c", "na\u006de": "m", "kind": "quota"}],
      "service": {"log_format": "text", "log_format": "json", "log_format": "json"}, "x/y": 1, "x/y": 2})"));
  CHECK(found == Lines{"/providers/a: occurs twice", "/classifier_rules/1/name: occurs twice",
                       "/service/log_format: occurs twice", "/x~1y: occurs twice",
                       "/x~1y: unknown key; known are service, providers, agent_types, classifier_rules"});
  std::vector<config::Problem> problems;
  CHECK_FALSE(config::parse_document("{\"a\": 1, \"a\": 2}", problems));
  CHECK(lines(problems) == Lines{"/a: occurs twice"});
}

TEST_CASE("nesting is bounded", "[config]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const auto reason = [&](std::size_t depth) {
    const auto found = config::parse_config(std::string_view("{\"service\": " + nested(depth) + "}")).errors;
    REQUIRE(found.size() == 1);
    return found[0].reason;
  };
  CHECK(reason(60) == "must be an object, got a list");
  CHECK(reason(65).starts_with("is not valid JSON at line 1, "));
  CHECK(reason(1'000'000).starts_with("is not valid JSON at line 1, "));
}

TEST_CASE("text that is not UTF-8 is refused", "[config]") {
  const auto bytes = GENERATE("\xff", "\xc3(", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80");
  const auto found =
      errors(std::string_view("{\"service\": {\"state_dir\": \"" + std::string(bytes) + "\"}}"));
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->starts_with(": is not valid JSON at line 1, column "));
}

TEST_CASE("a byte order mark is not part of the document", "[config]") {
  CHECK(errors(std::string_view("\xEF\xBB\xBF{}")).empty());
}
