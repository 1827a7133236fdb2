#include "http/router.hpp"

#include <catch2/catch.hpp>

#include "http/text.hpp"

namespace http = understudy::daemon::http;
using http::Access;
using http::Method;
using http::Router;

namespace {

Router table(std::initializer_list<std::pair<Method, std::string>> routes) {
  Router router;
  for (const auto& [method, pattern] : routes) router.add({method, pattern, Access::read});
  return router;
}

std::string found(const Router& router, Method method, std::string_view path) {
  const auto match = router.match(method, path);
  if (const auto* matched = std::get_if<http::Matched>(&match)) {
    std::string text = matched->route->pattern;
    for (const auto& [name, value] : matched->params) text += " " + name + "=" + value;
    return text;
  }
  if (const auto* wrong = std::get_if<http::WrongMethod>(&match)) return "405 " + wrong->allow;
  return std::holds_alternative<http::NotFound>(match) ? "404" : "400";
}

}  // namespace

TEST_CASE("a literal segment wins over a capture", "[router]") {
  const auto router = table({{Method::get, "/agents/{name}"},
                             {Method::get, "/agents/models"},
                             {Method::get, "/agents/{name}/why"},
                             {Method::delete_, "/agents/{name}"}});
  CHECK(found(router, Method::get, "/agents/models") == "/agents/models");
  CHECK(found(router, Method::get, "/agents/a") == "/agents/{name} name=a");
  CHECK(found(router, Method::get, "/agents/models/why") == "/agents/{name}/why name=models");
  CHECK(found(router, Method::delete_, "/agents/models") == "/agents/{name} name=models");
}

TEST_CASE("captures keep their names though routes share a segment", "[router]") {
  const auto router = table({{Method::get, "/r/{id}"}, {Method::get, "/r/{rollout}/attempts/{attempt}"}});
  CHECK(found(router, Method::get, "/r/1") == "/r/{id} id=1");
  CHECK(found(router, Method::get, "/r/1/attempts/2") ==
        "/r/{rollout}/attempts/{attempt} rollout=1 attempt=2");
}

TEST_CASE("a known path with another method says which it takes", "[router]") {
  const auto router = table({{Method::get, "/config"}, {Method::put, "/config"}, {Method::post, "/tasks"}});
  CHECK(found(router, Method::post, "/config") == "405 GET, HEAD, PUT, OPTIONS");
  CHECK(found(router, Method::get, "/tasks") == "405 POST, OPTIONS");
  CHECK(found(router, Method::other, "/config") == "405 GET, HEAD, PUT, OPTIONS");
  CHECK(found(router, Method::get, "/nothing") == "404");
}

TEST_CASE("HEAD is answered by GET", "[router]") {
  const auto router = table({{Method::get, "/health"}});
  CHECK(found(router, Method::head, "/health") == "/health");
}

TEST_CASE("one trailing slash is ignored, empty segments match nothing", "[router]") {
  const auto router = table({{Method::get, "/"}, {Method::get, "/agents"}, {Method::get, "/agents/{name}"}});
  CHECK(found(router, Method::get, "/") == "/");
  CHECK(found(router, Method::get, "/agents/") == "/agents");
  CHECK(found(router, Method::get, "/agents//") == "404");
  CHECK(found(router, Method::get, "//agents") == "404");
}

TEST_CASE("segments are decoded one by one, so an escaped slash stays inside", "[router]") {
  const auto router = table({{Method::get, "/agents/{name}"}});
  CHECK(found(router, Method::get, "/agents/a%2Fb") == "/agents/{name} name=a/b");
  CHECK(found(router, Method::get, "/%61gents/x%20y") == "/agents/{name} name=x y");
  CHECK(found(router, Method::get, "/agents/..") == "/agents/{name} name=..");
}

TEST_CASE("a path that cannot be decoded is a bad request", "[router]") {
  const auto router = table({{Method::get, "/agents/{name}"}});
  const std::string path = GENERATE("/agents/%", "/agents/%2", "/agents/%zz", "/agents/%ff", "/agents/%00",
                                    "/agents/\xff", "/agents/%ed%a0%80", "*", "");
  CHECK(found(router, Method::get, path) == "400");
}

TEST_CASE("a route cannot be taken twice or malformed", "[router]") {
  auto router = table({{Method::get, "/a/{x}"}});
  CHECK_THROWS_AS(router.add({Method::get, "/a/{y}"}), std::logic_error);
  CHECK_THROWS_AS(router.add({Method::get, "a"}), std::logic_error);
  CHECK_THROWS_AS(router.add({Method::get, "/a/{}"}), std::logic_error);
  CHECK_THROWS_AS(router.add({Method::get, "/a/b{c}"}), std::logic_error);
}

TEST_CASE("the table can be listed in the order it was written", "[router]") {
  const auto router = table({{Method::get, "/b"}, {Method::post, "/a"}});
  const auto routes = router.routes();
  REQUIRE(routes.size() == 2);
  CHECK(routes[0]->pattern == "/b");
  CHECK(routes[1]->method == Method::post);
}

TEST_CASE("queries keep order and repetition, and refuse bad escapes", "[router]") {
  const auto pairs = http::parse_query("a=1&a=2&empty=&flag&plus=x+y&enc=%C3%A9%26");
  REQUIRE(pairs);
  const http::Query query(*pairs);
  CHECK(query.all("a") == std::vector<std::string_view>{"1", "2"});
  CHECK(query.get("empty") == "");
  CHECK(query.get("flag") == "");
  CHECK(query.get("plus") == "x y");
  CHECK(query.get("enc") == "\xC3\xA9&");
  CHECK_FALSE(query.get("A"));
  CHECK_FALSE(http::parse_query("a=%f"));
  CHECK_FALSE(http::parse_query("%ff=1"));
}

TEST_CASE("accept lists are read with their weights", "[router]") {
  CHECK(http::accepts("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html"));
  CHECK(http::accepts("gzip;q=0.1, br", "gzip"));
  CHECK_FALSE(http::accepts("gzip;q=0, br", "gzip"));
  CHECK_FALSE(http::accepts("gzip;q=0.000", "gzip"));
  CHECK_FALSE(http::accepts("*/*", "text/html"));
}
