#include <fstream>
#include <protozero/pbf_writer.hpp>

#include "daemon/agl_world.hpp"
#include "http/gzip.hpp"
#include "otlp/decode.hpp"
#include "support/small_disk.hpp"

using namespace agl_world;
using protozero::pbf_writer;

namespace {

std::string text_value(const std::string& text) {
  std::string value;
  pbf_writer(value).add_string(1, text);
  return value;
}
std::string attribute(const std::string& key, const std::string& value) {
  std::string out;
  pbf_writer writer(out);
  writer.add_string(1, key);
  writer.add_message(2, value);
  return out;
}
std::string integer_value(std::int64_t number) {
  std::string value;
  pbf_writer(value).add_int64(3, number);
  return value;
}
std::string real_value(double number) {
  std::string value;
  pbf_writer(value).add_double(4, number);
  return value;
}
std::string list_value(const std::vector<std::string>& elements) {
  std::string list;
  pbf_writer writer(list);
  for (const auto& element : elements) writer.add_message(1, element);
  std::string value;
  pbf_writer(value).add_message(5, list);
  return value;
}

std::string span(const std::string& span_id, const std::vector<std::string>& attributes = {}) {
  std::string out;
  pbf_writer writer(out);
  writer.add_bytes(1, std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16));
  writer.add_bytes(2, span_id);
  writer.add_string(5, "work");
  writer.add_fixed64(7, 1'700'000'000'123'456'789);
  for (const auto& one : attributes) writer.add_message(9, one);
  std::string event;
  pbf_writer(event).add_fixed64(1, 1'700'000'000'500'000'000);
  pbf_writer(event).add_string(2, "ev");
  writer.add_message(11, event);
  std::string link;
  pbf_writer(link).add_bytes(1, std::string(16, '\1'));
  pbf_writer(link).add_bytes(2, std::string(8, '\2'));
  writer.add_message(13, link);
  std::string status;
  pbf_writer(status).add_string(2, "bad");
  pbf_writer(status).add_enum(3, 2);
  writer.add_message(15, status);
  return out;
}

std::string request(const std::vector<std::string>& resource_attributes,
                    const std::vector<std::string>& spans) {
  std::string resource;
  pbf_writer resource_writer(resource);
  for (const auto& one : resource_attributes) resource_writer.add_message(1, one);
  std::string scope;
  pbf_writer scope_writer(scope);
  for (const auto& one : spans) scope_writer.add_message(2, one);
  std::string group;
  pbf_writer writer(group);
  writer.add_message(1, resource);
  writer.add_message(2, scope);
  writer.add_string(3, "https://schema");
  std::string out;
  pbf_writer(out).add_message(1, group);
  return out;
}

