#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <ctime>

#include "http/respond.hpp"
#include "http/response_head.hpp"

namespace http = understudy::daemon::http;

namespace {

std::string body_of(const http::Response& response) {
  return std::get<std::string>(response.body);
}

http::Request with_body(std::string body) {
  http::Request request;
  request.body = std::move(body);
  return request;
}

std::string refusal_of(const std::string& body) {
  const auto parsed = http::parse_json_body(with_body(body));
  if (parsed) return "parsed";
  CHECK(parsed.error().status == 400);
  return std::string(boost::json::parse(body_of(parsed.error())).at("detail").as_string());
}

std::string head_of(const http::Response& response, const http::HeadOptions& options = {}) {
  std::string out;
  http::append_head(out, response, options, 0);
  return out;
}

}  // namespace

TEST_CASE("a problem says what is wrong, where, and in which fields", "[problem]") {
  const auto response =
      http::problem(422, "Two mistakes.", {{"/a", "must be positive"}, {"/b/0", "is \"odd\""}});
  CHECK(response.headers.get("content-type") == "application/problem+json");
  CHECK(boost::json::parse(body_of(response)) == boost::json::parse(R"({"type":"about:blank",
      "title":"Unprocessable Content","status":422,"detail":"Two mistakes.",
      "errors":[{"path":"/a","reason":"must be positive"},{"path":"/b/0","reason":"is \"odd\""}]})"));
  CHECK(boost::json::parse(body_of(http::problem(404, "Gone."))).as_object().contains("errors") == false);
}

TEST_CASE("a problem stays UTF-8 whatever it quotes", "[problem]") {
  CHECK(boost::json::parse(body_of(http::problem(403, "host \xff\xfe"))).at("detail") == "host ??");
}

TEST_CASE("bad JSON is refused with its position", "[problem]") {
  CHECK_THAT(refusal_of("{\"a\": 1,\n \"b\": nope}"), Catch::Contains("line 2, column"));
  CHECK_THAT(refusal_of("{\"a\": 1} x"), Catch::Contains("line 1, column 10"));
  CHECK_THAT(refusal_of("{\"a\": NaN}"), Catch::Contains("not JSON"));
  CHECK_THAT(refusal_of("{\"a\": \"\xff\"}"), Catch::Contains("not JSON"));
  CHECK_THAT(refusal_of("{\"a\""), Catch::Contains("not JSON"));
  CHECK_THAT(refusal_of(""), Catch::Contains("empty"));
  CHECK_THAT(refusal_of(std::string(65, '[') + std::string(65, ']')), Catch::Contains("not JSON"));
  CHECK(refusal_of(std::string(60, '[') + std::string(60, ']')) == "parsed");
}

TEST_CASE("the last of duplicate keys wins", "[problem]") {
  CHECK(http::parse_json_body(with_body(R"({"a":1,"a":2})"))->at("a") == 2);
}

TEST_CASE("a query number outside its range names the parameter", "[problem]") {
  http::Request request;
  CHECK(http::query_integer(request, "limit", 500, 1, 1000) == 500);
  request.query =
      http::Query({{"limit", "7"}, {"bad", "7x"}, {"low", "-1"}, {"huge", "99999999999999999999"}});
  CHECK(http::query_integer(request, "limit", 500, 1, 1000) == 7);
  for (const auto* name : {"bad", "low", "huge"}) {
    const auto refused = http::query_integer(request, name, 0, 0, 1000);
    REQUIRE_FALSE(refused);
    CHECK_THAT(body_of(refused.error()), Catch::Contains(name));
  }
}

TEST_CASE("a head is complete, dated and framed", "[problem]") {
  CHECK(head_of(http::json(200, "{}"), {http::Framing::length, 2}) ==
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n");
  CHECK_THAT(head_of(http::empty(204)), !Catch::Contains("Content-Length"));
  CHECK_THAT(head_of(http::empty(200), {http::Framing::chunked}),
             Catch::Contains("Transfer-Encoding: chunked\r\n"));
  CHECK_THAT(head_of(http::empty(200), {http::Framing::length, 0, false}),
             Catch::Contains("Connection: close\r\n"));
}

TEST_CASE("a header cannot split an answer nor lie about its length", "[problem]") {
  auto response = http::empty(200);
  response.headers.set("X-Name", "a\r\nSet-Cookie: evil=1");
  response.headers.set("Content-Length", "99");
  const auto head = head_of(response);
  CHECK_THAT(head, !Catch::Contains("evil"));
  CHECK_THAT(head, !Catch::Contains("99"));
}

TEST_CASE("header names ignore case, and lists are merged", "[problem]") {
  http::Headers headers;
  headers.add("Vary", "Accept");
  headers.merge("vary", "Origin");
  headers.merge("VARY", "accept");
  CHECK(headers.get("vArY") == "Accept, Origin");
  headers.set("VARY", "*");
  CHECK(headers.pairs().size() == 1);
}
