#include <chrono>

#include "scripted_provider/plan.hpp"
#include "scripted_world.hpp"

using namespace scripted_world;

namespace {

/// Type and data of each event of a chunked stream.
std::vector<std::pair<std::string, json::value>> events_of(const std::string& body) {
  std::vector<std::pair<std::string, json::value>> events;
  for (auto at = body.find("event: "); at != body.npos; at = body.find("event: ", at + 1)) {
    const auto type = body.substr(at + 7, body.find('\n', at) - at - 7);
    const auto data = body.find("data: ", at) + 6;
    events.emplace_back(type, json::parse(body.substr(data, body.find("\n\n", data) - data)));
  }
  return events;
}

std::vector<std::string> types_of(const std::string& body) {
  std::vector<std::string> types;
  for (const auto& [type, data] : events_of(body)) {
    CHECK(data.at("type") == json::value(type));
    if (types.empty() || types.back() != type) types.push_back(type);
  }
  return types;
}

std::string problem_of(std::string_view script) {
  const auto parsed = scripted::parse_script(script);
  return parsed ? "" : parsed.error();
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a healthy scripted provider answers a plain call with the model it was asked for") {
  World world(R"({"answer": "I am {model}, {model}!", "usage": {"input_tokens": 7, "output_tokens": 3}})");
  const auto answer = world.call();
  CHECK(answer.status == 200);
  CHECK(answer.at("/type") == "message");
  CHECK(answer.at("/role") == "assistant");
  CHECK(answer.at("/model") == "m-1");
  CHECK(answer.at("/content/0/text") == "I am m-1, m-1!");
  CHECK(answer.at("/stop_reason") == "end_turn");
  CHECK(answer.at("/usage") == R"({"input_tokens":7,"output_tokens":3})");
}

TEST_CASE("a streamed call gets the events of the Messages API in their order") {
  World world(R"({"answer": "several words that need more than one delta", "usage": {"output_tokens": 9}})");
  const auto answer = world.call(true);
  CHECK(answer.status == 200);
  CHECK(answer.head.find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(types_of(answer.body) == std::vector<std::string>{"message_start", "content_block_start", "ping",
                                                          "content_block_delta", "content_block_stop",
                                                          "message_delta", "message_stop"});
  std::string text;
  const auto events = events_of(answer.body);
  for (const auto& [type, data] : events)
    if (type == "content_block_delta") text += data.at_pointer("/delta/text").as_string();
  CHECK(text == "several words that need more than one delta");
  CHECK(events.front().second.at_pointer("/message/usage/output_tokens") == 1);
  CHECK(events[events.size() - 2].second.at_pointer("/usage/output_tokens") == 9);
  CHECK(answer.body.ends_with("0\r\n\r\n"));
}

TEST_CASE("an answer that is not ASCII is cut between characters only") {
  scripted::Script script;
  script.answer = "žlutý kůň ščř čšž ůúý éíá ďťň 日本語 日本語日本語日本語";
  std::string text;
  for (const auto& event : scripted::stream_events(script, {"m", true, "msg_1"}))
    for (const auto& [type, data] : events_of(event))
      if (type == "content_block_delta") text += data.at_pointer("/delta/text").as_string();
  CHECK(text == script.answer);
}

TEST_CASE("steps are used up in order, and then every call is answered") {
  World world(R"({"steps": [{"fault": "status", "status": 401, "times": 2}, {"ok": true},
                            {"fault": "status", "status": 529}]})");
  for (const int status : {401, 401, 200, 529, 200, 200}) CHECK(world.call().status == status);
}

TEST_CASE("a status fault sends the script's headers and body as they are") {
  World world(R"({"steps": [
    {"fault": "status", "status": 429, "headers": {"retry-after": "17"}, "body": {"error": {"type": "x"}}},
    {"fault": "status", "status": 502, "body": "<html>Bad gateway</html>", "headers": {"Content-Type": "text/html"}},
    {"fault": "status", "status": 401}]})");
  const auto limited = world.call(true);
  CHECK(limited.status == 429);
  CHECK(limited.head.find("retry-after: 17\r\n") != std::string::npos);
  CHECK(limited.body == R"({"error":{"type":"x"}})");
  const auto gateway = world.call();
  CHECK(gateway.head.find("text/html") != std::string::npos);
  CHECK(gateway.head.find("text/plain") == std::string::npos);
  CHECK(gateway.body == "<html>Bad gateway</html>");
  CHECK(world.call().at("/error/type") == "authentication_error");
}

