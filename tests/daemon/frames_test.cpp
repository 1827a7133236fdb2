#include "runtime/docker/frames.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace understudy::daemon;
using namespace understudy::daemon::runtime;
using namespace std::string_literals;

namespace {

std::string frame(int stream, const std::string& payload) {
  const auto n = payload.size();
  std::string head{static_cast<char>(stream), 0, 0, 0};
  for (const int shift : {24, 16, 8, 0}) head += static_cast<char>(n >> shift & 255U);
  return head + payload;
}

}  // namespace

TEST_CASE("frames are taken apart wherever the reads cut them", "[frames]") {
  const auto stream = frame(1, "ping\n") + frame(2, "") + frame(2, "oops") + frame(1, "pong\n");
  const auto size = GENERATE(1U, 2U, 3U, 7U, 8U, 9U, 20U, 1000U);
  std::string out, err;
  FrameDecoder decoder;
  for (std::size_t at = 0; at < stream.size(); at += size)
    CHECK(decoder.feed(std::string_view(stream).substr(at, size),
                       [&](int which, std::string_view payload) { (which == 2 ? err : out) += payload; }));
  CHECK(out == "ping\npong\n");
  CHECK(err == "oops");
}

TEST_CASE("a length of more than one byte is big-endian", "[frames]") {
  const std::string payload(70'000, 'x');
  CHECK(demultiplexed(frame(1, payload)) == payload);
}

TEST_CASE("a stream that is not framed is refused, and stays refused", "[frames]") {
  FrameDecoder decoder;
  int calls = 0;
  const auto count = [&](int, std::string_view) { ++calls; };
  CHECK_FALSE(decoder.feed("plain text, no frames", count));
  CHECK_FALSE(decoder.feed(frame(1, "late"), count));
  CHECK(calls == 0);
  CHECK_FALSE(FrameDecoder{}.feed("\x01\0\0\0\xff\xff\xff\xff"s, count));  // four gigabytes
}

TEST_CASE("a terminal's output has no frames and is taken as it is", "[frames]") {
  CHECK(demultiplexed("plain text, no frames") == "plain text, no frames");
  CHECK(demultiplexed("") == "");
  CHECK(demultiplexed(frame(1, "whole") + "\x01\0\0"s) == "whole");
}
