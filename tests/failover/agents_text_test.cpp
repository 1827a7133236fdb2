#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "agents/line_splitter.hpp"
#include "agents/text.hpp"
#include "agents/usage_meter.hpp"
#include "failover/json_line.hpp"

using namespace understudy::failover;
using namespace understudy::failover::agents;

namespace {

using Lines = std::vector<std::pair<std::string, bool>>;

Lines split(std::size_t limit, const std::vector<std::string>& pieces) {
  LineSplitter splitter(limit);
  Lines lines;
  const auto keep = [&](std::string_view line, bool whole) { lines.emplace_back(line, whole); };
  for (const auto& piece : pieces) splitter.feed(piece, keep);
  splitter.finish(keep);
  return lines;
}

using object = JsonLine;

}  // namespace

TEST_CASE("lines are the same in whatever pieces they come", "[agents]") {
  const std::string text = "one\r\n\ntw\ro\r\nlonger than eight\nexactly8\nseven77\r\neight888\r\nlast";
  const Lines expected{{"one", true},      {"", true},        {"tw\ro", true},     {"longer t", false},
                       {"exactly8", true}, {"seven77", true}, {"eight888", false}, {"last", true}};
  CHECK(split(8, {text}) == expected);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    CAPTURE(at);
    CHECK(split(8, {text.substr(0, at), text.substr(at)}) == expected);
  }
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  CHECK(split(8, bytes) == expected);
}

