// The library's own JSON, beside Boost's.
#include <catch2/catch.hpp>

#include <boost/json.hpp>
#include <fstream>
#include <limits>

#include "failover/json_line.hpp"
#include "json/writer.hpp"
#include "support/random.hpp"

namespace json = understudy::json;
using json::Kind;

namespace {

bool is_json(std::string_view text) {
  return json::Document(text).ok();
}
std::string error_of(std::string_view text) {
  return json::Document(text).error();
}

/// Written again, value by value.
void copy(json::View value, json::Writer& out) {
  switch (value.kind()) {
    case Kind::object:
      out.open_object();
      for (const auto member : value.members()) {
        out.name(member.key());
        copy(member, out);
      }
      out.close_object();
      return;
    case Kind::array:
      out.open_array();
      for (const auto element : value.elements()) copy(element, out);
      out.close_array();
      return;
    case Kind::none:
    case Kind::null:
    case Kind::boolean:
    case Kind::number:
    case Kind::string: out.value(value); return;
  }
}
std::string copied(std::string_view text) {
  const json::Document document(text);
  json::Writer out;
  copy(document.root(), out);
  return out.done();
}

}  // namespace

TEST_CASE("what is JSON and what is not", "[json]") {
  for (const auto* text : {"null", " true ", "false", "0", "-0", "12.5e-3", "1E+9", "\"\"", "[]", "{}",
                           "[1,[2,{}]]", R"({"a":{"b":[null]},"":1})", "\t[\r\n1 , 2 ]",
                           R"("\u00e9\ud83d\ude00\/\b\f\n\r\t")", "\"\x7f\xff\""}) {
    CAPTURE(text);
    CHECK(is_json(text));
  }
  for (const auto* text :
       {"",     " ",     "nul", "True",          "01",          "-",       "1.",         ".5",        "1e",
        "+1",   "NaN",   "\"",  "\"\\x\"",       "\"\\u12g4\"", "\"\\u12", "\"a\nb\"",   "[",         "[1,]",
        "[,1]", "[1 2]", "{",   "{\"a\"}",       "{\"a\":}",    "{a:1}",   "{\"a\":1,}", "{\"a\" 1}", "[1]]",
        "1 2",  "'a'",   "[1}", "\xEF\xBB\xBF{}"}) {
    CAPTURE(text);
    CHECK_FALSE(is_json(text));
  }
  CHECK_FALSE(is_json(std::string_view("[1\0]", 4)));
}

TEST_CASE("what is wrong is said with its place", "[json]") {
  CHECK(error_of("[1 2]") == "byte 3: a comma or ] is missing");
  CHECK(error_of(R"({"a" 1})") == "byte 5: a colon is missing");
  CHECK(error_of("\"abc") == "byte 4: a string does not end");
  CHECK(error_of("{} {}") == "byte 3: something follows the value");
}

TEST_CASE("nesting has a bound", "[json]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(is_json(nested(64)));
  CHECK_FALSE(is_json(nested(65)));
  CHECK(is_json("[" + nested(63) + "," + nested(63) + "]"));
  CHECK_FALSE(is_json(std::string(10'000'000, '[')));
  CHECK_FALSE(json::Document("[[1]]", 1).ok());
}

TEST_CASE("a member is found by its name; the last of a name counts", "[json]") {
  const JsonLine line(R"({"a":1,"b":{"a":2,"c":[10,{"d":"x"}]},"a":3,"tab\t":4})");
  const json::View root = line;
  CHECK(root["a"].integer() == 3);
  CHECK(root["b"]["a"].integer() == 2);
  CHECK(root["tab\t"].integer() == 4);
  CHECK(root["b"]["c"].elements().begin() != root["b"]["c"].elements().end());
  std::string seen;
  for (const auto element : root["b"]["c"].elements()) seen += std::string(element.raw()) + ";";
  CHECK(seen == R"(10;{"d":"x"};)");
}

TEST_CASE("what is missing or of another kind gives nothing", "[json]") {
  const JsonLine line(R"({"text":"1","number":1,"null":null,"list":[1],"yes":true})");
  const json::View root = line;
  CHECK_FALSE(root["none"]);
  CHECK_FALSE(root["null"]);
  CHECK(root["null"].kind() == Kind::null);
  CHECK_FALSE(root["none"]["of"]["these"].integer());
  CHECK_FALSE(root["text"].integer());
  CHECK_FALSE(root["text"]["x"]);
  CHECK(root["number"].string().empty());
  CHECK_FALSE(root["number"].boolean());
  CHECK(root["yes"].boolean() == true);
  for (const auto none : root["list"].members()) FAIL(none.raw());
  for (const auto none : root["text"].elements()) FAIL(none.raw());
}

TEST_CASE("numbers are read only where they fit", "[json]") {
  const auto integer = [](const char* text) { return json::Document(text).root().integer(); };
  CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(integer("9223372036854775808"));
  CHECK_FALSE(integer("1.0"));
  CHECK(json::Document("1.5e3").root().number() == 1500.0);
  CHECK_FALSE(json::Document("1e999").root().number());
}

TEST_CASE("half a surrogate pair spoils only itself", "[json]") {
  const auto text = [](const char* json) { return std::string(JsonLine(json).root().string()); };
  CHECK(text(R"("\ud83d\ude00")") == "\xF0\x9F\x98\x80");
  CHECK(text(R"("a\ud83db")") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(text(R"("\ud83d\u0041")") ==
        "\xEF\xBF\xBD"
        "A");
  CHECK(text(R"("\ude00\ud83d")") == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("a written text is JSON and UTF-8 whatever it says", "[json]") {
  json::Writer out;
  out.open_object().text("a", std::string("\0\x1f\n\"\\/\x7f", 7)).text("b", "\xff\xc3(é").number("c", 0.1);
  out.number("d", std::numeric_limits<double>::infinity()).open_array("e").integer(-5).flag(true).null();
  out.open_object().close_object().close_array().close_object();
  const auto text = out.done();
  CHECK(text == R"({"a":"\u0000\u001f\n\"\\/)"
                "\x7f"
                R"(","b":"��(é","c":0.1,"d":null,"e":[-5,true,null,{}]})");
  CHECK(boost::json::parse(text).as_object().size() == 5);
}

TEST_CASE("it agrees with Boost about the labelled corpus, and about damaged lines of it", "[json][corpus]") {
  std::ifstream corpus(UNDERSTUDY_TEST_DATA "/corpus_public.jsonl");
  understudy::support::Random random(7);
  std::size_t same = 0;
  for (std::string line; std::getline(corpus, line);) {
    REQUIRE(boost::json::parse(copied(line)) == boost::json::parse(line));
    for (int round = 0; round < 20; ++round) {
      auto damaged = line;
      constexpr std::string_view bytes{"{}[]\",:\\u0e-. \x01t"};
      for (int left = 1 + random.pick(3); left > 0; --left)
        if (auto& byte = damaged[static_cast<std::size_t>(random.pick(static_cast<int>(damaged.size())))];
            byte > 0)
          byte = bytes[static_cast<std::size_t>(random.pick(static_cast<int>(bytes.size())))];
      boost::system::error_code error;
      const auto expected = boost::json::parse(damaged, error);
      CAPTURE(damaged, error.message());
      // Boost refuses half a surrogate pair.
      if (error == boost::json::error::illegal_leading_surrogate ||
          error == boost::json::error::illegal_trailing_surrogate)
        continue;
      REQUIRE(is_json(damaged) == !error);
      if (!error) REQUIRE(boost::json::parse(copied(damaged)) == expected);
      ++same;
    }
  }
  CHECK(same > 3000);
}
