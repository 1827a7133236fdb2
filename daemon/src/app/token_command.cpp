#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <iostream>

#include "app/ask_daemon.hpp"
#include "app/commands.hpp"
#include "app/state_dir.hpp"
#include "http/operator_token.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::app {

namespace {

int fail(std::string_view sentence) {
  std::cerr << sentence << '\n';
  return 1;
}

int mint(const TokenOptions& options) {
  wire::ObjectText body;
  body.text("name", options.name).text("role", options.role);
  if (options.lasts) {
    const auto expires = std::chrono::system_clock::now().time_since_epoch() + *options.lasts;
    body.integer("expires", std::chrono::duration_cast<std::chrono::milliseconds>(expires).count());
  }
  const auto response = ask_daemon(options.state_dir, "POST", "/tokens", std::move(body).done());
  if (!response) return fail(response.error());
  boost::system::error_code error;
  const auto answer = boost::json::parse(response->body, error);
  if (response->status != 201) return fail("the daemon did not create a token: " + response->body);
  const auto* value = error ? nullptr : answer.find_pointer("/value", error);
  if (value == nullptr || !value->is_string()) return fail("the daemon's response contains no token");
  std::cout << value->get_string().c_str() << '\n';
  return 0;
}

}  // namespace

int show_token(TokenOptions options) {
  const bool mints = !options.name.empty() || !options.role.empty() || options.lasts;
  if (options.state_dir.empty()) options.state_dir = default_state_dir();
  if (mints && options.role.empty()) options.role = "viewer";
  if (mints && options.name.empty()) options.name = options.role;
  if (mints) return mint(options);
  const auto token = http::load_token(options.state_dir + "/operator-token");
  if (!token) return fail(token.error());
  std::cout << *token << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