struct Exporting : Store {
  std::string rollout;
  std::string attempt;
  Exporting() {
    const auto started = post("/rollouts", R"({"input": 1})");
    rollout = started.at("/rollout_id");
    attempt = started.at("/attempt/attempt_id");
  }
  [[nodiscard]] std::vector<std::string> of_attempt() const {
    return {attribute("agentlightning.rollout_id", text_value(rollout)),
            attribute("agentlightning.attempt_id", text_value(attempt))};
  }
  Answer send(std::string body, http::Pairs more = {}) {
    http::Pairs headers{{"Content-Type", "application/x-protobuf"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return call(Method::post, "/v1/traces", std::move(body), std::move(headers), false);
  }
  Answer spans() { return get("/spans?rollout_id=" + rollout); }
};

const std::string one_id(8, '\7');

}  // namespace

TEST_CASE("a full disk is told in a way after which an exporter tries again", "[otlp]") {
  const support::SmallDisk disk(200);
  Exporting store;
  Answer sent{.status = 200};
  for (char id = 1; id < 20 && sent.status == 200; ++id)
    sent = store.send(
        request(store.of_attempt(),
                {span(std::string(8, id), {attribute("s", text_value(std::string(200'000, 'x')))})}));
  CHECK(sent.status == 503);
  CHECK(sent.field("Retry-After") == "30");
}

TEST_CASE("an exported span is kept as the reference keeps it", "[otlp]") {
  Exporting store;
  const auto sent = store.send(request(
      store.of_attempt(), {span(one_id, {attribute("s", text_value("x")), attribute("i", integer_value(5)),
                                         attribute("d", real_value(1)),
                                         attribute("l", list_value({integer_value(1), real_value(2.5)})),
                                         attribute("agentlightning.span_sequence_id", text_value("17"))})}));
  CHECK(sent.status == 200);
  CHECK(sent.body.empty());
  CHECK(sent.field("Content-Type") == "application/x-protobuf");
  CHECK(
      store.spans().body ==
      R"({"items":[{"rollout_id":")" + store.rollout + R"(","attempt_id":")" + store.attempt +
          R"(","sequence_id":17,"trace_id":"000102030405060708090a0b0c0d0e0f","span_id":"0707070707070707","parent_id":null,)"
          R"("name":"work","status":{"status_code":"ERROR","description":"bad"},"attributes":{"s":"x","i":5,"d":1.0,)"
          R"("l":[1.0,2.5],"agentlightning.span_sequence_id":"17"},"events":[{"name":"ev","attributes":{},)"
          R"("timestamp":1700000000.5}],"links":[{"context":{"trace_id":"01010101010101010101010101010101",)"
          R"("span_id":"0202020202020202","is_remote":false,"trace_state":{}},"attributes":null}],)"
          R"("start_time":1700000000.1234567,"end_time":null,"context":{"trace_id":"000102030405060708090a0b0c0d0e0f",)"
          R"("span_id":"0707070707070707","is_remote":false,"trace_state":{}},"parent":null,"resource":{"attributes":)"
          R"({"agentlightning.rollout_id":")" +
          store.rollout + R"(","agentlightning.attempt_id":")" + store.attempt +
          R"("},"schema_url":"https://schema"}}],"limit":-1,"offset":0,"total":1})");
  CHECK(store.status(store.rollout) == "running");
}

TEST_CASE("spans without a number are given the next ones", "[otlp]") {
  Exporting store;
  store.send(request(store.of_attempt(), {span(std::string(8, 'a')), span(std::string(8, 'b'))}));
  const auto spans = store.spans();
  CHECK(spans.at("/items/0/sequence_id") == "1");
  CHECK(spans.at("/items/1/sequence_id") == "2");
}

TEST_CASE("spans without an attempt are skipped", "[otlp]") {
  Exporting store;
  CHECK(store.send(request({}, {span(one_id)})).status == 200);
  CHECK(store.send("").status == 200);
  CHECK(store.spans().at("/total") == "0");
}

TEST_CASE("invalid spans make a partial success, or a 400 when there are no others", "[otlp]") {
  Exporting store;
  std::string map;
  pbf_writer(map).add_message(6, std::string());
  const auto strange = span(std::string(8, 'x'), {attribute("m", map)});
  const auto alone = store.send(request(store.of_attempt(), {strange}));
  CHECK(alone.status == 400);
  CHECK_THAT(alone.body, Catch::Contains("the attribute 'm' is neither"));
  CHECK(alone.body.front() == '\x12');
  const auto both = store.send(request(store.of_attempt(), {strange, span(one_id)}));
  CHECK(both.status == 200);
  CHECK(both.body.front() == '\x0a');
  CHECK_THAT(both.body, Catch::Contains("'m'"));
  CHECK(store.spans().at("/total") == "1");
  CHECK(store
            .send(request({attribute("agentlightning.rollout_id", text_value("ro-none")),
                           attribute("agentlightning.attempt_id", text_value("at-none"))},
                          {span(one_id)}))
            .status == 400);
}

TEST_CASE("a body that is not OTLP is a 400 with a status that says why", "[otlp]") {
  Exporting store;
  const auto said =
      store.call(Method::post, "/v1/traces", "{}", {{"Content-Type", "application/json"}}, false);
  CHECK(said.status == 400);
  CHECK(said.body ==
        "\x12\x4e"
        "Unsupported Content-Type 'application/json', expected 'application/x-protobuf'");
  CHECK(store.send("\xff\xff\xff").status == 400);
  const auto whole = request(store.of_attempt(), {span(one_id)});
  for (std::size_t size = 1; size < whole.size(); ++size) store.send(whole.substr(0, size));
  // A length that promises four gigabytes.
  CHECK(store.send("\x0a\xff\xff\xff\xff\x0f").status == 400);
  CHECK(store.call(Method::post, "/v1/metrics", "", {}, false).status == 501);
}

TEST_CASE("a payload may be gzip, as long as it does not grow without end", "[otlp]") {
  Exporting store;
  const auto whole = request(store.of_attempt(), {span(one_id)});
  const http::Pairs gzipped{{"Content-Encoding", "gzip"}, {"Accept-Encoding", "gzip, deflate"}};
  const auto answer = store.send(http::gzip(whole), gzipped);
  CHECK(answer.status == 200);
  CHECK(answer.field("Content-Encoding") == "gzip");
  CHECK(http::gunzip(answer.body, 100) == "");
  CHECK(store.spans().at("/total") == "1");
  CHECK(store.send("not gzip", gzipped).status == 400);
  CHECK(store.send(http::gzip(whole).substr(0, 20), gzipped).status == 400);
  const auto bomb = store.send(http::gzip(std::string(40'000'000, '\0')), gzipped);
  CHECK(bomb.status == 400);
  CHECK_THAT(bomb.body, Catch::Contains("33554432 bytes when decompressed"));
}

TEST_CASE("a request costs no more than its budget, whatever it is made of", "[otlp][budget]") {
  const std::vector<std::string> ids{attribute("agentlightning.rollout_id", text_value("r")),
                                     attribute("agentlightning.attempt_id", text_value("a"))};
  const auto repeated = [](std::string_view two_bytes) {
    std::string text;
    for (std::size_t i = 0; i <= otlp::max_elements; ++i) text += two_bytes;
    return text;
  };
  const auto in_span = [&](const std::string& more) { return request(ids, {span(one_id) + more}); };
  const auto wrapped = [](std::uint32_t field, const std::string& bytes) {
    std::string out;
    pbf_writer(out).add_message(field, bytes);
    return out;
  };
  const std::string huge(20'000'000, '\1');
  const auto [what, body] = GENERATE_COPY(table<std::string, std::string>({
      {"resources", repeated(std::string_view("\x0a\0", 2))},
      {"scopes", wrapped(1, repeated(std::string_view("\x12\0", 2)))},
      {"spans", wrapped(1, wrapped(2, repeated(std::string_view("\x12\0", 2))))},
      {"attributes", in_span(repeated(std::string_view("\x4a\0", 2)))},
      {"events", in_span(repeated(std::string_view("\x5a\0", 2)))},
      {"links", in_span(repeated(std::string_view("\x6a\0", 2)))},
      {"elements of a list",
       in_span(wrapped(9, attribute("k", wrapped(5, repeated(std::string_view("\x0a\0", 2))))))},
      {"text that grows when it is written",
       request(ids, {span(one_id, {attribute("k", text_value(huge))})})},
      {"the name of an event", in_span(wrapped(11, wrapped(2, huge)))},
      {"the id of a link", in_span(wrapped(13, wrapped(1, huge + huge)))},
      {"a resource with many spans",
       request({ids[0], ids[1], attribute("big", text_value(std::string(10'000'000, 'z')))},
               std::vector<std::string>(10, span(one_id)))},
  }));
  INFO(what);
  const auto decoded = otlp::decode_traces(body);
  REQUIRE_FALSE(decoded);
  CHECK_THAT(decoded.error(), Catch::StartsWith("A request may have at most"));
}

TEST_CASE("a long export is kept in several turns", "[otlp][budget]") {
  Exporting store;
  std::vector<std::string> spans;
  for (int i = 0; i < 1201; ++i) spans.push_back(span(std::string(4, '\1') + std::to_string(1000 + i)));
  CHECK(store.send(request(store.of_attempt(), spans)).status == 200);
  CHECK(store.get("/spans?limit=1&rollout_id=" + store.rollout).at("/total") == "1201");
}

TEST_CASE("random bytes are never a crash", "[otlp]") {
  std::uint32_t state = 12345;
  const auto next = [&state] { return state = state * 1664525u + 1013904223u; };
  const auto whole = request({attribute("agentlightning.rollout_id", text_value("r")),
                              attribute("agentlightning.attempt_id", text_value("a"))},
                             {span(one_id, {attribute("l", list_value({text_value("x")}))})});
  for (int i = 0; i < 20'000; ++i) {
    auto broken = whole;
    for (unsigned n = next() % 4 + 1; n > 0; --n)
      broken[(next() >> 8) % broken.size()] = static_cast<char>(next() >> 16);
    static_cast<void>(otlp::decode_traces(broken));
  }
  SUCCEED();
}
