// JSON as text: a user's own text stays as it was written.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "wire/raw_json.hpp"

using namespace understudy::daemon::wire;

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

Members members(std::string_view object) {
  Members out;
  for (const auto& [key, value] : raw_members(object)) out.emplace_back(key, std::string(value));
  return out;
}

}  // namespace

TEST_CASE("numbers and spacing inside values keep their text", "[raw_json]") {
  CHECK(members(R"( {"a": 1.0, "b" :123456789012345678901,"c":1e5 , "d": { "x" : [ 1, 2 ] } } )") ==
        Members{{"a", "1.0"}, {"b", "123456789012345678901"}, {"c", "1e5"}, {"d", R"({ "x" : [ 1, 2 ] })"}});
}

TEST_CASE("brackets, quotes and commas in strings end nothing", "[raw_json]") {
  CHECK(members(R"({"a": "}],{\"", "b": ["]\\", {"c": "}"}], "d": null})") ==
        Members{{"a", R"("}],{\"")"}, {"b", R"(["]\\", {"c": "}"}])"}, {"d", "null"}});
}

TEST_CASE("keys are decoded, values are not", "[raw_json]") {
  CHECK(members(R"({"a\u0062\"": "\u0041", "ä": "ö", "": 1})") ==
        Members{{"ab\"", R"("\u0041")"}, {"ä", "\"ö\""}, {"", "1"}});
}

TEST_CASE("the last value of a duplicate key counts, at the first position", "[raw_json]") {
  CHECK(members(R"({"a": 1, "b": 2, "\u0061": 3})") == Members{{"a", "3"}, {"b", "2"}});
}

TEST_CASE("anything but an object has no members", "[raw_json]") {
  for (const auto* text : {"", "  ", "[]", "5", "\"{}\"", "{}", "{ }", "null"}) {
    CAPTURE(text);
    CHECK(members(text).empty());
  }
}

TEST_CASE("half a document ends early and never runs over", "[raw_json]") {
  const std::string whole = R"({"a": "x\"y", "b": [1, {"c": "\u00e4"}], "d": {"e": null}, "f": -1.5e3})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string half = whole.substr(0, length);
    CHECK(raw_members(half).size() <= 4);
  }
  CHECK(members(whole).size() == 4);
}

TEST_CASE("depth costs no stack", "[raw_json]") {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const auto found = members("{\"a\": " + deep + ", \"b\": 1}");
  REQUIRE(found.size() == 2);
  CHECK(found[0].second == deep);
}

TEST_CASE("any text becomes a JSON string that reads back as itself", "[raw_json]") {
  std::string every_byte;
  for (int c = 0; c < 128; ++c) every_byte += static_cast<char>(c);
  for (const auto& text :
       {every_byte, std::string("ä€𝄞\u2028"), std::string("\"\\/\b\f\t\r\n"), std::string()}) {
    const auto back = boost::json::parse(quoted(text));
    CHECK(std::string(back.as_string()) == text);
  }
  CHECK(quoted("a\n\x1f") == "\"a\\n\\u001f\"");
}

TEST_CASE("bytes that are not UTF-8 become replacement characters, and the rest stays", "[raw_json]") {
  const std::string replacement = "\xEF\xBF\xBD";
  for (const std::string bad :
       {"\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf5", "\xc3", "\xe2\x82", "\xf0\x9d\x84"}) {
    std::string expected = "\"<";
    for (std::size_t i = 0; i < bad.size(); ++i) expected += replacement;
    CHECK(quoted("<" + bad + ">") == expected + ">\"");
    CHECK(quoted("<" + bad) == expected + "\"");
  }
}
