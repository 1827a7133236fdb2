#include "sse/hub.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "sse/frames.hpp"

namespace sse = understudy::daemon::sse;
namespace wire = understudy::daemon::wire;

namespace {

wire::Envelope event(std::int64_t id, std::string type = "provider.failover") {
  return {id, std::move(type), "reviewer-default", 1000, "summary", "{}"};
}

std::vector<std::int64_t> ids(sse::Subscription& subscription, std::size_t bytes = 1'000'000) {
  std::vector<std::int64_t> result;
  for (const auto& frame : subscription.take(bytes)) result.push_back(frame->id);
  return result;
}

}  // namespace

TEST_CASE("an envelope is one line of JSON with exactly its keys", "[sse]") {
  const wire::Envelope envelope{
      7, "provider.failover", "reviewer-default", 1700000000123, "① → ②: \"401\"\n", "{\"a\":\n1}"};
  const auto text = wire::to_json(envelope);
  CHECK(text.find('\n') == std::string::npos);
  CHECK(
      boost::json::parse(text) ==
      boost::json::parse("{\"id\":7,\"type\":\"provider.failover\",\"instance\":\"reviewer-default\","
                         "\"ts\":1700000000123,\"summary\":\"① → ②: \\\"401\\\"\\n\",\"detail\":{\"a\":1}}"));
  auto without = envelope;
  without.instance.reset();
  CHECK_FALSE(boost::json::parse(wire::to_json(without)).as_object().contains("instance"));
}

TEST_CASE("a frame has id, event and data", "[sse]") {
  const auto frame = sse::to_frame(event(7));
  CHECK_THAT(frame, Catch::StartsWith("id: 7\nevent: provider.failover\ndata: {\"id\":7,") &&
                        Catch::EndsWith("}\n\n"));
  CHECK(sse::reset_frame(9) == "id: 9\nevent: reset\ndata: {\"latest\":9}\n\n");
}

TEST_CASE("types are filtered by name and by family", "[sse]") {
  CHECK(sse::TypeFilter("").matches("anything"));
  const sse::TypeFilter filter("container.*, provider.failover");
  CHECK(filter.matches("container.crashed"));
  CHECK(filter.matches("provider.failover"));
  CHECK_FALSE(filter.matches("provider.reset"));
  CHECK_FALSE(filter.matches("containers"));
  CHECK(sse::TypeFilter("*").matches("x"));
}

TEST_CASE("a reader gets what it asked for, in order", "[hub]") {
  sse::Hub hub;
  auto all = hub.subscribe({}, {});
  auto some = hub.subscribe(sse::TypeFilter("container.*"), {});
  hub.publish(event(1));
  hub.publish(event(2, "container.crashed"));
  hub.publish(event(3));
  CHECK(ids(all, 1) == std::vector<std::int64_t>{1});  // one at least
  CHECK(ids(all) == std::vector<std::int64_t>{2, 3});
  CHECK(ids(some) == std::vector<std::int64_t>{2});
  CHECK(hub.latest_id() == 3);
}

TEST_CASE("all readers share one rendered frame", "[hub]") {
  sse::Hub hub;
  auto one = hub.subscribe({}, {});
  auto two = hub.subscribe({}, {});
  hub.publish(event(1));
  CHECK(one.take(1).front() == two.take(1).front());
}

TEST_CASE("a slow reader loses its frames and is told, the others go on", "[hub]") {
  sse::Hub hub(2);
  auto slow = hub.subscribe({}, {});
  auto quick = hub.subscribe({}, {});
  for (int id = 1; id <= 4; ++id) {
    hub.publish(event(id));
    CHECK(ids(quick) == std::vector<std::int64_t>{id});
  }
  CHECK(slow.has_pending());
  CHECK(ids(slow).empty());
  CHECK(slow.take_lagged());
  CHECK_FALSE(slow.take_lagged());
  CHECK_FALSE(quick.take_lagged());
  CHECK(hub.lagged_total() == 1);
  hub.publish(event(5));
  CHECK(ids(slow) == std::vector<std::int64_t>{5});
}

TEST_CASE("a reader is woken once, until it has taken what waits", "[hub]") {
  sse::Hub hub;
  int woken = 0;
  auto reader = hub.subscribe(sse::TypeFilter("container.*"), [&] { ++woken; });
  hub.publish(event(1));
  CHECK(woken == 0);
  hub.publish(event(2, "container.crashed"));
  hub.publish(event(3, "container.crashed"));
  CHECK(woken == 1);
  CHECK(ids(reader).size() == 2);
  hub.publish(event(4, "container.crashed"));
  CHECK(woken == 2);
}

TEST_CASE("destruction unsubscribes, moving keeps the place", "[hub]") {
  sse::Hub hub;
  {
    auto first = hub.subscribe({}, {});
    auto moved = std::move(first);
    CHECK(hub.subscribers() == 1);
    hub.publish(event(1));
    CHECK(ids(moved).size() == 1);
    moved = hub.subscribe({}, {});
    CHECK(hub.subscribers() == 1);
  }
  CHECK(hub.subscribers() == 0);
}

TEST_CASE("a reader may outlive its hub", "[hub]") {
  sse::Subscription left;
  {
    sse::Hub hub;
    left = hub.subscribe({}, {});
    hub.publish(event(1));
  }
  CHECK(ids(left).size() == 1);
}
