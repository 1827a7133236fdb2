#include "http/request_head.hpp"

#include "daemon/http_world.hpp"

using namespace world;

namespace {

constexpr auto host = "Host: localhost\r\n";

std::string request_with(const std::string& fields, const std::string& version = "HTTP/1.1") {
  return "POST /echo " + version + "\r\n" + host + fields + "\r\n";
}

int status_of(const std::string& fields, const std::string& version = "HTTP/1.1") {
  const auto fault = http::head_fault(request_with(fields, version));
  return fault ? fault->status : 200;
}

}  // namespace

TEST_CASE("a head ends at its empty line, however it arrives", "[http][head]") {
  const std::string head = request_with("A: b\r\n");
  http::HeadScanner scanner;
  for (std::size_t size = 1; size < head.size(); ++size) {
    const auto end = scanner.scan(std::string_view(head).substr(0, size));
    REQUIRE(end);
    CHECK_FALSE(end->has_value());
  }
  const auto end = scanner.scan(head + "body");
  REQUIRE(end);
  CHECK(*end == head.size());
}

TEST_CASE("lines that two servers may read differently are refused on arrival", "[http][head]") {
  const std::string line = GENERATE(as<std::string>{}, "A: b\nC: d\r\n", "A: b\rC: d\r\n", "A: b\r\r\n",
                                    "A: b\r\n c\r\n", "A: b\r\n\tc\r\n", " A: b\r\n",
                                    std::string("A: b\0c\r\n", 8), "A: b\vc\r\n", "A: b\x7f\r\n", "\n");
  INFO(line);
  CHECK_FALSE(http::HeadScanner().scan("GET / HTTP/1.1\r\n" + line));
}

TEST_CASE("a body has one length, in digits, or is in chunks", "[http][head]") {
  CHECK(status_of("Content-Length: 5\r\n") == 200);
  CHECK(status_of("Content-Length: 0005\r\n") == 200);
  CHECK(status_of("Transfer-Encoding: chunked\r\n") == 200);
  CHECK(status_of("transfer-encoding:\tCHUNKED \r\n") == 200);
  const std::string length = GENERATE(as<std::string>{}, "", "+5", "-0", "0x5", "5, 5", "5,", "5 5", "1_0",
                                      "5.0", "99999999999999999999", "5\r\nContent-Length: 5");
  INFO(length);
  CHECK(status_of("Content-Length: " + length + "\r\n") == 400);
}

TEST_CASE("a transfer coding that does not end in one chunked leaves the body's end open", "[http][head]") {
  const auto [coding, status] = GENERATE(table<std::string, int>({
      {"", 400},
      {"identity", 400},
      {"xchunked", 400},
      {"\"chunked\"", 400},
      {"chunked;q=1", 400},
      {"chunked, identity", 400},
      {"chunked, gzip", 400},
      {"chunked, chunked", 400},
      {"chunked,", 400},
      {",chunked", 400},
      {"chunked\r\nTransfer-Encoding: chunked", 400},
      {"chunked\r\nTransfer-Encoding: identity", 400},
      {"chunked\r\nContent-Length: 5", 400},
      {"gzip, chunked", 501},
      {"gzip\r\nTransfer-Encoding: chunked", 501},
  }));
  INFO(coding);
  CHECK(status_of("Transfer-Encoding: " + coding + "\r\n") == status);
  CHECK(status_of("Content-Length: 0\r\nTransfer-Encoding: " + coding + "\r\n") == 400);
  CHECK(status_of("Transfer-Encoding: chunked\r\n", "HTTP/1.0") == 400);
}

TEST_CASE("a field has a name, and nothing before its colon", "[http][head]") {
  const std::string field =
      GENERATE(as<std::string>{}, "A : b", ": b", "A", "A\xe9: b", "Transfer-Encoding : chunked");
  INFO(field);
  CHECK(status_of(field + "\r\n") == 400);
}

TEST_CASE("a request is for one host", "[http][head]") {
  CHECK(http::head_fault("GET / HTTP/1.1\r\n\r\n")->status == 400);
  CHECK_FALSE(http::head_fault("GET / HTTP/1.0\r\n\r\n"));
  CHECK(status_of(host) == 400);
  const auto absolute = [](const std::string& authority) {
    return http::head_fault("GET http://" + authority + "/hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  };
  CHECK_FALSE(absolute("localhost"));
  CHECK_FALSE(absolute("LOCALHOST:80"));
  CHECK(absolute("evil.example")->status == 400);
  CHECK(absolute("localhost:81")->status == 400);
  CHECK(absolute("localhost@evil.example")->status == 400);
}

TEST_CASE("a request has a limited number of fields", "[http][head]") {
  std::string fields;
  for (int i = 0; i < 127; ++i) fields += "A: b\r\n";
  CHECK(status_of(fields) == 200);
  CHECK(status_of(fields + "A: b\r\n") == 431);
}

TEST_CASE("after ambiguous framing the connection is not served any more", "[http][head]") {
  const std::string fields =
      GENERATE(as<std::string>{}, "Transfer-Encoding: identity\r\n",
               "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "Content-Length: +0\r\n",
               "X: a\r\n b\r\n", "Transfer-Encoding: gzip, chunked\r\n");
  World world;
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    const auto refused = co_await client.ask(request_with(fields) + get("/hello"));
    CHECK(refused.status >= 400);
    CHECK(refused.field("Connection") == "close");
    co_await client.ends();
  });
}

TEST_CASE("the overhead of a chunked body has a limit of its own", "[http][head]") {
  World world;
  const std::string head = "POST /session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto [name, endless] = GENERATE_COPY(table<std::string, std::string>(
      {{"a chunk's extension", "2;" + std::string(1 << 20, 'a')},
       {"the zeros of a size", std::string(1 << 20, '0')},
       {"a trailer", "0\r\nX: " + std::string(1 << 20, 'y')},
       {"many trailers",
        [] {
          std::string text = "0\r\n";
          while (text.size() < 1 << 20) text += "X: y\r\n";
          return text;
        }()},
       {"extensions of many chunks", [] {
          std::string text;
          while (text.size() < 1 << 20) text += "1;" + std::string(4000, 'a') + "\r\n \r\n";
          return text;
        }()}}));
  INFO(name);
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    const auto refused = co_await client.ask(head + endless);
    CHECK(refused.status == 431);
    CHECK(refused.field("Connection") == "close");
    co_await w.gives(200, get("/hello"));
  });
}

TEST_CASE("HTTP/1.0 gets no 100 Continue", "[http][head]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    co_await w.gives_body("{}", "POST /echo HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + token +
                                    "\r\n"
                                    "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}");
  });
}
