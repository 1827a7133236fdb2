#pragma once
#include "daemon/api_world.hpp"
#include "wire/json_value.hpp"

/// Calls of the store, as made by Agent-lightning's client.
namespace agl_world {

using namespace api_world;
using http::Method;

struct Store : Daemon {
  using Daemon::Daemon;

  /// A local client that is not the operator.
  Answer ask(Method method, const std::string& path, std::string body = {}, http::Pairs headers = {}) {
    if (!body.empty() && headers.empty()) headers = {{"Content-Type", "application/json"}};
    return call(method, "/v1/agl" + path, std::move(body), std::move(headers), false);
  }
  Answer get(const std::string& path) { return ask(Method::get, path); }
  Answer post(const std::string& path, std::string body = {}) {
    return ask(Method::post, path, std::move(body));
  }
  Answer operators(Method method, const std::string& path, std::string body = {}) {
    return call(method, "/v1/agl" + path, std::move(body));
  }
  /// Its id.
  std::string enqueue(const std::string& members = R"("input": 1)") {
    const auto answer = post("/queues/rollouts/enqueue", R"({"rollouts": [{)" + members + "}]}");
    CHECK(answer.status == 201);
    return answer.at("/0/rollout_id");
  }
  Answer dequeue(const std::string& body = "{}") { return post("/queues/rollouts/dequeue", body); }
  std::string status(const std::string& id) { return get("/rollouts/" + id).at("/status"); }
  std::vector<std::string> events(const std::string& type) {
    auto reader = opened(store::Reader::open(scratch / "understudy.db"));
    std::vector<std::string> summaries;
    for (const auto& row : reader.events({.types = {type}})) summaries.push_back(row.summary);
    return summaries;
  }
};

}  // namespace agl_world