TEST_CASE("a mid-stream error comes after a number of events of a stream that began with 200") {
  World world(R"({"steps": [{"fault": "mid_stream_error", "after_events": 3, "times": 2}]})");
  const auto streamed = world.call(true);
  CHECK(streamed.status == 200);
  CHECK(types_of(streamed.body) ==
        std::vector<std::string>{"message_start", "content_block_start", "ping", "error"});
  CHECK(events_of(streamed.body).back().second.at_pointer("/error/type") == "overloaded_error");
  CHECK(world.call(false).status == 529);  // without a stream the status says it
}

TEST_CASE("a reset breaks the connection before the first byte, or inside a stream") {
  World world(R"({"steps": [{"fault": "reset"}, {"fault": "reset", "after_events": 2}]})");
  const auto before = world.call(true);
  CHECK(before.status == 0);
  CHECK(before.error == asio::error::connection_reset);
  const auto inside = world.call(true);
  CHECK(inside.error == asio::error::connection_reset);
  CHECK(inside.body.find("message_stop") == std::string::npos);
}

TEST_CASE("a stall falls silent inside an answer and then finishes it") {
  World world(R"({"steps": [{"fault": "stall", "seconds": 0.05, "times": 2}]})");
  for (const bool stream : {true, false}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = world.call(stream);
    CHECK(since(begin) >= std::chrono::milliseconds{50});
    CHECK(answer.body.find(stream ? "message_stop" : "end_turn") != std::string::npos);
  }
}

TEST_CASE("a stall begins after the answer did") {
  const scripted::Script script{};
  for (const bool stream : {true, false}) {
    const auto plan = plan_answer(script, scripted::Stall{std::chrono::seconds{1}}, {"m", stream, "msg_1"});
    REQUIRE(std::holds_alternative<scripted::Send>(plan.front()));
    const auto waits = std::count_if(plan.begin(), plan.end(), [](const auto& part) {
      return std::holds_alternative<scripted::Wait>(part);
    });
    CHECK(waits == 1);
    CHECK(std::holds_alternative<scripted::Send>(plan.back()));
  }
}

TEST_CASE("a slow first byte delays a healthy answer") {
  World world(R"({"steps": [{"fault": "slow_first_byte", "ms": 40}]})");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(world.call().status == 200);
  CHECK(since(begin) >= std::chrono::milliseconds{40});
}

