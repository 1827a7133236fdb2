#include "http/types.hpp"

#include <algorithm>
#include <array>

#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> methods{{{Method::get, "GET"},
                                                                      {Method::head, "HEAD"},
                                                                      {Method::post, "POST"},
                                                                      {Method::put, "PUT"},
                                                                      {Method::patch, "PATCH"},
                                                                      {Method::delete_, "DELETE"},
                                                                      {Method::options, "OPTIONS"}}};

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [value, text] : methods)
    if (value == method) return text;
  return "OTHER";
}

Method parse_method(std::string_view text) {
  for (const auto& [value, spelling] : methods)
    if (spelling == text) return value;
  return Method::other;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : pairs_)
    if (iequals(key, name)) return value;
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string_view value) {
  std::erase_if(pairs_, [&](const auto& pair) { return iequals(pair.first, name); });
  add(name, value);
}

void Headers::merge(std::string_view name, std::string_view token) {
  for (auto& [key, value] : pairs_) {
    if (!iequals(key, name)) continue;
    if (!has_token(value, token)) value.append(", ").append(token);
    return;
  }
  add(name, token);
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  for (const auto& [key, value] : pairs_)
    if (key == name) return value;
  return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_)
    if (key == name) values.push_back(value);
  return values;
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : params)
    if (key == name) return value;
  return {};
}

Handler plain(std::function<Response(Request&)> handler) {
  return [run = std::move(handler)](Request& request) -> boost::asio::awaitable<Response> {
    co_return run(request);
  };
}

}  // namespace understudy::daemon::http
