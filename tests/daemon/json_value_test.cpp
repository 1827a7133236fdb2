#include <catch2/catch.hpp>

#include "wire/json_value.hpp"
#include "wire/raw_json.hpp"

using namespace understudy::daemon::wire;

TEST_CASE("a JSON text becomes compact and its numbers keep their text", "[json_value]") {
  CHECK(
      compact_json(
          " { \"a\" : [ 1.0 , -0.0 , 1E5 , 123456789012345678901 ] , \"b\\/\\u0041\" : \"\\u00e9\\n\" } ") ==
      "{\"a\":[1.0,-0.0,1E5,123456789012345678901],\"b/A\":\"é\\n\"}");
  CHECK(compact_json("[NaN, Infinity, -Infinity, 1e400, true, null]") == "[null,null,null,null,true,null]");
  CHECK(compact_json(R"("\ud83d\ude00\u0000\u001f")") == R"("😀\u0000\u001f")");
  CHECK(compact_json("[]") == "[]");
  CHECK(compact_json("{}") == "{}");
}

TEST_CASE("what is not JSON is refused, and where", "[json_value]") {
  const auto reason = [](std::string_view text) {
    const auto compact = compact_json(text);
    return compact ? *compact : compact.error().reason + " " + std::to_string(compact.error().offset);
  };
  CHECK(reason("{bad") == "Expecting property name enclosed in double quotes 1");
  CHECK(reason("") == "Expecting value 0");
  CHECK(reason("[1,]") == "Expecting value 3");
  CHECK(reason("[1 2]") == "Expecting ',' delimiter 3");
  CHECK(reason("{\"a\" 1}") == "Expecting ':' delimiter 5");
  CHECK(reason("1 1") == "Extra data 2");
  CHECK(reason("\"abc") == "Unterminated string starting at 0");
  CHECK(reason("\"a\nb\"") == "Invalid control character at 2");
  CHECK(reason(R"("\x")") == "Invalid \\escape 1");
  CHECK(reason(R"("\ud800")") == "Half a surrogate pair 1");
  CHECK(reason("\"\xff\"") == "Invalid UTF-8 1");
  CHECK(reason("01") == "Expecting value 0");
  CHECK(reason("[1.]") == "Expecting value 1");
  CHECK(reason("{\"a\":1,}") == "Expecting property name enclosed in double quotes 7");
  CHECK_FALSE(compact_json(std::string(5000, '9')).has_value());
  CHECK(compact_json(std::string(128, '[') + std::string(128, ']')).has_value());
  CHECK_FALSE(compact_json(std::string(129, '[') + std::string(129, ']')).has_value());
  CHECK_FALSE(compact_json(std::string(8'000'000, '[')).has_value());
}

TEST_CASE("every beginning of a text is refused without a crash", "[json_value]") {
  const std::string text = R"({"a":[1.5e3,"\ud83d\ude00é",{"b":null}],"c":-1})";
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(compact_json(text.substr(0, size)).has_value());
  CHECK(compact_json(text).has_value());
}

TEST_CASE("values are found by skipping", "[json_value]") {
  const auto text = *compact_json(R"({"a": {"x": [1, "]}"]}, "b": "q\"\\", "a": 7, "c": [], "d": {}})");
  const Value value(text);
  CHECK(value.size() == 5);
  CHECK(value.find("a")->text() == "7");
  CHECK(value.find("b")->string() == "q\"\\");
  CHECK(value.find("c")->size() == 0);
  CHECK_FALSE(value.find("e"));
  CHECK(value.find("a")->kind() == Value::Kind::integer);
}

TEST_CASE("an object of many members is read in a time that grows with them", "[raw_json]") {
  std::string object = "{\"m\":0";
  for (int i = 0; i < 200'000; ++i) object += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
  object += ",\"m\":1}";
  const auto members = raw_members(object);
  CHECK(members.size() == 200'001);
  CHECK(members.front().second == "1");
}