TEST_CASE("a stream without a line end is never held beyond the limit", "[agents]") {
  LineSplitter splitter(1000);
  const std::string piece(100'000, 'x');
  std::size_t size = 0;
  bool was_whole = true;
  const auto keep = [&](std::string_view line, bool whole) {
    size = line.size();
    was_whole = whole;
  };
  for (int i = 0; i < 100; ++i) splitter.feed(piece, keep);
  CHECK(size == 0);
  splitter.finish(keep);
  CHECK(size == 1000);
  CHECK_FALSE(was_whole);
}

TEST_CASE("nothing comes after the end of an empty or finished stream", "[agents]") {
  CHECK(split(8, {}).empty());
  CHECK(split(8, {""}).empty());
  CHECK(split(8, {"a\n"}) == Lines{{"a", true}});
}

TEST_CASE("invalid bytes are replaced, characters stay", "[agents]") {
  CHECK(valid_utf8("plain · 中 😀") == "plain · 中 😀");
  CHECK(valid_utf8("a\xFFz") == "a\uFFFDz");
  CHECK(valid_utf8(std::string_view("a\0z", 3)) == "a\uFFFDz");
  CHECK(valid_utf8("\xC0\xAF") == "\uFFFD\uFFFD");                      // overlong
  CHECK(valid_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");            // surrogate
  CHECK(valid_utf8("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond Unicode
  CHECK(valid_utf8("\xF0\x9F\x98") == "\uFFFD\uFFFD\uFFFD");            // cut short
}

TEST_CASE("a cut does not fall inside a character", "[agents]") {
  CHECK(head_of("ab😀", 6) == "ab😀");
  for (const std::size_t limit : {2, 3, 4, 5}) CHECK(head_of("ab😀", limit) == "ab");
  CHECK(head_of("abc", 0).empty());
  CHECK(head_of("\x80\x80\x80\x80\x80\x80\x80", 6).size() >= 3);  // no characters at all: still ends
}

TEST_CASE("a text that was cut says so", "[agents]") {
  CHECK(clipped("abcdef", 6) == "abcdef");
  CHECK(clipped("abcdefg", 6) == "abc…");
  CHECK(clipped("ab😀cdef", 8) == "ab…");
  CHECK(clipped("a\xFF", 2) == "a\uFFFD");
  CHECK(clipped("abcdefg", 2).empty());
}

TEST_CASE("the tail of a stream starts with a whole line when something before it is gone", "[agents]") {
  Tail tail(16);
  tail.append("first\n");
  CHECK(tail.newest(16) == "first\n");
  tail.append("second\nthird line\n");
  CHECK(tail.newest(16) == "third line\n");
  CHECK(tail.newest(5) == "line\n");  // no line starts in here: better a piece than nothing
  CHECK(tail.newest(7) == "line\n");  // though not of a word, which may be a key
}

TEST_CASE("the tail of a stream is the same in whatever pieces it comes", "[agents]") {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "line " + std::to_string(i) + "\n";
  Tail whole(40);
  whole.append(text);
  for (const std::size_t step : {1, 3, 39, 40, 41, 79, 80, 81, 200}) {
    CAPTURE(step);
    Tail tail(40);
    for (std::size_t at = 0; at < text.size(); at += step)
      tail.append(std::string_view(text).substr(at, step));
    CHECK(tail.newest(40) == whole.newest(40));
  }
  CHECK(whole.newest(40) == "line 46\nline 47\nline 48\nline 49\n");
}

TEST_CASE("the newest lines push the oldest out", "[agents]") {
  NewestLines lines(12);
  for (const auto* line : {"aaaa", "bbbb", "cc"}) lines.add(line);
  std::string out;
  lines.append_to(out);
  CHECK(out == "bbbb\ncc\n");
  lines.add(std::string(100, 'x'));  // too long by itself
  out.clear();
  lines.append_to(out);
  CHECK(out.empty());
}

TEST_CASE("a message counts once, as last seen, with its cache tokens", "[agents]") {
  UsageMeter meter;
  CHECK_FALSE(meter.total());
  meter.count_message(object(R"({"id":"m1","usage":{"input_tokens":5,"output_tokens":1}})"));
  meter.count_message(object(R"({"id":"m2","usage":{"input_tokens":7,"cache_creation_input_tokens":100,
                                 "cache_read_input_tokens":1000,"output_tokens":2}})"));
  meter.count_message(object(R"({"id":"m1","usage":{"input_tokens":5,"output_tokens":30}})"));
  CHECK(meter.total() == Usage{1112, 32});
}

TEST_CASE("the result's total wins over the messages", "[agents]") {
  UsageMeter meter;
  meter.count_message(object(R"({"id":"m1","usage":{"input_tokens":25,"output_tokens":1}})"));
  meter.count_result(
      object(R"({"usage":{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":15}})"));
  CHECK(meter.total() == Usage{25, 15});

  SECTION("with its helper calls, which only the list by model has") {
    meter.count_result(object(R"({"usage":{"input_tokens":25,"output_tokens":15},"modelUsage":{
      "large":{"inputTokens":25,"cacheReadInputTokens":4,"outputTokens":15},"small":{"inputTokens":10,"outputTokens":5}}})"));
    CHECK(meter.total() == Usage{39, 20});
  }
  SECTION("but not when it says nothing") {
    UsageMeter other;
    other.count_message(object(R"({"id":"m1","usage":{"input_tokens":25,"output_tokens":1}})"));
    other.count_result(object(R"({"usage":{"input_tokens":0,"output_tokens":0},"modelUsage":{}})"));
    CHECK(other.total() == Usage{25, 1});
  }
}

TEST_CASE("usage that nobody reported is unknown, not zero", "[agents]") {
  UsageMeter meter;
  meter.count_message(object(R"({"id":"m1"})"));
  meter.count_message(object(R"({"id":"m2","usage":{"input_tokens":"many"}})"));
  meter.count_result(object(R"({"is_error":true})"));
  CHECK_FALSE(meter.total());
}

TEST_CASE("made-up numbers do not overflow a sum", "[agents]") {
  UsageMeter meter;
  for (int i = 0; i < 3000; ++i)
    meter.count_message(object(R"({"id":")" + std::to_string(i) +
                               R"(","usage":{"input_tokens":18446744073709551615,"output_tokens":1e300}})"));
  meter.count_message(object(R"({"id":"x","usage":{"input_tokens":-5,"output_tokens":1}})"));
  REQUIRE(meter.total());
  CHECK(meter.total()->input_tokens == std::int64_t{1} << 52);
  CHECK(meter.total()->output_tokens == std::int64_t{1} << 52);
}

TEST_CASE("a long run's messages all count", "[agents]") {
  UsageMeter meter;
  for (int i = 0; i < 2000; ++i)
    for (int repeat = 0; repeat < 2; ++repeat)
      meter.count_message(
          object(R"({"id":"m)" + std::to_string(i) + R"(","usage":{"input_tokens":2,"output_tokens":1}})"));
  CHECK(meter.total() == Usage{4000, 2000});
}
