#include "otlp/decode.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <protozero/pbf_reader.hpp>

#include "otlp/attributes.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::otlp {

namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto bytes_of(std::uint32_t field) {
  return tag_and_type(field, pbf_wire_type::length_delimited);
}
constexpr auto fixed64_of(std::uint32_t field) {
  return tag_and_type(field, pbf_wire_type::fixed64);
}

struct TooMany {};

std::string_view view(const protozero::data_view& bytes) {
  return {bytes.data(), bytes.size()};
}

/// Hexadecimal, with zeros before it up to so many digits.
std::string id_text(std::string_view bytes, std::size_t digits) {
  auto text = hex(bytes);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::optional<double> moment(std::uint64_t nanoseconds) {
  if (nanoseconds == 0) return std::nullopt;
  return static_cast<double>(nanoseconds) / 1e9;
}

std::string moment_text(std::uint64_t nanoseconds) {
  const auto at = moment(nanoseconds);
  return at ? wire::float_text(*at) : "null";
}

std::string context_text(const std::string& trace_id, const std::string& span_id) {
  return wire::ObjectText{}
      .text("trace_id", trace_id)
      .text("span_id", span_id)
      .flag("is_remote", false)
      .raw("trace_state", "{}")
      .done();
}

/// A text column cannot hold a NUL.
std::string plain_text(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\0')
      plain += "\xEF\xBF\xBD";
    else
      plain += c;
  }
  return plain;
}

class Decoder {
 public:
  Decoded run(std::string_view protobuf) {
    pbf_reader request(protobuf.data(), protobuf.size());
    while (request.next()) {
      if (request.tag_and_type() == bytes_of(1))
        resource_spans(request.get_message());
      else
        request.skip();
    }
    return std::move(decoded_);
  }

 private:
  struct Origin {
    Attributes attributes{};
    std::string schema_url{};
    std::string json{};
  };

  void resource_spans(pbf_reader group) {
    Origin origin;
    std::vector<pbf_reader> scopes;
    while (group.next()) {
      switch (group.tag_and_type()) {
        case bytes_of(1): read_resource(group.get_message(), origin.attributes); break;
        case bytes_of(2): scopes.push_back(group.get_message()); break;
        case bytes_of(3): origin.schema_url = view(group.get_view()); break;
        default: group.skip();
      }
    }
    origin.json = wire::ObjectText{}
                      .raw("attributes", origin.attributes.json())
                      .text("schema_url", origin.schema_url)
                      .done();
    for (auto& scope : scopes)
      while (scope.next()) {
        if (scope.tag_and_type() == bytes_of(2))
          span(scope.get_message(), origin);
        else
          scope.skip();
      }
  }

  static void read_resource(pbf_reader resource, Attributes& attributes) {
    while (resource.next()) {
      if (resource.tag_and_type() == bytes_of(1))
        attributes.add(resource.get_message());
      else
        resource.skip();
    }
  }

