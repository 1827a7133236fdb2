#include "daemon/http_world.hpp"
#include "http/compress.hpp"
#include "http/gzip.hpp"

using namespace world;

namespace {

std::string json_of(std::size_t size) {
  std::string text = "[0";
  while (text.size() + 1 < size) text += ",1";
  return text + "]";
}

http::Request asking(std::string_view encodings) {
  http::Request request;
  request.headers.set("Accept-Encoding", encodings);
  return request;
}

}  // namespace

TEST_CASE("large JSON is compressed for clients that accept it", "[http]") {
  const auto large = http::json(200, json_of(5'000));
  CHECK(http::should_compress(asking("gzip, deflate, br"), large, false));
  CHECK_FALSE(http::should_compress(asking("br, gzip;q=0"), large, false));
  CHECK_FALSE(http::should_compress({}, large, false));
  CHECK_FALSE(http::should_compress(asking("gzip"), http::json(200, json_of(4'000)), false));
  CHECK_FALSE(http::should_compress(asking("gzip"), http::text(200, std::string(5'000, 'x')), false));
  CHECK(http::should_compress(asking("gzip"), http::problem(400, std::string(5'000, 'x')), false));
}

TEST_CASE("on the same machine only very large answers are compressed", "[http]") {
  CHECK_FALSE(http::should_compress(asking("gzip"), http::json(200, json_of(60'000)), true));
  CHECK(http::should_compress(asking("gzip"), http::json(200, json_of(70'000)), true));
}

TEST_CASE("answers that are already encoded or have a strong ETag are not compressed", "[http]") {
  auto answer = http::json(200, json_of(5'000));
  answer.headers.set("ETag", "\"1\"");
  CHECK_FALSE(http::should_compress(asking("gzip"), answer, false));
  answer = http::json(200, http::gzip(json_of(50'000)) + std::string(5'000, ' '));
  answer.headers.set("Content-Encoding", "gzip");
  CHECK_FALSE(http::should_compress(asking("gzip"), answer, false));
  answer = {200, {}, http::StreamBody{}};
  answer.headers.set("Content-Type", "application/json");
  CHECK_FALSE(http::should_compress(asking("gzip"), answer, false));
}

TEST_CASE("a packed answer says so, and others are served meanwhile", "[http]") {
  World world;
  const auto text = json_of(3'000'000);
  world.add(http::Method::get, "/large", [&](http::Request&) { return http::json(200, text); });
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/large", "Accept-Encoding: gzip\r\n"));
    co_await w.gives(200, get("/hello"));
    const auto packed = co_await client.answer();
    CHECK(packed.status == 200);
    CHECK(packed.field("Content-Encoding") == "gzip");
    CHECK(packed.field("Vary") == "Accept-Encoding");
    CHECK(packed.field("Content-Length") == std::to_string(packed.body.size()));
    CHECK(packed.body.size() < text.size() / 100);
    CHECK(http::gunzip(packed.body, text.size()) == text);

    const auto plain = co_await client.ask(get("/large"));
    CHECK(plain.field("Content-Encoding").empty());
    CHECK(plain.field("Vary") == "Accept-Encoding");
    CHECK(plain.body == text);

    co_await client.send("HEAD /large HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
    const auto head = co_await client.answer(false);
    CHECK(head.field("Content-Length") == std::to_string(packed.body.size()));
    co_await client.gives(200, get("/hello"));
  });
}

TEST_CASE("a client may leave while its answer is compressed", "[http]") {
  World world;
  const auto text = json_of(3'000'000);
  world.add(http::Method::get, "/large", [&](http::Request&) { return http::json(200, text); });
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/large", "Accept-Encoding: gzip\r\n"));
    client.close();
    co_await w.gives(200, get("/hello"));
  });
  CHECK(world.failures.empty());
}
