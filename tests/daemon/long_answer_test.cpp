#include "api/long_answer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/agl_world.hpp"

using namespace agl_world;
using api::LongAnswer;
using api::SpillSpace;

namespace {

struct Taker final : http::BodyWriter {
  std::string got{};
  std::size_t most{SIZE_MAX};
  boost::asio::awaitable<bool> write(std::string_view bytes) override {
    got += bytes;
    co_return got.size() < most;
  }
};

/// What a client gets, from memory or a file.
std::string text_of(const http::Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return *text;
  asio::io_context io;
  Taker taker;
  auto task = std::get<http::StreamBody>(body).produce(taker);
  asio::co_spawn(io, std::move(task), asio::detached);
  io.run();
  return std::move(taker.got);
}

/// `count` pieces of a megabyte.
std::expected<http::Body, LongAnswer::Trouble> megabytes(const SpillSpace& spill, int count) {
  LongAnswer answer(spill);
  const std::string piece(1 << 20, 'x');
  for (int i = 0; i < count; ++i)
    if (!answer.add(piece)) break;
  return answer.done();
}

}  // namespace

TEST_CASE("a long answer is kept in an unnamed file, a short one in memory", "[api][long]") {
  const testing::Scratch scratch;
  const SpillSpace spill{.directory = scratch.path()};
  const auto small = megabytes(spill, 1);
  REQUIRE(small);
  CHECK(std::holds_alternative<std::string>(*small));
  CHECK(*spill.used == 0);
  {
    const auto large = megabytes(spill, 5);
    REQUIRE(large);
    CHECK(std::holds_alternative<http::StreamBody>(*large));
    CHECK(*spill.used == 5 << 20);
    CHECK(text_of(*large) == std::string(5 << 20, 'x'));
    CHECK(std::filesystem::is_empty(scratch.path()));
  }
  CHECK(*spill.used == 0);
}

TEST_CASE("each answer is limited, and so are all of them together", "[api][long]") {
  const testing::Scratch scratch;
  const SpillSpace spill{.directory = scratch.path()};
  const auto too_long = megabytes(spill, 300);
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().too_long);
  CHECK(*spill.used == 0);

  *spill.used = LongAnswer::max_untrusted - (2 << 20);
  const auto crowded = megabytes(spill, 5);
  REQUIRE_FALSE(crowded);
  CHECK_FALSE(crowded.error().too_long);
  CHECK(json_answer(crowded).status == 503);
  CHECK(json_answer(crowded).headers.get("Retry-After"));
  auto trusted = spill;
  trusted.trusted = true;
  CHECK(megabytes(trusted, 5));
  CHECK(*spill.used == LongAnswer::max_untrusted - (2 << 20));
}

TEST_CASE("an answer without space is refused with a sentence", "[api][long]") {
  const auto refused = megabytes({.directory = "/none"}, 5);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, Catch::Contains("No such file or directory"));
}

TEST_CASE("the same rollout a thousand times is not an answer of a gigabyte", "[agl][long]") {
  Store store;
  const auto id = store.enqueue(R"("input": ")" + std::string(1 << 20, 'x') + "\"");
  store.ask(Method::post, "/rollouts/" + id, R"({"status": "cancelled"})");
  std::string ids = "\"" + id + "\"";
  for (int i = 1; i < 1000; ++i) ids += ",\"" + id + "\"";
  const auto refused = store.post("/waits/rollouts", R"({"timeout": 0, "rollout_ids": [)" + ids + "]}");
  CHECK(refused.status == 400);
  CHECK_THAT(refused.body, Catch::Contains("MiB"));
}

TEST_CASE("a dequeue hands out as much as an answer can hold, and the rest next time", "[agl][long]") {
  Store store;
  for (int i = 0; i < 12; ++i) store.enqueue(R"("input": ")" + std::string(4 << 20, 'x') + "\"");
  const auto first = store.dequeue(R"({"limit": 100, "worker_id": "w"})");
  CHECK(first.size() == 8);
  CHECK(store.get("/workers/w").at("/status") == "busy");
  CHECK(store.dequeue(R"({"limit": 100, "worker_id": "w"})").size() == 4);
  CHECK(store.get("/workers/w").at("/status") == "busy");
  CHECK(store.dequeue(R"({"limit": 100, "worker_id": "w"})").size() == 0);
  CHECK(store.get("/workers/w").at("/status") == "idle");
}
