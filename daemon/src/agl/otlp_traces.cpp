#include <protozero/pbf_writer.hpp>

#include "agl/batches.hpp"
#include "agl/handlers.hpp"
#include "agl/managed.hpp"
#include "agl/rollout_store.hpp"
#include "api/offload.hpp"
#include "http/gzip.hpp"
#include "http/router.hpp"
#include "http/text.hpp"
#include "otlp/decode.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::size_t max_bytes = 32 * 1024 * 1024;
constexpr std::size_t small_bytes = 512 * 1024;
constexpr std::string_view protobuf = "application/x-protobuf";

/// A google.rpc.Status. Exporters retry after a 5xx and give up after a 4xx.
http::Response refused(int status, const std::string& message) {
  std::string body;
  protozero::pbf_writer(body).add_string(2, message);
  return http::text(status, std::move(body), protobuf);
}

/// An ExportTraceServiceResponse: empty when all spans were stored.
http::Response accepted(const http::Request& request, std::int64_t rejected, const std::string& reason) {
  std::string body;
  if (rejected > 0) {
    protozero::pbf_writer response(body);
    protozero::pbf_writer partial(response, 1);
    partial.add_int64(1, rejected);
    partial.add_string(2, reason);
  }
  if (!http::accepts(request.headers.get("Accept-Encoding").value_or(""), "gzip"))
    return http::text(200, std::move(body), protobuf);
  auto response = http::text(200, http::gzip(body), protobuf);
  response.headers.set("Content-Encoding", "gzip");
  return response;
}

/// The decompressed body, if it has at most `most` bytes. Moves it out of the request to save memory.
std::expected<std::string, std::string> payload(http::Request& request, std::size_t most) {
  const auto type = http::media_type(request.headers.get("Content-Type").value_or(""));
  if (type != protobuf)
    return std::unexpected("Unsupported Content-Type '" + type + "', expected '" + std::string(protobuf) +
                           "'");
  const auto coding = request.headers.get("Content-Encoding").value_or("identity");
  if (http::iequals(coding, "identity")) return std::move(request.body);
  if (http::iequals(coding, "gzip")) {
    auto unpacked = http::gunzip(request.body, most);
    if (unpacked) request.body = {};
    return unpacked;
  }
  return std::unexpected("Unsupported Content-Encoding, expected 'gzip'");
}

/// Exporters do not retry after a 507: a full disk becomes a 503.
http::Response write_failed(const Trouble& trouble) {
  constexpr int full = 507;
  auto response = refused(trouble.status == full ? 503 : trouble.status, trouble.detail);
  if (trouble.status >= 500) response.headers.set("Retry-After", "30");
  return response;
}

/// How many spans were rejected, and why the first one was.
struct Rejections {
  std::int64_t rejected{0};
  std::string reason{};
};

std::string unknown(const store::SpanRow& span, store::SpanAdded::Result result) {
  std::string reason("there is no rollout '");
  if (result == store::SpanAdded::Result::no_attempt) {
    reason = "there is no attempt '";
    reason.append(span.attempt_id).append("' of the rollout '");
  }
  return reason.append(span.rollout_id).append("'");
}

std::expected<otlp::Decoded, std::string> decoded_from(http::Request& request, std::size_t most) {
  const auto bytes = payload(request, most);
  if (!bytes) return std::unexpected(bytes.error());
  return otlp::decode_traces(*bytes);
}

Work add(std::vector<store::SpanRow> spans, bool is_operator, std::shared_ptr<Rejections> rejections) {
  return [spans = std::move(spans), is_operator, rejections](fleet::Turn& turn) -> fleet::Answer {
    if (auto refusal = spans_refused(turn, spans, is_operator)) return std::unexpected(std::move(*refusal));
    const auto added = turn.tx().add_spans(spans, turn.now_s());
    for (std::size_t i = 0; i < added.spans.size(); ++i) {
      const auto result = added.spans[i].result;
      if (result == store::SpanAdded::Result::added || result == store::SpanAdded::Result::duplicate)
        continue;
      if (rejections->rejected++ == 0) rejections->reason = unknown(spans[i], result);
    }
    return "";
  };
}

boost::asio::awaitable<http::Response> export_traces(http::Request& request, RolloutStore& rollouts,
                                                     api::Offload& offload) {
  const bool is_packed = request.headers.get("Content-Encoding").has_value();  // then of unknown size
  offload::Semaphore::Permit seat;
  std::expected<otlp::Decoded, std::string> decoded = std::unexpected("");
  if (is_packed) {  // most are small and need no seat
    auto decode = [&request] { return decoded_from(request, small_bytes); };
    decoded = co_await offload.run(max_bytes, std::move(decode));
  }
  if (!decoded) {
    const auto size = is_packed ? max_bytes : request.body.size();
    seat = co_await offload.seat(api::Offload::Seat::write, size);
    auto decode = [&request] { return decoded_from(request, max_bytes); };
    decoded = co_await offload.run(size, std::move(decode));
  }
  if (!decoded) co_return refused(400, decoded.error());
  auto rejections = std::make_shared<Rejections>(Rejections{decoded->rejected, decoded->reason});
  const auto count = static_cast<std::int64_t>(decoded->spans.size()) + decoded->rejected;
  Batches<store::SpanRow> steps(std::move(decoded->spans), spans_a_turn);
  while (auto some = steps.next()) {
    auto work = add(std::move(*some), request.is_operator, rejections);
    const auto written = co_await rollouts.write(std::move(work));
    if (!written) co_return write_failed(written.error());
  }
  // A partial success is a 200; if every span was rejected, the exporter should get an error.
  if (count > 0 && rejections->rejected == count) co_return refused(400, rejections->reason);
  co_return accepted(request, rejections->rejected, rejections->reason);
}

}  // namespace

void add_otlp_routes(http::Router& router, RolloutStore& rollouts, api::Offload& offload) {
  router.add({.method = http::Method::post,
              .pattern = "/v1/traces",
              .access = http::Access::store,
              .handler = [&](http::Request& request) { return export_traces(request, rollouts, offload); },
              .max_body = max_bytes,
              .accepts = http::Accepts::any});
  for (const auto* signal : {"/v1/metrics", "/v1/logs", "/v1/development/profiles"})
    router.add({.method = http::Method::post,
                .pattern = signal,
                .access = http::Access::store,
                .handler = http::plain([](http::Request&) { return http::empty(501); }),
                .accepts = http::Accepts::any});
}

}  // namespace understudy::daemon::agl
