#include "api/model_lists.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include "config/credentials.hpp"
#include "providers/http_get.hpp"

namespace understudy::daemon::api {

namespace {

namespace json = boost::json;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t max_models = 2000;
constexpr auto max_fetch_time = 31s;  // three addresses, ten seconds each

struct Endpoint {
  std::string base;
  std::string key;    ///< sent as x-api-key
  std::string token;  ///< sent as Authorization: Bearer
};

std::expected<Endpoint, std::string> endpoint_of(const std::string& name, const config::Provider& provider,
                                                 const fleet::Keys& keys) {
  if (provider.base_url.empty())
    return std::unexpected(
        fmt::format("provider '{}' has no base_url, so its models cannot be listed", name));
  auto base = provider.base_url;
  while (base.ends_with('/')) base.pop_back();
  if (base.ends_with("/v1")) base.resize(base.size() - 3);
  auto credential = config::credential_of(
      provider, [&keys](const std::string& variable) { return keys.find(variable); },
      [&keys](const std::string& path) { return keys.in_file(path); });
  if (!credential)
    return std::unexpected(fmt::format("the key of provider '{}' is missing: {}", name, credential.error()));
  const bool is_key = credential->kind == config::Credential::Kind::api_key;
  Endpoint endpoint{.base = std::move(base)};
  (is_key ? endpoint.key : endpoint.token) = std::move(credential->value);
  return endpoint;
}

/// Possible addresses: vendors with an Anthropic-compatible API in /anthropic list their models at the root.
std::vector<std::string> addresses(const std::string& base) {
  std::vector<std::string> list{base + "/v1/models?limit=1000"};
  constexpr std::string_view suffix = "/anthropic";
  if (base.ends_with(suffix)) {
    const auto root = base.substr(0, base.size() - suffix.size());
    list.push_back(root + "/v1/models");
    list.push_back(root + "/models");
  }
  return list;
}

Headers headers_of(const Endpoint& endpoint, bool own_address) {
  Headers headers{{"anthropic-version", "2023-06-01"}};
  if (!endpoint.key.empty()) headers.emplace_back("x-api-key", endpoint.key);
  const auto& bearer = endpoint.token.empty() && !own_address ? endpoint.key : endpoint.token;
  if (!bearer.empty()) headers.emplace_back("Authorization", "Bearer " + bearer);
  return headers;
}

/// {"data": [{"id"}]} as Anthropic and OpenAI list them, or {"models": [{"name"}]}.
ModelLists::Models ids_in(const std::string& name, const std::string& body) {
  boost::system::error_code error;
  const auto document = json::parse(body, error);
  const auto* object = error ? nullptr : document.if_object();
  const auto* list = object ? object->if_contains("data") : nullptr;
  if (object && !list) list = object->if_contains("models");
  if (!list || !list->is_array())
    return std::unexpected(
        fmt::format("provider '{}' answered with something that is not a list of models", name));
  std::vector<std::string> ids;
  for (const auto& item : list->get_array()) {
    if (!item.is_object() || ids.size() >= max_models) continue;
    const auto* id = item.get_object().if_contains("id");
    if (!id) id = item.get_object().if_contains("name");
    if (id && id->is_string()) ids.emplace_back(id->get_string());
  }
  return ids;
}

asio::awaitable<ModelLists::Models> fetch(std::string name, Endpoint endpoint) {
  int status = 0;
  bool own_address = true;
  for (const auto& address : addresses(endpoint.base)) {
    const auto answer = co_await providers::http_get(address, headers_of(endpoint, own_address), 10s);
    if (!answer) co_return std::unexpected(fmt::format("provider '{}': {}", name, answer.error()));
    if (answer->status == 200) co_return ids_in(name, answer->body);
    if (status == 0 || status == 404) status = answer->status;
    if (answer->status != 404) break;
    own_address = false;
  }
  co_return std::unexpected(fmt::format("provider '{}' answered {} when asked for its models", name, status));
}

}  // namespace

asio::awaitable<ModelLists::Models> ModelLists::models_of(std::string name, config::Provider provider,
                                                          const fleet::Keys& keys) {
  auto endpoint = endpoint_of(name, provider, keys);
  if (!endpoint) co_return std::unexpected(endpoint.error());
  const auto fingerprint = endpoint->base + '\n' + endpoint->key + '\n' + endpoint->token;
  for (;;) {
    const auto known = entries_.find(name);
    if (known == entries_.end() || known->second.fingerprint != fingerprint) break;
    if (!known->second.arrival) {
      if (std::chrono::steady_clock::now() < known->second.good_until) co_return known->second.models;
      break;
    }
    const auto arrival = known->second.arrival;  // a request is under way
    if (arrival->expiry() <= std::chrono::steady_clock::now()) break;
    auto waiting = arrival->async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(waiting);
  }
  // If this request is cancelled, the others send their own once the timer expires.
  const auto arrival =
      std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, max_fetch_time);
  entries_.insert_or_assign(name, Entry{fingerprint, {}, {}, arrival});
  auto fetching = fetch(name, std::move(*endpoint));
  auto models = co_await std::move(fetching);
  const std::chrono::steady_clock::duration life = models ? std::chrono::steady_clock::duration(5min) : 15s;
  const auto now = std::chrono::steady_clock::now();
  entries_.insert_or_assign(name, Entry{fingerprint, now + life, models, nullptr});
  arrival->cancel();
  co_return models;
}

}  // namespace understudy::daemon::api
