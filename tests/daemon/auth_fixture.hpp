#pragma once
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "http/gate.hpp"

/// Requests as a gate sees them, without sockets.
namespace auth_world {

namespace http = understudy::daemon::http;
using http::Access;
using http::Method;
using namespace std::chrono_literals;

inline const std::string token(64, 'a');
inline const std::string store_token(64, 'b');

inline http::GateOptions options() {
  http::GateOptions result;
  result.operator_token = token;
  result.store_token = store_token;
  result.listen_port = 8787;
  return result;
}

inline http::Request request(http::Pairs headers, Method method = Method::get, std::string path = "/agents") {
  http::Request result;
  result.method = method;
  result.path = std::move(path);
  result.peer = "127.0.0.1";
  result.local_address = "127.0.0.1";
  result.headers = http::Headers(std::move(headers));
  if (!result.headers.get("Host")) result.headers.add("Host", "127.0.0.1:8787");
  return result;
}

inline bool may(http::Gate& gate, http::Request call, Access access) {
  gate.authenticate(call);
  return !gate.authorize(call, access);
}

inline bool passes(const http::Gate& gate, const http::Request& call) {
  return !gate.check_origin(call);
}

inline std::string cookie_of(const http::Response& response) {
  const auto value = response.headers.get("Set-Cookie").value_or("");
  return std::string(value.substr(0, value.find(';')));
}

inline http::Response log_in(http::Gate& gate, const std::string& presented, std::string peer = "127.0.0.1") {
  auto call = request({}, Method::post, "/session");
  call.peer = std::move(peer);
  call.body = R"({"token":")" + presented + R"("})";
  return gate.log_in(call);
}

inline std::string member(const http::Response& response, std::string_view name) {
  const auto value = boost::json::parse(std::get<std::string>(response.body));
  const auto* found = value.get_object().if_contains(name);
  return found != nullptr ? std::string(found->get_string()) : "";
}

/// A call of our own page after that login.
inline http::Request session(const http::Response& login) {
  return request(
      {{"Cookie", "theme=dark; " + cookie_of(login)}, {"X-Understudy-Session", member(login, "secret")}});
}

}  // namespace auth_world
