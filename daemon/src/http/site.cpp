#include "http/site.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "http/respond.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

/// /t/<token>/v1/…: the credential of clients that cannot send headers.
void take_path_token(Request& request) {
  const std::string_view target = request.target;
  if (!target.starts_with("/t/")) return;
  const auto slash = target.find('/', 3);
  if (slash == std::string_view::npos || !target.substr(slash).starts_with("/v1/")) return;
  request.path_token = percent_decode(target.substr(3, slash - 3)).value_or("");
  request.target = std::string(target.substr(slash));
}

/// "http://host/path" → "/path": any server has to accept the absolute form. Its host is checked as a Host
/// field is; where there are both they agree (request_head.cpp).
void take_origin_form(Request& request) {
  const auto mark = request.target.find("://");
  if (request.target.starts_with('/') || mark == std::string::npos) return;
  const auto named = request.target.substr(mark + 3);
  request.headers.set("Host", named.substr(0, named.find_first_of("/?#")));
  const auto slash = request.target.find('/', mark + 3);
  request.target = slash == std::string::npos ? "/" : request.target.substr(slash);
}

bool has_body(const Request& request) {
  return request.headers.get("Transfer-Encoding") ||
         request.headers.get("Content-Length").value_or("0") != "0";
}

/// Nothing when the route takes that body.
std::optional<std::string> media_problem(const Request& request, const Route& route) {
  if (route.accepts == Accepts::any || !has_body(request)) return std::nullopt;
  const auto type = request.headers.get("Content-Type");
  if (type && !is_json(*type)) return "The body must be application/json, not " + std::string(*type) + ".";
  const auto coding = request.headers.get("Content-Encoding");
  if (coding && !iequals(*coding, "identity")) return "The body must not be compressed.";
  return std::nullopt;
}

std::string allowed_methods(const Match& match, const Router& router, std::string_view path) {
  if (const auto* wrong = std::get_if<WrongMethod>(&match)) return wrong->allow;
  const auto probe = router.match(Method::other, path);
  const auto* wrong = std::get_if<WrongMethod>(&probe);
  return wrong != nullptr ? wrong->allow : "GET, HEAD, OPTIONS";
}

}  // namespace

void Site::render_refusals(std::string prefix, RenderRefusal render) {
  refusals_.emplace_back(std::move(prefix), std::move(render));
}

Response Site::refuse(const Request& request, int status, std::string_view detail) const {
  for (const auto& [prefix, render] : refusals_) {
    if (!request.path.starts_with(prefix)) continue;
    auto response = render(request, status, detail);
    if (status == 401) response.headers.set("WWW-Authenticate", challenge);
    return response;
  }
  return problem(status, detail);
}

Admission Site::admit(Request& request) {
  take_origin_form(request);
  take_path_token(request);
  const auto mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (const auto refusal = gate_.check_origin(request))
    return {refuse(request, refusal->status, refusal->detail)};
  gate_.authenticate(request);
  if (mark != std::string::npos) {
    const std::string_view text = std::string_view(request.target).substr(mark + 1);
    auto pairs = parse_query(text.substr(0, text.find('#')));
    if (!pairs) return {refuse(request, 400, "The query is not valid percent-encoded UTF-8.")};
    request.query = Query(std::move(*pairs));
  }
  if (request.method == Method::options && request.target == "*") return {empty()};
  return route(request);
}

Admission Site::route(Request& request) {
  const auto match = router_.match(request.method, request.path);
  if (const auto* bad = std::get_if<BadPath>(&match))
    return {refuse(request, 400, "Bad request: " + bad->reason + ".")};
  if (request.method == Method::options && !std::holds_alternative<Matched>(match)) {
    const auto allow = allowed_methods(match, router_, request.path);
    if (auto answer = gate_.preflight(request, allow)) return {std::move(answer)};
    if (std::holds_alternative<WrongMethod>(match)) {
      auto answer = empty();
      answer.headers.set("Allow", allow);
      return {std::move(answer)};
    }
  }
  if (files_ != nullptr)
    if (auto page = files_->page(request)) {
      request.route = "(static)";
      return {std::move(page)};
    }
  if (const auto* wrong = std::get_if<WrongMethod>(&match)) {
    auto answer = refuse(request, 405, "This path answers " + wrong->allow + ".");
    answer.headers.set("Allow", wrong->allow);
    return {std::move(answer)};
  }
  const auto* matched = std::get_if<Matched>(&match);
  if (matched == nullptr) {
    if (files_ != nullptr)
      if (auto asset = files_->asset(request)) {
        request.route = "(static)";
        return {std::move(asset)};
      }
    return {refuse(request, 404, "There is nothing at " + request.path + ".")};
  }
  request.matched = matched->route;
  request.route = matched->route->pattern;
  request.params = matched->params;
  if (const auto refusal = gate_.authorize(request, matched->route->access, matched->route->changes()))
    return {refuse(request, refusal->status, refusal->detail)};
  if (const auto media = media_problem(request, *matched->route)) return {refuse(request, 415, *media)};
  return {std::nullopt, matched->route};
}

boost::asio::awaitable<Response> Site::serve(Request& request, const Route& route) {
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  std::string failure;
  try {
    co_return co_await route.handler(request);
  } catch (const boost::system::system_error& error) {
    if (cancellation.cancelled() != boost::asio::cancellation_type::none)
      throw;  // the server is giving this request up
    failure = error.what();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (on_failure)
    on_failure(std::string(to_string(request.method)) + " " + std::string(request.route) +
               " failed: " + failure);
  co_return refuse(request, 500, "Something went wrong in the daemon; its log says more.");
}

void Site::finish(const Request& request, Response& response) const {
  if (on_answer) on_answer(request, response.status);
  gate_.add_cors(request, response);
  auto& headers = response.headers;
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // An answer is data, even when opened in a tab. Pages and their assets have policies of their own.
  if (request.route != "(static)")
    headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!headers.get("Cache-Control")) headers.add("Cache-Control", "no-store");
  if (is_json(headers.get("Content-Type").value_or(""))) headers.merge("Vary", "Accept-Encoding");
  if (files_ != nullptr && files_->is_page(request.path)) headers.merge("Vary", "Accept");
}

}  // namespace understudy::daemon::http