TEST_CASE("a client that hangs up ends its stall, and stopping ends the others") {
  World world(R"({"steps": [{"fault": "stall", "seconds": 3600, "times": "forever"}]})");
  asio::io_context io;
  tcp::socket gone(io), waiting(io);
  const auto text = request("POST /v1/messages", call_body("m-1", true));
  for (auto* socket : {&gone, &waiting}) {
    socket->connect({asio::ip::address_v4::loopback(), world.port});
    asio::write(*socket, asio::buffer(text));
    char first{};
    asio::read(*socket, asio::buffer(&first, 1));
  }
  const auto connections = [&] {
    return world.loop.on_thread([&] { return world.provider->connections(); });
  };
  CHECK(connections() == 2);
  gone.close();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (connections() == 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(connections() == 1);
  world.loop.on_thread([&] { world.provider->stop(); });
  std::string rest;
  boost::system::error_code error;
  asio::read(waiting, asio::dynamic_buffer(rest), error);
  CHECK(error);
}

TEST_CASE("a connection carries one request after the other") {
  World world;
  auto first = request("POST /v1/messages", call_body("m-1", true));
  first.replace(first.find("Connection: close\r\n"), 19, "");
  const auto both = talk(world.port, first + request("GET /v1/models"));
  CHECK(both.body.find("message_stop") != std::string::npos);
  CHECK(both.body.find(R"("has_more":false)") != std::string::npos);
}

TEST_CASE("a script with a key takes it as x-api-key or as Bearer") {
  World world(R"({"api_key": "k1", "steps": [{"fault": "status", "status": 529}]})");
  CHECK(world.call().status == 401);
  CHECK(world.call(false, "x-api-key: k2\r\n").status == 401);
  CHECK(world.call(false, "Authorization: Bearer k\r\n").status == 401);
  CHECK(world.call(false, "x-api-key: k1\r\n").status == 529);  // a refused call uses up no step
  CHECK(world.call(false, "Authorization: Bearer k1\r\n").status == 200);
  CHECK(world.ask("GET /v1/models").status == 401);
  CHECK(world.ask("GET /v1/models", "", "x-api-key: k1\r\n").status == 200);
}

TEST_CASE("the list of models is served, and a model that is not on it is not found") {
  World world(R"({"models": ["a", "b"], "usage": {"input_tokens": 11}})");
  const auto list = world.ask("GET /v1/models?limit=1000");
  CHECK(list.at("/data/0/id") == "a");
  CHECK(list.at("/data/1/type") == "model");
  CHECK(list.at("/last_id") == "b");
  const auto missing = world.call();
  CHECK(missing.status == 404);
  CHECK(missing.at("/error/type") == "not_found_error");
  CHECK(missing.at("/error/message") == "model: m-1");
  CHECK(world.ask("POST /v1/messages/count_tokens", call_body("a", false)).at("/input_tokens") == "11");
}

TEST_CASE("counting tokens and probing use up no step") {
  World world(R"({"steps": [{"fault": "status", "status": 500}]})");
  CHECK(world.ask("POST /v1/messages/count_tokens", call_body("m", false)).status == 200);
  for (const auto* line : {"HEAD /", "HEAD /api/hello"}) {
    const auto probe = world.ask(line);
    CHECK(probe.status == 200);
    CHECK(probe.body.empty());
  }
  CHECK(world.call().status == 500);
}

TEST_CASE("malformed calls are refused in the API's own words") {
  World world;
  CHECK(world.ask("POST /v1/messages", "{").at("/error/type") == "invalid_request_error");
  CHECK(world.ask("POST /v1/messages", R"({"messages": [{}]})").at("/error/message") ==
        "model: Field required");
  CHECK(world.ask("POST /v1/messages", R"({"model": "m", "messages": []})").status == 400);
  CHECK(world.ask("GET /v1/messages").status == 405);
  CHECK(world.ask("POST /v1/models").status == 405);
  CHECK(world.ask("GET /v1/other").status == 404);
  CHECK(talk(world.port, "nonsense\r\n\r\n").status == 400);
  CHECK(talk(world.port, "POST /v1/messages HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n").status == 413);
}

TEST_CASE("a fault is switched on and off while the provider runs") {
  World world;
  CHECK(world.call().status == 200);
  const auto on =
      world.ask("POST /_script", R"({"steps": [{"fault": "status", "status": 402, "times": "forever"}]})");
  CHECK(on.body == R"({"ok":true})");
  for (int i = 0; i < 3; ++i) CHECK(world.call().status == 402);
  const auto bad = world.ask("POST /_script", R"({"steps": [{"fault": "status"}]})");
  CHECK(bad.status == 400);
  CHECK(bad.at("/error") == "steps/0/status is missing: the HTTP status to answer");
  CHECK(world.call().status == 402);  // a bad script changes nothing
  CHECK(world.ask("POST /_script", "{}").status == 200);
  CHECK(world.call().status == 200);
}

TEST_CASE("every request is listed with its key, model and what was done") {
  World world(R"({"steps": [{"fault": "reset"}]})");
  world.call(true, "X-Api-Key: secret-1\r\nAnthropic-Version: 2023-06-01\r\nX-Other: no\r\n");
  world.ask("POST /v1/messages?beta=true", call_body("m-2", false), "Authorization: Bearer b\r\n");
  world.ask("HEAD /");
  const auto seen = world.requests();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].did == "reset");
  CHECK(seen[0].stream);
  CHECK(seen[0].model == "m-1");
  CHECK(seen[0].headers ==
        understudy::daemon::http::Pairs{{"x-api-key", "secret-1"}, {"anthropic-version", "2023-06-01"}});
  CHECK(seen[0].ts_ms > 1'700'000'000'000);
  const auto list = world.ask("GET /_requests");
  CHECK(list.at("/1/method") == "POST");
  CHECK(list.at("/1/path") == "/v1/messages");
  CHECK(list.at("/1/query") == "beta=true");
  CHECK(list.at("/1/headers/authorization") == "Bearer b");
  CHECK(list.at("/1/model") == "m-2");
  CHECK(list.at("/1/stream") == "false");
  CHECK(list.at("/1/did") == "ok");
  CHECK(list.at("/2/model") == "null");
  CHECK(list.at("/3").empty());  // looking is not a request
}