  void span(pbf_reader message, const Origin& origin) {
    if (decoded_.spans.size() + static_cast<std::size_t>(decoded_.skipped + decoded_.rejected) >= most_spans)
      throw TooMany{};
    store::SpanRow row;
    Attributes attributes;
    wire::ArrayText events;
    wire::ArrayText links;
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view parent_id;
    problem_.clear();
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(1): trace_id = view(message.get_view()); break;
        case bytes_of(2): span_id = view(message.get_view()); break;
        case bytes_of(4): parent_id = view(message.get_view()); break;
        case bytes_of(5): row.name = plain_text(view(message.get_view())); break;
        case fixed64_of(7): row.start_time = moment(message.get_fixed64()); break;
        case fixed64_of(8): row.end_time = moment(message.get_fixed64()); break;
        case bytes_of(9): attributes.add(message.get_message()); break;
        case bytes_of(11): events.raw(event(message.get_message())); break;
        case bytes_of(13): links.raw(link(message.get_message())); break;
        case bytes_of(15): status(message.get_message(), row); break;
        default: message.skip();
      }
    }
    const auto of = [&](std::string_view name) {
      const auto own = attributes.text(name);
      return own ? own : origin.attributes.text(name);
    };
    const auto rollout_id = of("agentlightning.rollout_id");
    const auto attempt_id = of("agentlightning.attempt_id");
    if (!rollout_id || !attempt_id) {
      ++decoded_.skipped;
      return;
    }
    row.rollout_id = *rollout_id;
    row.attempt_id = *attempt_id;
    row.sequence_id = sequence(of("agentlightning.span_sequence_id"));
    constexpr std::size_t longest_id = 64;
    note(attributes.problem());
    note(origin.attributes.problem());
    if (std::max({trace_id.size(), span_id.size(), parent_id.size()}) > longest_id) note("an id is too long");
    if (!problem_.empty()) return reject(row.name);
    row.trace_id = id_text(trace_id, 32);
    row.span_id = id_text(span_id, 16);
    if (!parent_id.empty()) row.parent_id = id_text(parent_id, 16);
    row.attributes = attributes.json();
    row.events = std::move(events).done();
    row.links = std::move(links).done();
    row.context = context_text(row.trace_id, row.span_id);
    row.resource = origin.json;
    decoded_.spans.push_back(std::move(row));
  }

  static std::optional<std::int64_t> sequence(const std::optional<std::string>& text) {
    std::int64_t number = 0;
    if (!text) return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc{} || end != text->data() + text->size() || number < 0) return std::nullopt;
    return number;
  }

  std::string event(pbf_reader message) {
    std::string_view name;
    std::uint64_t at = 0;
    Attributes attributes;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case fixed64_of(1): at = message.get_fixed64(); break;
        case bytes_of(2): name = view(message.get_view()); break;
        case bytes_of(3): attributes.add(message.get_message()); break;
        default: message.skip();
      }
    }
    note(attributes.problem());
    return wire::ObjectText{}
        .text("name", name)
        .raw("attributes", attributes.json())
        .raw("timestamp", moment_text(at))
        .done();
  }

  std::string link(pbf_reader message) {
    std::string_view trace_id;
    std::string_view span_id;
    Attributes attributes;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(1): trace_id = view(message.get_view()); break;
        case bytes_of(2): span_id = view(message.get_view()); break;
        case bytes_of(4): attributes.add(message.get_message()); break;
        default: message.skip();
      }
    }
    note(attributes.problem());
    return wire::ObjectText{}
        .raw("context", context_text(id_text(trace_id, 32), id_text(span_id, 16)))
        .raw("attributes", attributes.empty() ? "null" : attributes.json())
        .done();
  }

  static void status(pbf_reader message, store::SpanRow& row) {
    std::optional<std::string> description;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(2): description = view(message.get_view()); break;
        case tag_and_type(3, pbf_wire_type::varint): {
          const auto code = message.get_enum();
          row.status_code = code == 1 ? "OK" : code == 2 ? "ERROR" : "UNSET";
          break;
        }
        default: message.skip();
      }
    }
    if (description && description->empty()) description.reset();
    row.status = wire::ObjectText{}
                     .text("status_code", row.status_code)
                     .text_or_null("description", description)
                     .done();
  }

  void note(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }
  void reject(const std::string& name) {
    if (decoded_.rejected++ == 0) decoded_.reason = "span '" + name.substr(0, 200) + "': " + problem_;
  }

  Decoded decoded_;
  std::string problem_;  ///< of the span that is being read
};

}  // namespace

std::expected<Decoded, std::string> decode_traces(std::string_view protobuf) {
  try {
    return Decoder().run(protobuf);
  } catch (const protozero::exception&) {
    return std::unexpected(
        "Unable to parse OTLP traces payload: Error parsing message with type "
        "'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'");
  } catch (const TooMany&) {
    return std::unexpected("A request may have at most " + std::to_string(most_spans) + " spans");
  }
}

}  // namespace understudy::daemon::otlp