TEST_CASE("a bad script is answered with a sentence that names the field") {
  CHECK(problem_of("[]") == "the script must be an object, got []");
  CHECK(problem_of("{").starts_with("the script is not JSON"));
  CHECK(problem_of(R"({"step": []})") ==
        "step is not a field here; known are models, api_key, answer, usage, steps");
  CHECK(problem_of(R"({"models": [1]})") == "models/0 must be a model's id, got 1");
  CHECK(problem_of(R"({"api_key": ""})") == "api_key must not be empty, got \"\"");
  CHECK(problem_of(R"({"answer": 4})") == "answer must be a text, got 4");
  CHECK(problem_of(R"({"usage": {"input_tokens": -1}})")
            .starts_with("usage/input_tokens must be a whole number from 0"));
  CHECK(problem_of(R"({"steps": {}})") == "steps must be a list, got {}");
  CHECK(problem_of(R"({"steps": [5]})") == "steps/0 must be an object, got 5");
  CHECK(problem_of(R"({"steps": [{}]})").starts_with("steps/0/fault is missing"));
  CHECK(problem_of(R"({"steps": [{"ok": false}]})") == "steps/0/ok must be true, got false");
  CHECK(problem_of(R"({"steps": [{"ok": true}, {"fault": "boom"}]})") ==
        "steps/1/fault must be one of status, mid_stream_error, stall, reset, slow_first_byte, got \"boom\"");
  CHECK(problem_of(R"({"steps": [{"fault": "status", "status": 42}]})") ==
        "steps/0/status must be a whole number from 200 to 599, got 42");
  CHECK(problem_of(R"({"steps": [{"fault": "status", "status": 429, "headers": {"a": "b\r\nc"}}]})")
            .starts_with("steps/0/headers/a must be"));
  CHECK(problem_of(R"({"steps": [{"fault": "status", "status": 429, "headers": {"Content-Length": "1"}}]})")
            .starts_with("steps/0/headers/Content-Length is set by"));
  CHECK(problem_of(R"({"steps": [{"fault": "status", "status": 429, "body": 3}]})")
            .starts_with("steps/0/body must be an object or a text"));
  CHECK(problem_of(R"({"steps": [{"fault": "stall"}]})") == "steps/0/seconds is missing: a number above 0");
  CHECK(problem_of(R"({"steps": [{"fault": "stall", "seconds": "3"}]})")
            .starts_with("steps/0/seconds must be a number"));
  CHECK(problem_of(R"({"steps": [{"fault": "slow_first_byte", "ms": -1}]})")
            .starts_with("steps/0/ms must be a number"));
  CHECK(problem_of(R"({"steps": [{"fault": "reset", "ms": 1}]})")
            .starts_with("steps/0/ms is not a field here"));
  CHECK(problem_of(R"({"steps": [{"ok": true, "times": 0}]})").starts_with("steps/0/times must be"));
  CHECK(problem_of(R"({"steps": [{"ok": true, "times": "always"}]})").starts_with("steps/0/times must be"));
}

TEST_CASE("an address that is in use or invalid is refused with a sentence") {
  World world;
  asio::io_context io;
  scripted::Provider second(io, {});
  const auto taken = second.listen("127.0.0.1", world.port);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().find(std::to_string(world.port)) != std::string::npos);
  CHECK(second.listen("nowhere", 0).error() == "'nowhere' is not an IP address to listen on");
}
